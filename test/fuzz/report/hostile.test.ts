/** Two thousand hostile strings as host, label, path, message through every kind of report. */
import fc from 'fast-check'
import {expect, test, vi} from 'vitest'
import {CtysError} from '../../../src/domain/errors.js'
import {emptyRecord, recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {planResult} from '../../../src/domain/results/run.js'
import {textWidth} from '../../../src/lib/text-width.js'
import type {ReportStyle} from '../../../src/report/shared/style.js'
import {type PrintedTwice, printed, printedError, printedFind, printedRun, printedScan} from '../../fakes/printed.js'
import * as s from '../../golden/report/samples.js'

// ansis reads this once, when it is loaded
vi.hoisted(() => {
  process.env.FORCE_COLOR = '1'
})

const nasty = [
  '\x1b[2J',
  '\x1b]0;t\x07',
  '\r',
  '\n',
  '\0',
  '\x7f',
  '\x9b31m',
  '\u202e',
  '\u2028',
  '\ud800',
  '\udc00',
  ';',
  '|',
  '日',
  '😀',
  '\u0301',
  'a',
  '-',
  ' ',
  '%s',
  '$&',
]
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...nasty), {maxLength: 30}).map((parts) => parts.join('')),
  // code units, so that surrogates stand alone too
  fc.array(fc.nat(0xffff), {maxLength: 40}).map((units) => String.fromCharCode(...units)),
)

interface Built {
  readonly report: PrintedTwice
  /** stdout is one table: its lines have to fit. */
  readonly table: boolean
}

function build(x: string, style: ReportStyle): readonly Built[] {
  const host = `h${x}`
  const machine = s.machine({
    label: x,
    id: x,
    uuid: x,
    macs: [x],
    tcps: [x, x],
    vncDisplay: x,
    uid: x,
    gid: x,
    exePath: x,
    version: x,
    accelerator: x,
    arch: x,
    managed: x.length % 2 === 0,
  })
  const info = {code: 'COMMAND_FAILED' as const, message: `${host}: ${x}`, hint: x, details: [x]}
  const reject = {path: x, line: 3, reason: x}
  const record = {...emptyRecord(), ...Object.fromEntries(recordFields.map((field) => [field, x]))}
  const found = s.found({
    machines: [{type: x, label: x, id: x, uuid: x, interfaces: [{mac: x}]}],
    rejects: [reject],
    searched: [x],
    unsearched: [reject],
  })
  const probe = {
    ...s.probe,
    hostname: x,
    os: x,
    accelerators: [x],
    hypervisors: [{arch: x, path: x, version: x}],
    diskMiB: [{path: x, total: 1, free: 1}],
    findings: [{name: x, ok: false, value: x, remedy: x}],
  }
  const plan = {
    ...s.planOf(s.createWith({machine: {label: x, path: x}, argsAdd: x}), []),
    tasks: s.planOf(s.list, ['a', 'b', 'c']).tasks.map((task) => ({...task, target: {host, user: x}, type: x, record})),
    refused: [s.refused('9', host, info)],
  }
  const rest = [s.failed('2', host, info), s.failed('3', `${host}2`, info), s.unknown('4', host, info)]
  const run = (data: Parameters<typeof s.ok>[2]) =>
    printedRun({plan, outcomes: [s.ok('1', host, data), ...rest], style})
  const scan = [s.ok('1', host, found), ...rest]
  const inventory = {location: x, size: 1, rejects: [{line: 1, reason: x}], records: [record]}
  return [
    {report: run({kind: 'list', machines: [machine, machine]}), table: style.classic !== true},
    {report: run({kind: 'create', reused: false, machine, log: x}), table: false},
    {report: run({kind: 'cancel', machines: [{...s.cancelled, label: x, id: x, uuid: x}]}), table: false},
    {report: run(probe), table: false},
    {report: run(found), table: style.classic !== true},
    {report: printed(planResult(plan), style), table: true},
    {report: printedFind({records: [record], inventory, style}), table: true},
    {
      report: printedScan({
        plan,
        outcomes: scan,
        differences: [
          {what: 'gone', record},
          {what: 'moved', record, from: {host: x, id: x}, fields: [{field: 'label', ifName: x, before: x, after: x}]},
        ],
        request: {mode: 'merge', types: ['QEMU']},
        found: [record],
        hidden: {1: {[x]: 1}},
        names: {1: x},
        notAsked: [{host: x, answeredAt: x}],
        inventory,
        style,
      }),
      table: true,
    },
    {
      report: printedScan({
        plan,
        outcomes: scan,
        differences: [{what: 'moved', record, from: {host: x, id: x}, fields: [{field: 'label', before: x, after: x}]}],
        request: {mode: 'preview', types: ['QEMU']},
        found: [],
        inventory,
        style,
      }),
      table: false,
    },
    {report: printedError(new CtysError('CONFIG', x, {hint: x, details: [x]}), style), table: false},
  ]
}

const control = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const alone = /\p{Cs}/u
const ours = /\x1b\[(?:2|22|33|39)m/g

test('no control reaches the terminal and no line of a table is wider than it', () => {
  let colored = 0
  fc.assert(
    fc.property(hostile, fc.integer({min: 1, max: 160}), fc.nat(5), (x, width, kind) => {
      const style = s.styleOf({
        width,
        color: kind === 1,
        terse: kind === 2,
        json: kind === 3,
        classic: kind === 4,
        verbose: true,
      })
      for (const {report, table} of build(x, style)) {
        const {stdout, stderr} = report
        const plain = style.color ? stdout.replace(ours, '') : stdout
        if (plain !== stdout) colored += 1
        // an assertion for each text would take longer than the reports
        const unsafe = [plain, stderr].filter((text) => control.test(text) || alone.test(text))
        // the classic scan says its summary below the table
        const rows = table && style.format === 'text' ? plain.split('\n') : []
        const wide = rows.filter((line) => !line.startsWith('inventory ') && textWidth(line) > width)
        if (unsafe.length + wide.length > 0) expect({unsafe, wide}).toEqual({unsafe: [], wide: []})
      }
    }),
    {numRuns: 2_000},
  )
  expect(colored).toBeGreaterThan(0)
})

test('the JSON body carries the raw string', () => {
  const [list] = build('\x1b[2J\u202e', s.styleOf({json: true}))
  expect(JSON.parse(list?.report.stdout ?? '').outcomes[0].host).toBe('h\x1b[2J\u202e')
})

test('old records are dimmed, machines not running stand out, and NO_COLOR style has no escape', () => {
  const [list, ...others] = build('x', s.styleOf({color: true}))
  const find = others[5]
  expect(find?.report.stdout).toContain('\x1b[2m')
  expect(list?.report.stdout).not.toContain('\x1b[33m')
  const outcomes = [s.ok('1', 'h1', {kind: 'list', machines: [s.machine({state: 'unknown'})]})]
  const plan = s.planOf(s.list, ['h1'])
  expect(printedRun({plan, outcomes, style: s.styleOf({color: true})}).stdout).toContain('\x1b[33m')
  expect(printedRun({plan, outcomes, style: s.styleOf()}).stdout).not.toContain('\x1b')
})
