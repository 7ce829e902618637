import {describe, expect, test} from 'vitest'
import {type FindInput, findMachines} from '../../../../src/app/find/find-machines.js'
import {type InventoryRecord, recordFields} from '../../../../src/domain/inventory/inventory-record.js'
import {createMemoryInventory} from '../../../fakes/memory-inventory.js'
import {printed} from '../../../fakes/printed.js'
import {now, record, styleOf} from '../../../golden/report/samples.js'

const known = (host: string, label: string, changes: Partial<InventoryRecord> = {}) =>
  record({host, label, id: `/vm/${label}.ctys`, ...changes})

const fleet = [
  known('h10', 'web10', {vram: '512', observedAt: '2026-03-14T11:59:00Z'}),
  known('h2', 'web9', {vram: '4096', observedAt: '2026-03-12T12:00:00Z'}),
  known('h2', 'h2', {type: 'PM', vram: '', observedAt: ''}),
  known('h1', 'db01', {vram: '1024', observedAt: '2026-03-14T11:00:00Z'}),
]

async function find(input: Partial<FindInput>, format: 'text' | 'terse' = 'text') {
  const result = await findMachines({words: [], ...input}, createMemoryInventory(fleet), now)
  const {stdout, ...rest} = printed(result, styleOf({terse: format === 'terse'}))
  return {
    ...rest,
    lines: stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/ +/g, ' ')),
  }
}

test('a list of fields is a table under their names, -X the values alone', async () => {
  const output = 'label,host,mem,age'
  expect((await find({output, words: ['web']})).lines).toEqual([
    'LABEL HOST MEM AGE',
    'web10 h10 512 1m',
    'web9 h2 4096 2d',
  ])
  expect((await find({output, words: ['web']}, 'terse')).lines).toEqual(['web10;h10;512;1m', 'web9;h2;4096;2d'])
  expect((await find({output: 'l,pm', words: ['db01']})).lines).toEqual(['LABEL HOST', 'db01 h1'])
})

test.each(recordFields.map((field) => [field]))('-o %s is a column, and --sort takes it', async (field) => {
  const {lines} = await find({output: field, sort: field, words: ['db01']})
  expect(lines).toEqual([field.toUpperCase(), fleet[3]?.[field] || '-'])
})

describe('--sort', () => {
  test.each([
    ['label', ['db01', 'web9', 'web10']],
    ['-label', ['web10', 'web9', 'db01']],
    ['host', ['db01', 'web9', 'web10']],
    ['mem', ['web10', 'db01', 'web9']],
    ['-mem', ['web9', 'db01', 'web10']],
    ['age', ['web10', 'db01', 'web9']],
    ['-age', ['web9', 'db01', 'web10']],
    ['dist,-host', ['web10', 'web9', 'db01']],
  ])('%s', async (sort, labels) => {
    expect((await find({sort, output: 'label'}, 'terse')).lines).toEqual(labels)
  })
})

describe('records of hosts themselves', () => {
  test.each([
    [{}, ['web10', 'web9', 'db01']],
    [{words: ['h2']}, ['web9']],
    [{hosts: true}, ['web10', 'web9', 'h2', 'db01']],
    [{words: ['type=PM']}, ['h2']],
    [{words: ['not', 'type=QEMU']}, ['h2']],
    [{types: 'PM'}, ['h2']],
    [{pick: 'last'}, ['db01']],
  ] as const)('%j', async (words, labels) => {
    expect((await find({output: 'label', ...words}, 'terse')).lines).toEqual(labels)
  })

  test('ctys-vhost shows them as ever', async () => {
    expect((await find({output: 'label', classic: true})).lines).toEqual(['web10', 'web9', 'h2', 'db01'])
  })

  test.each([[['label=h2']], [['label=h2', 'host=h2']]])('where only they fit %j, that is said', async (words) => {
    const {stderr, exitCode} = await find({words})
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining(`next: ctys find --hosts ${words.join(' ')}`)])
  })
})

test.each([
  [{output: 'colour'}, "unknown field or layout 'colour'"],
  [{output: 'age,rec'}, 'age: stands among fields of ctys find only'],
  [{sort: 'colour,ag'}, "--sort: unknown field 'colour'"],
  [{sort: 'agee'}, "--sort: unknown field 'agee' (age?)"],
])('%j is refused', async (words, fault) => {
  await expect(find(words)).rejects.toMatchObject({code: 'USAGE', message: expect.stringContaining(fault)})
})
