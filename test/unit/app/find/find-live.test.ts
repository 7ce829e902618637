import {describe, expect, test} from 'vitest'
import {findLive, type LiveInput} from '../../../../src/app/find/find-live.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {RecordState} from '../../../../src/domain/machine/record-state.js'
import type {Reach} from '../../../../src/domain/work/reach.js'
import {parseFullAddress} from '../../../../src/parse/machine/parse-full-address.js'
import {parseReach} from '../../../../src/parse/target/parse-reach.js'
import {createHostsWorld, type WorldHosts} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {expectSchema} from '../../../fakes/schemas.js'
import {machine, record, type StyleChanges, styleOf} from '../../../golden/report/samples.js'

const uuids = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32))
const records = ['h1', 'h2', 'h3', 'h1'].map((host, i) =>
  record({
    host,
    label: `vm${i + 1}`,
    id: `/vm/${i + 1}.ctys`,
    uuid: uuids[i] ?? '',
    tcp: `10.0.0.${i + 1}`,
    hyperRelRun: 'old',
  }),
)
const hosts: WorldHosts = {
  h1: {running: [machine({id: '/vm/1.ctys', uuid: uuids[0] ?? ''})]},
  h2: {error: 'CONNECT_TIMEOUT', ping: false},
  h3: {running: [], ping: 'COMMAND_FAILED'},
}

interface World {
  readonly records?: readonly InventoryRecord[]
  readonly hosts?: WorldHosts
  readonly fanout?: number
  readonly style?: StyleChanges
}

async function ask(input: Partial<LiveInput>, {style, ...more}: World = {}) {
  const world = createHostsWorld(more.records ?? records, more.hosts ?? hosts, {fanout: more.fanout ?? 4})
  const asked = {words: [], output: 'label', runtime: false, terse: style?.terse, ...input}
  const report = printed(await findLive(asked, world.context), styleOf(style))
  expectSchema('report', report.json)
  const {live, reach} = report.json as {live?: readonly RecordState[]; reach?: readonly Reach[]}
  const {stdout, stderr, exitCode} = report
  return {stdout, stderr, exitCode, live, reach, lines: stdout.split('\n').slice(0, -1), ...world}
}

