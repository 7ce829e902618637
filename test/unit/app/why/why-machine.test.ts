import {expect, test} from 'vitest'
import {isOneEdit, isOneSwap} from '../../../../src/app/why/misfits.js'
import {whyMachine} from '../../../../src/app/why/why-machine.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {WhyAnswer} from '../../../../src/domain/work/why-answer.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {record, styleOf} from '../../../golden/report/samples.js'

const uuid = 'a'.repeat(32)
const records: readonly InventoryRecord[] = [
  record({host: 'h1', label: 'web01', id: '/vm/web01/web01.ctys', uuid, tcp: '10.0.0.1'}),
  record({host: 'h2', label: 'web01', id: '/vm/web01/web01.ctys', uuid, mac: '', tcp: ''}),
  record({host: 'h2', label: 'Web01', id: '/old/web.ctys', uuid: 'b'.repeat(32), mac: '', tcp: ''}),
  record({host: 'h2', label: 'web02', id: '/vm/web02/web02.ctys', uuid: 'c'.repeat(32), mac: '', tcp: ''}),
  record({host: 'h3', label: 'web01', id: '/xen/web01.cfg', type: 'XEN', uuid: '', mac: '', tcp: ''}),
  record({host: 'h3', label: 'db', id: '/vm/db/db.ctys', uuid: '', mac: '00:50:56:00:00:01', tcp: '', dist: 'CentOS'}),
  record({
    host: 'h3',
    label: 'db',
    id: '/vm/db/db.ctys',
    uuid: '',
    mac: '00:50:56:00:00:02',
    tcp: '10.0.0.9',
    dist: 'CentOS',
  }),
]

async function why(words: readonly string[], more: {cost?: 'mincnt' | 'maxcnt'; type?: string} = {}) {
  const {context, log} = createHostsWorld(records, {}, {groups: {lab: ['h1', 'h2']}})
  const report = printed(await whyMachine({words, type: 'qemu', ...more}, context))
  expect(log, 'why asks nobody').toEqual([])
  return {report, answer: (report.json as {why: WhyAnswer}).why}
}

/** `host label: reasons`, in the order told. */
function told({candidates}: WhyAnswer): readonly string[] {
  return candidates.map(
    ({record: {host, label}, reasons}) => `${host} ${label}: ${reasons.map(({text}) => text).join(', ') || 'fits'}`,
  )
}

test('a machine on two hosts is told with what lost, and why, and where a command would take it', async () => {
  const {report, answer} = await why(['web01'])
  expect(told(answer)).toEqual([
    'h1 web01: fits',
    'h2 web01: fits',
    'h3 web01: type is XEN, not QEMU',
    'h2 Web01: label is Web01 (upper and lower case differ)',
  ])
  expect(answer.picks).toMatchObject([{record: {host: 'h1'}, because: expect.stringContaining('where it runs')}])
  expect(answer.paths).toMatchObject([{uuid, records: [{host: 'h1'}, {host: 'h2'}]}])
  expect(report.exitCode).toBe(0)
  expect(report.stdout).toContain('one machine at 2 paths')
})

test('a host decides, and what lies elsewhere says where', async () => {
  const {answer} = await why(['web01', 'H1'])
  expect(told(answer).slice(0, 2)).toEqual(['h1 web01: fits', 'h2 web01: lies on h2, not on h1'])
  expect(answer.picks).toMatchObject([{host: 'H1', record: {id: '/vm/web01/web01.ctys'}}])
})

test('a group stands for its hosts', async () => {
  const {answer} = await why(['web01', '@lab'])
  expect(answer.picks).toMatchObject([{host: 'h1'}, {host: 'h2'}])
  await expect(why(['web01', '@lap'])).rejects.toMatchObject({message: expect.stringContaining("no group 'lap'")})
})

test.each([
  [['l:web01,b:/old', 'h1'], 'h1 web01: does not lie below /old', 3],
  [[`u:${'c'.repeat(32)}`], 'h2 web02: fits', 0],
  [['m:00:50:56:00:00:02'], 'h3 db: fits', 0],
  [['l:db,t:10.0.0.1'], 'h1 web01: label is web01', 3],
  [['/vm/db/db.ctys'], 'h3 db: fits', 0],
  [['web03'], 'h1 web01: label is web01 (one character differs)', 3],
  [['wbe01'], 'h1 web01: label is web01 (two neighbouring characters are swapped)', 3],
  [['10.0.0.9'], 'h3 db: label is db; 10.0.0.9 is its tcp', 3],
  [['CentOS'], 'h3 db: label is db; CentOS is its dist', 3],
])('%j: %s, exit %i', async (words, line, exitCode) => {
  const {report, answer} = await why(words)
  expect(told(answer)).toContain(line)
  expect(report.exitCode).toBe(exitCode)
})

