/** The list of -o: how its words go together, and what is refused. */
import {describe, expect, test} from 'vitest'
import type {Column, RecordOutput} from '../../../src/domain/inventory/record-output.js'
import {parseSelection} from '../../../src/query/language/selection.js'
import {parseOutputList} from '../../../src/query/output/parse.js'
import {listColumns} from '../../../src/query/output/parse-fields.js'

const upTo = (count: number): readonly number[] => Array.from({length: count}, (_, i) => i + 1)
const machine = upTo(47)

function read(list: string): RecordOutput {
  const faults: string[] = []
  const output = parseOutputList(list, faults)
  if (output === undefined) throw new Error(faults.join('\n'))
  return output
}

describe('lines of fields', () => {
  test.each<[string, readonly Column[], string | undefined]>([
    ['pm,label,ids', [1, 3, 4], undefined],
    ['H,ST,l,P,u,m,T', [1, 2, 3, 4, 5, 6, 7], undefined],
    ['label,CTYSADDRESS', [3, 'address'], undefined],
    ['m,d', [6, 'dns'], undefined],
    ['IP,DNS', [7, 'dns'], undefined],
    ['mem,cpu,observedAt', [40, 41, 48], undefined],
    ['pm,label,titleidx', [1, 3], 'index'],
    ['TITLEIDXASC,MACHINE', machine, 'letters'],
    ['title', machine, 'name'],
    ['terse', machine, undefined],
    ['terse,label', [3], undefined],
    ['maxkey', [1, 2, 3, 4, 5, 6], undefined],
    ['machine,dns', machine.map((column) => (column === 7 ? 'dns' : column)), undefined],
    ['machine,ip', machine, undefined],
    ['tab:3%%1,terse', [3, 1], undefined],
    [' label , pm ,', [3, 1], undefined],
  ])('%s', (list, columns, title) => {
    expect(read(list)).toEqual({layout: {kind: 'fields', columns, ...(title !== undefined && {title})}})
  })
})

describe('other layouts', () => {
  test.each<[string, RecordOutput['layout']['kind'], readonly Column[]]>([
    ['rec', 'rec', machine],
    ['SPEC_GEN', 'spec', machine],
    ['xml:1%%3%%21', 'xml', [1, 3, 21]],
    ['xml:1%3', 'xml', [1, 3]],
    ['spec,label,pm', 'spec', [3, 1]],
    ['rec,dns', 'rec', machine.map((column) => (column === 7 ? 'dns' : column))],
    ['rec:label%tcp,dns', 'rec', [3, 'dns']],
  ])('%s', (list, kind, columns) => {
    expect(read(list).layout).toEqual({kind, columns})
  })

  test('a table says what it shows, whatever fields stand beside it', () => {
    expect(read('pm,label,ids,tab_gen:1_PM_11%%3_label_9%4_ID_50_L%%43_note_20_b%%7,dns')).toEqual({
      layout: {
        kind: 'table',
        cells: [
          {column: 1, heading: 'PM', width: 11, overflow: 'end'},
          {column: 3, heading: 'label', width: 9, overflow: 'end'},
          {column: 4, heading: 'ID', width: 50, overflow: 'start'},
          {column: 43, heading: 'note', width: 20, overflow: 'wrap'},
          {column: 'dns', heading: '7', width: 10, overflow: 'end'},
        ],
      },
    })
  })

  test('nothing but an order gives the table of ten columns', () => {
    const {layout, sort} = read('sort:1')
    expect(layout.kind === 'table' && layout.cells.map(({heading}) => heading).join()).toBe(
      'label,stype,accel,distro,distrorel,os,osrel,PM,if,TCP',
    )
    expect(sort).toEqual({by: 3, reverse: false, unique: false})
  })
})

test.each([
  ['label,pm,sort', {reverse: false, unique: false}],
  ['label,pm,sort:2', {by: 1, reverse: false, unique: false}],
  ['label,pm,sort:pm%r', {by: 1, reverse: true, unique: false}],
  ['label,sort:mac,reverse,unique', {by: 6, reverse: true, unique: true}],
  ['label,sort:ALL%U%%1', {by: 3, reverse: false, unique: true}],
  ['sort,reverse', {reverse: true, unique: false}],
  ['sort:each%r', {reverse: true, unique: false, each: true}],
  ['sort:EACH%all', {reverse: false, unique: false}],
])('%s orders', (list, sort) => {
  expect(read(list).sort).toEqual(sort)
})