describe('-R', () => {
  test.each([
    ['PING', ['vm1', 'vm4'], 4],
    ['SSH', ['vm1', 'vm3', 'vm4'], 0],
    ['r,ping', ['vm2'], 4],
    ['REVERSE,SSH', ['vm2'], 0],
    ['-,SSH,PM', ['vm2'], 0],
    ['MARK,PING,PM', ['R;vm1', '-;vm2', '?;vm3', 'R;vm4'], 4],
    ['MARK,SSH', ['R;vm1', '-;vm2', 'R;vm3', 'R;vm4'], 0],
    ['PING,VM', [], 0],
  ])('%s', async (reach, lines, exitCode) => {
    const answer = await ask({reach})
    expect(answer.lines).toEqual(lines)
    expect(answer.exitCode).toBe(exitCode)
  })

  test('asks every address once, and not more at a time than hosts are worked on', async () => {
    const many = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [record({host: `H${n}`}), record({host: `h${n}`})])
    const {log, most} = await ask({reach: 'PING'}, {records: many, fanout: 3})
    expect([...log].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `ping h${n}`))
    expect(most()).toBe(3)
  })

  test('a guest is tried at its address, as the user of -L, or of -l', async () => {
    expect((await ask({reach: 'SSH,VM', login: 'one'})).log).toContain('open one@10.0.0.1')
    expect((await ask({reach: 'SSH,VM', login: 'one', access: 'two'})).log).toContain('open two@10.0.0.1')
  })

  test('this machine answers without being asked', async () => {
    for (const reach of ['PING', 'SSH']) {
      const {log, lines} = await ask({reach}, {records: [record({host: 'Here'}), record({host: 'localhost'})]})
      expect(lines).toEqual(['web01', 'web01'])
      expect(log).toEqual([])
    }
  })

  test.each(['HOST_KEY_CHANGED', 'HOST_KEY_UNKNOWN', 'HOST_KEY_REVOKED', 'AUTH_FAILED', 'SHELL_FAILED'] as const)(
    '%s is no login, and is told',
    async (error) => {
      const answer = await ask({reach: 'MARK,SSH', words: ['vm2']}, {hosts: {h2: {error}}})
      expect(answer).toMatchObject({lines: ['-;vm2'], exitCode: 0, stderr: expect.stringContaining(error)})
    },
  )

  test.each([
    ['NAME_NOT_RESOLVED', 1],
    ['SSH_CONFIG', 2],
    ['CONNECTION_LOST', 1],
    ['INTERRUPTED', 130],
    ['INTERNAL', 70],
  ] as const)('%s leaves it open: neither kept nor taken for silent', async (error, exitCode) => {
    for (const reach of ['SSH', 'REVERSE,SSH']) {
      const answer = await ask({reach, words: ['vm2']}, {hosts: {h2: {error}}})
      expect(answer).toMatchObject({lines: [], exitCode, stderr: expect.stringContaining(error)})
    }
  })

  test('without a program ping nothing is told of any host, and it ends as a fault of this machine', async () => {
    const broken = Object.fromEntries(['h1', 'h2', 'h3'].map((host) => [host, {ping: 'CONFIG'} as const]))
    const answer = await ask({reach: 'REVERSE,PING'}, {hosts: broken})
    expect(answer).toMatchObject({lines: [], exitCode: 2})
    expect(answer.reach?.map(({verdict}) => verdict)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  test('names that no host has are never asked', async () => {
    const bad = ['-oProxyCommand=x', 'a b', '$(x)', 'root@h1', '\u001b[2J', 'h1;x', '[h1'].map((name) =>
      record({host: name, tcp: name}),
    )
    for (const reach of ['PING', 'SSH', 'PING,VM', 'SSH,VM']) {
      const {log, lines, exitCode, stderr} = await ask({reach}, {records: bad})
      expect(log).toEqual([])
      expect(lines).toEqual([])
      expect(exitCode).toBe(1)
      expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    }
  })

  test('records without an address are not asked, which is told', async () => {
    const answer = await ask({reach: 'MARK,PING,VM'}, {records: [record({tcp: ''})]})
    expect(answer).toMatchObject({lines: ['?;web01'], exitCode: 0})
    expect(answer.stderr).toContain('1 of 1 records say no address')
  })

  test('-M and -c choose among what is left, -M complement before', async () => {
    expect((await ask({reach: 'SSH', pick: 'last', words: ['h[23]']})).lines).toEqual(['vm3'])
    expect((await ask({reach: 'SSH', cost: 'mincnt'})).lines).toEqual(['vm3'])
    expect((await ask({reach: 'SSH', pick: 'complement', words: ['h1']})).lines).toEqual(['vm3'])
    expect((await ask({reach: 'SSH', cost: 'cnt'})).lines).toEqual((await ask({reach: 'SSH'})).lines)
  })

  test('-M unique finds nothing only where everybody could tell', async () => {
    const answer = await ask({reach: 'PING', pick: 'unique', words: ['vm[23]']})
    expect(answer).toMatchObject({exitCode: 4, stderr: expect.stringContaining('h3: COMMAND_FAILED')})
    expect((await ask({reach: 'PING', pick: 'unique', words: ['vm2']})).exitCode).toBe(3)
    expect((await ask({reach: 'PING', pick: 'unique'})).exitCode).toBe(3)
    expect((await ask({reach: 'PING', pick: 'unique', words: ['vm[12]']})).lines).toEqual(['vm1'])
  })

  test('marks stand before the lines of tables, titles and -X too', async () => {
    const words = {reach: 'MARK,PING', words: ['vm2']}
    expect((await ask({...words, output: undefined})).lines[2]).toMatch(/^-\|vm2 /)
    expect((await ask({...words, output: 'label,title'})).lines).toEqual(['Reach;Label', '-;vm2'])
    expect((await ask({...words, output: undefined}, {style: {terse: true}})).stdout).toMatch(/^-;h2;QEMU;vm2;/)
  })

  test('--json says what every address answered, and why not', async () => {
    expect((await ask({reach: 'PING'})).reach).toMatchObject([
      {address: 'h1', by: 'PING', verdict: 'answers'},
      {address: 'h2', by: 'PING', verdict: 'silent'},
      {address: 'h3', by: 'PING', verdict: 'unknown', error: {code: 'COMMAND_FAILED'}},
    ])
  })

  test.each([
    ['PM', '-R: either PING or SSH'],
    ['PING,SSH', '-R: either PING or SSH'],
    ['PING,PM,VM', '-R: either PM or VM'],
    ['MARK,REVERSE,PING', '-R: either MARK or REVERSE'],
    ['PING,constructor', "-R: unknown word 'constructor'"],
    ['', "-R: unknown word ''"],
  ])('%j is refused', (text, fault) => {
    const faults: string[] = []
    expect(parseReach(text, faults)).toBeUndefined()
    expect(faults.join()).toContain(fault)
  })

  test('all faults come at once', async () => {
    const wrong = {reach: 'FOO', progress: '12', output: 'zz', input: 'LABEL', login: '-x'}
    await expect(ask(wrong)).rejects.toMatchObject({code: 'USAGE', details: expect.objectContaining({length: 5})})
    await expect(ask({reach: 'MARK,PING', output: 'xml'})).rejects.toMatchObject({code: 'USAGE'})
  })
})

describe('-r', () => {
  test('what runs stands behind tables, and unknown is never off', async () => {
    const {lines, exitCode, log, stderr} = await ask({runtime: true, output: undefined})
    expect(lines.filter((_, i) => i !== 1).map((line) => line.split('|').at(-1)?.trim())).toEqual([
      'state',
      'running',
      'unknown',
      'off',
      'off',
    ])
    const own = await ask({runtime: true, output: 'tab_gen:3_name_8', words: ['vm1']})
    expect(own.lines).toEqual(['name    |state     ', '--------+----------', 'vm1     |running   '])
    expect(exitCode).toBe(4)
    expect(stderr).toContain('h2: CONNECT_TIMEOUT')
    expect(log.filter((line) => line.startsWith('open')).sort()).toEqual(['open h1', 'open h2', 'open h3'])
  })

  test('other layouts keep their fields; what runs fills the release', async () => {
    expect((await ask({runtime: true, output: 'label,hyperrelrun'})).lines).toEqual([
      'vm1;7.2.0',
      'vm2;old',
      'vm3;old',
      'vm4;old',
    ])
    const terse = await ask({runtime: true, output: undefined}, {style: {terse: true}})
    expect(terse.lines.map((line) => line.split(';')[28])).toEqual(['7.2.0', 'old', 'old', 'old'])
  })

  test('live is a column of any layout', async () => {
    const asked = {runtime: true, words: ['vm[123]']}
    expect((await ask({...asked, output: 'label,live,title'})).lines).toEqual([
      'Label;State',
      'vm1;running',
      'vm2;unknown',
      'vm3;off',
    ])
    expect((await ask({...asked, output: 'live,label,sort:live'})).lines[0]).toBe('off;vm3')
    expect((await ask({...asked, output: 'tab_gen:live_now_7%%3'})).lines[0]).toBe('now    |3         ')
    expect((await ask({...asked, output: 'xml,label,live'})).stdout).toMatch(/<State index="\d+">off<\/State>/)
    expect((await ask({...asked, reach: 'MARK,PING', output: 'live'})).lines[0]).toBe('R;running')
  })

  test('without -r live is a fault that says what it needs', async () => {
    await expect(ask({reach: 'PING', output: 'live'})).rejects.toMatchObject({
      message: expect.stringContaining('-o: live: what runs is asked of the hosts with -r'),
    })
  })

  test('--json has the state of each record, the records as they are', async () => {
    const {live} = await ask({runtime: true})
    expect(live).toMatchObject([
      {label: 'vm1', status: 'running', machine: {pid: 1234}},
      {label: 'vm2', status: 'unknown', code: 'CONNECT_TIMEOUT'},
      {label: 'vm3', status: 'notRunning'},
      {label: 'vm4', status: 'notRunning'},
    ])
  })

  test('only hosts of what is left are asked, as the user of -l', async () => {
    const {log} = await ask({runtime: true, reach: 'PING', login: 'admin', words: ['vm1']})
    expect(log).toEqual(['ping h1', 'open admin@h1', 'list admin@h1'])
  })

  test('a type that cannot be listed is not asked for; the host itself runs when it answers', async () => {
    const kinds = [record({host: 'h2', type: 'XEN'}), record({host: 'h1', type: 'PM', id: ''})]
    const {live, log, exitCode} = await ask({runtime: true}, {records: kinds})
    expect(live?.map(({status}) => status)).toEqual(['notAsked', 'running'])
    expect(log).toEqual(['open h1', 'list h1'])
    expect(exitCode).toBe(0)
  })

  test('a machine moved on its host is found by its UUID, a copy of it is not taken for it', async () => {
    const uuid = 'e'.repeat(32)
    const there = {h1: {running: [machine({id: '/vm/new.ctys', uuid})]}}
    const moved = await ask({runtime: true}, {hosts: there, records: [record({id: '/vm/old.ctys', uuid})]})
    expect(moved.live).toMatchObject([{status: 'running'}])
    const copies = ['/vm/old.ctys', '/vm/new.ctys'].map((id) => record({id, uuid}))
    const {live} = await ask({runtime: true}, {hosts: there, records: copies})
    expect(live).toMatchObject([{status: 'notRunning'}, {status: 'running'}])
  })

  test('where the processes of others are hidden, what is not seen is unknown', async () => {
    const hosts = {h1: {running: [machine()], hidden: true as const}}
    const records = [record(), record({label: 'vm9', id: '/vm/vm9.ctys', uuid: '9'.repeat(32)})]
    const {live} = await ask({runtime: true}, {hosts, records})
    expect(live).toMatchObject([{status: 'running'}, {status: 'unknown', code: 'PROCESSES_HIDDEN'}])
  })

  test('a host whose name cannot be asked for is unknown', async () => {
    const {live, exitCode} = await ask({runtime: true}, {records: [record({host: '-x'})]})
    expect(live).toMatchObject([{status: 'unknown', code: 'NAME_NOT_RESOLVED'}])
    expect(exitCode).toBe(1)
  })
})

describe('-i CTYSADDRESS', () => {
  test.each([
    ['l:vm2', ['vm2']],
    ['h1[l:vm1]', ['vm1']],
    ['h2[l:vm1]', []],
    ['H1[f:.ctys,b:/vm]', ['vm1', 'vm4']],
    ['f:.ctys,b:/vm', ['vm1', 'vm2', 'vm3', 'vm4']],
    ['/vm/3.ctys', ['vm3']],
    [`h1[/vm/4.ctys,vm4,${uuids[3]},,10.0.0.4]`, ['vm4']],
  ])('%s', async (word, lines) => {
    const answer = await ask({input: 'ctysaddress', words: [word]})
    expect(answer).toMatchObject({lines, exitCode: 0, log: []})
  })

  test('what -o ctysaddress writes is found again', async () => {
    const {lines} = await ask({output: 'ctysaddress'})
    for (const [i, word] of lines.entries()) {
      expect((await ask({input: 'CTYS', words: [word]})).lines).toEqual([`vm${i + 1}`])
    }
  })

  test.each([
    ['h1[l:a][l:b]', 'not a stack'],
    ['root@h1[l:a]', 'a user is no part'],
    ['h1[z:a]', "unknown key 'z'"],
    ['h1[,,,,]', 'names no machine'],
    ['h1[/vm/x,x,nonsense,,]', 'is no UUID'],
    ['-x[l:a]', 'characters that no host name has'],
    ['h1[]', 'has no value'],
    ['[,vm4,,,]', 'no host name'],
  ])('%s is refused', (text, fault) => {
    const faults: string[] = []
    parseFullAddress(text, faults)
    expect(faults.join('\n')).toContain(fault)
  })

  test('it takes one word', async () => {
    await expect(ask({input: 'CTYSADDRESS', words: []})).rejects.toMatchObject({code: 'USAGE'})
    await expect(ask({input: 'CTYSADDRESS', words: ['l:a', 'l:b']})).rejects.toMatchObject({code: 'USAGE'})
  })
})

test('-I tells how long it took, and what each step left', async () => {
  expect((await ask({progress: '1'})).stderr).toMatch(/^4 records in \d+\.\d s\n$/)
  const {stderr} = await ask({progress: '2', reach: 'SSH', runtime: true, words: ['h[12]']})
  expect(stderr).toMatch(
    /inventory: match=3 of total=4\n-R SSH: match=2 of total=3\n-r: match=1 of total=2\n2 records in \d+\.\d s\n$/,
  )
  expect((await ask({progress: '2', reach: 'MARK,SSH'})).stderr).toContain('-R MARK,SSH: match=3 of total=4')
})