test.each([
  [['nosuch'], ['ctys scan HOST... if the machine is new']],
  [['nosuch', 'thing'], ['ctys scan HOST... if the machine is new']],
  [['wbe01'], []],
  [['web03'], []],
])('%j has the next steps %j', async (words, steps) => {
  const {report} = await why(words)
  const told = [...`${report.stdout}${report.stderr}`.matchAll(/^ *next: (.*)$/gm)].map(([, step]) => step)
  expect(told).toEqual(steps)
})

test('once something fits, what only resembles it is not told', async () => {
  expect(told((await why(['web02'])).answer)).toEqual(['h2 web02: fits'])
})

test('a host the inventory has nothing on would be searched', async () => {
  const {report, answer} = await why(['web02', 'h3'])
  expect(answer.picks).toEqual([{host: 'h3'}])
  expect(report.stdout).toContain('a command on h3 searches that host')
  expect(report.exitCode).toBe(3)
})

test.each([
  ['xen', 'UNSUPPORTED'],
  ['tape', 'USAGE'],
])('a command refuses type %s, and so says why', async (type, code) => {
  const {answer} = await why(['web01'], {type})
  expect(answer.picks).toMatchObject([{error: {code}}])
})

test.each([
  ['mincnt', 'h1', 'fewest machines recorded: h1 1, against h2 3'],
  ['maxcnt', 'h2', 'most machines recorded: h2 3, against h1 1'],
] as const)('%s chooses %s and says why', async (cost, host, because) => {
  const {answer} = await why(['web01'], {cost})
  expect(answer.picks).toMatchObject([{host, because: `${because}; where it runs, if it does`, record: {host}}])
})

test('words are told apart one by one, and what fits gets an address', async () => {
  const {answer} = await why(['debian', 'h2', 'web02'])
  expect(answer.readAs).toBe('words')
  expect(told(answer)[0]).toBe('h2 web02: fits')
  expect(told(answer)).toContain('h1 web01: nothing fits h2, nothing fits web02')
  expect(answer.addresses).toEqual(['h2 l:web02'])
})

test('words of one record are not put together from two interfaces', async () => {
  const {answer} = await why(['mac=00:50:56:00:00:01', 'tcp=10.0.0.9'])
  expect(told(answer)).toEqual(['h3 db: nothing fits tcp=10.0.0.9'])
})

test('a question with or fits as a whole', async () => {
  const {answer} = await why(['host=h1', 'or', 'label=db'])
  expect(told(answer)).toEqual(['h1 web01: fits', 'h3 db: fits'])
})

test.each([[[]], [['x:y']], [['colour=red']], [['label~(', 'web']]])('%j is a usage error', async (words) => {
  await expect(why(words)).rejects.toMatchObject({code: 'USAGE'})
})

test('no more than twenty candidates are told', async () => {
  const many = Array.from({length: 50}, (_, i) => record({host: 'h1', label: `vm${i}`, id: `/vm/${i}`, uuid: ''}))
  const {context} = createHostsWorld(many, {})
  const report = printed(await whyMachine({words: ['f:/vm'], type: 'QEMU'}, context))
  const {why: answer} = report.json as {why: WhyAnswer}
  expect([answer.candidates.length, answer.omitted]).toEqual([20, 30])
  expect(report.stdout).toContain('... and 30 more')
})

test('hostile text of the inventory is shown as escapes', async () => {
  const bad = '\u001b[2Jweb\n'
  const {context} = createHostsWorld([record({label: bad, id: `/vm/${bad}`})], {})
  for (const style of [styleOf(), styleOf({terse: true})]) {
    const {stdout} = printed(await whyMachine({words: ['f:/vm'], type: 'QEMU'}, context), style)
    expect(stdout).toContain('\\x1b[2Jweb\\n')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  }
})

test.each([
  ['web01', 'web1', true],
  ['web01', 'web011', true],
  ['web01', 'Web02', true],
  ['web01', 'web10', false],
  ['web01', 'web01', false],
  ['web01', 'xweb0', false],
  ['a', 'b', false],
  ['', 'a', false],
])('%s and %s are one edit apart: %s', (one, other, expected) => {
  expect(isOneEdit(one, other)).toBe(expected)
})

test.each([
  ['wbe01', 'web01', true],
  ['EW', 'we', true],
  ['web10', 'web01', true],
  ['web01', 'web01', false],
  ['bew01', 'web01', false],
  ['wbe10', 'web01', false],
  ['w', 'e', false],
  ['', '', false],
])('of %s and %s only two neighbours are swapped: %s', (one, other, expected) => {
  expect(isOneSwap(one, other)).toBe(expected)
})