test('LIST has fields of its own', () => {
  expect(parseOutputList('pid,cstype,s', [], listColumns)?.layout).toEqual({kind: 'fields', columns: [11, 14, 10]})
  expect(parseOutputList('maxkey', [], listColumns)?.layout).toEqual({kind: 'fields', columns: upTo(7)})
  expect(parseOutputList('', [], listColumns)?.layout).toEqual({kind: 'fields', columns: upTo(22)})
})

test.each<[string, readonly string[]]>([
  ['labl', ["-o: unknown field or layout 'labl' (label?)"]],
  ['machin', ["-o: unknown field or layout 'machin' (machine?)"]],
  ['constructor', ["-o: unknown field or layout 'constructor'"]],
  ['label,host,json', ['-o: json stands alone']],
  ['macro:.x', ['-o: macro:.x names no macro (macro:NAME, {macro:NAME})']],
  ['rec,xml', ['-o: one layout at a time, not rec and xml']],
  ['machine,label', ['-o: machine takes no fields beside it']],
  ['machine:3', ['-o: machine takes no value']],
  ['label:3', ['-o: label takes no value']],
  ['tab', ['-o: no columns are given (INDEX_HEADING_WIDTH%%... or INDEX%%INDEX...)']],
  ['tab:52_x_1', ["-o: '52_x_1': there is no field '52'"]],
  ['tab:0', ["-o: '0': there is no field '0'"]],
  ['tab:3_label_0', ["-o: '3_label_0': '0' is no width"]],
  ['tab:3_label_1001', ["-o: '3_label_1001': '1001' is no width"]],
  ['tab:3_my_label_9', ["-o: '3_my_label_9': 'label' is no width"]],
  [
    'tab:3_label_9_X%%4_ID_9_L_L',
    [
      "-o: '3_label_9_X': behind the width only _L or _B may stand",
      "-o: '4_ID_9_L_L': behind the width only _L or _B may stand",
    ],
  ],
  ['rec,ctysaddress', ['-o: ctysaddress is no field of rec']],
  ['label,sort:2', ['-o: sort:2: there are 1 columns']],
  ['label,sort:what', ["-o: sort: unknown field 'what'"]],
  ['sort:1%2', ["-o: sort: two keys, '1' and '2'"]],
  ['reverse', ['-o: reverse stands behind sort only']],
  [
    'labl,macro',
    ["-o: unknown field or layout 'labl' (label?)", '-o: macro: names no macro (macro:NAME, {macro:NAME})'],
  ],
])('%s is refused with all its faults', (list, expected) => {
  const faults: string[] = []
  expect(parseOutputList(list, faults)).toBeUndefined()
  expect(faults).toEqual(expected)
})

describe('-M, -c and -T', () => {
  test('are read without regard to case', () => {
    const faults: string[] = []
    expect(parseSelection({}, faults)).toEqual({})
    expect(parseSelection({pick: 'Unique', cost: 'mincnt', types: 'qemu,XEN'}, faults)).toEqual({
      pick: 'unique',
      cost: 'least',
      types: ['QEMU', 'XEN'],
    })
    expect(parseSelection({cost: 'MAXCNT', types: 'ALL'}, faults)).toEqual({cost: 'most'})
    expect(parseSelection({cost: 'CNT'}, faults)).toEqual({})
    expect(faults).toEqual([])
  })

  test('are refused with all their faults', () => {
    const faults: string[] = []
    parseSelection({pick: 'uniqe', cost: 'constructor', types: 'qemo,VNC'}, faults)
    parseSelection({types: ','}, faults)
    expect(faults).toEqual([
      "-M: unknown filter 'uniqe' (unique?)",
      "-c: unknown cost 'constructor' (MINCNT, MAXCNT or CNT)",
      "-T: unknown type 'QEMO' (qemu?)",
      expect.stringMatching(/^-T: names no type \(cli, .*, image, all\)$/),
    ])
    const unlike: string[] = []
    parseSelection({pick: 'foo', types: 'foo'}, unlike)
    expect(unlike).toEqual([
      "-M: unknown filter 'foo' (first, last, all, complement, sort, usort, unique)",
      "-T: unknown type 'FOO' (cli, x11, vnc, rdp, qemu, xen, vmw, vbox, pm, ovz, kvm, qemu-init, libvirt, proxmox, quickemu, lima, incus, lxd, virt-install, script, image, all)",
    ])
  })
})
