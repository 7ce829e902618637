import {describe, expect, test} from 'vitest'
import type {NetUpAsk} from '../../../../../src/domain/work/net.js'
import {readFacts} from '../../../../../src/drivers/host/net/facts.js'
import {switchOptions, tapAlias, tapName, tapOf} from '../../../../../src/drivers/host/net/names.js'
import {planDown} from '../../../../../src/drivers/host/net/plan-down.js'
import {planUp} from '../../../../../src/drivers/host/net/plan-up.js'
import {privilegeFor} from '../../../../../src/drivers/host/net/privilege.js'

const bare = [
  'system Linux',
  'me alice 1000',
  'processes shown',
  'base ok /var/tmp',
  'owner alice 1000 1000',
  'members alice users',
  'tool ip /usr/sbin/ip',
  'tool vde_switch /usr/bin/vde_switch',
  'tool sudo /usr/bin/sudo',
  'ip iproute2',
  'vde dirmode',
  'vde mgmtmode',
  'tun ok',
  'tunmode crw-rw-rw- 0 0',
  'at sock none -1 /var/tmp/vde_switch0.alice',
  'at mgmt none -1 /var/tmp/vde_mgmt0.alice',
  'at record none -1 /var/tmp/ctys-net.alice',
  'link 1 00:00:00:00:00:00 65536 0x9 virtual lo',
  'link 2 52:54:00:00:00:01 1500 0x1003 card eth0',
  'address eth0 inet 192.0.2.2/24 global',
  'route eth0',
]

function facts(...more: readonly string[]) {
  const keys = new Set(more.map((line) => line.split(' ').slice(0, 2).join(' ')))
  const kept = bare.filter((line) => !keys.has(line.split(' ').slice(0, 2).join(' ')) && !more.includes(`-${line}`))
  const read = readFacts([...kept, ...more.filter((line) => !line.startsWith('-')), 'end', ''].join('\n'))
  if (read === undefined) throw new Error('no facts')
  return read
}

const ask: NetUpAsk = {name: '0', extent: 'bridge', become: []}
const tap = tapName('0', 'alice')
const whole = [
  `link 3 fe:00:00:00:00:01 1500 0x1003 tap ${tap}`,
  `owned ${tap} 1000 -1`,
  `master ${tap} ctysbr0`,
  `carrier ${tap}`,
  `alias ${tap} ctys tap 0 alice`,
  'link 4 fe:00:00:00:00:01 1500 0x1003 bridge ctysbr0',
  'alias ctysbr0 ctys bridge',
  'at sock directory 1000 /var/tmp/vde_switch0.alice',
  'at mgmt socket 1000 /var/tmp/vde_mgmt0.alice',
  'at record directory 1000 /var/tmp/ctys-net.alice',
  'listens /var/tmp/vde_switch0.alice/ctl',
  'listens /var/tmp/vde_mgmt0.alice',
  'switch 77 1234 1000',
  ...['vde_switch', '-d', '-p', '/var/tmp/ctys-net.alice/0.pid', '-s', '/var/tmp/vde_switch0.alice'].map(
    (w) => `word ${w}`,
  ),
  `open 77 ${tap}`,
  'record 1000 alice 0',
  'has sock /var/tmp/vde_switch0.alice',
  'has mgmt /var/tmp/vde_mgmt0.alice',
  `has tap ${tap}`,
  'has bridge ctysbr0',
]

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return (error as {code: string}).code
  }
}

test('an answer that is cut off is none', () => {
  expect(readFacts('system Linux\n')).toBeUndefined()
  expect(readFacts('')).toBeUndefined()
})

describe('up', () => {
  test('of nothing: the record first, the switch last, root does ip alone', () => {
    const {steps, begun} = planUp(facts(), ask, 'h1')
    expect(begun).toBe(false)
    expect(steps[0]?.script?.name).toBe('net-record')
    expect(steps.at(-1)?.script?.name).toBe('net-start')
    const rooted = steps.filter(({as}) => as === 'root')
    expect(rooted.length).toBeGreaterThan(5)
    for (const {argv} of rooted) expect(argv[0]).toBe('/usr/sbin/ip')
  })

  test('a process that only says it is there is in nobody’s way', () => {
    const claim = ['switch 9 1 1001', 'word vde_switch', 'word --sock=/var/tmp/vde_switch0.alice']
    expect(planUp(facts(...claim), ask, 'h1').steps).toHaveLength(planUp(facts(), ask, 'h1').steps.length)
  })

  test('of all that is there: nothing', () => {
    expect(planUp(facts(...whole), ask, 'h1').steps).toEqual([])
  })

  test('of the switch alone nobody but its user does anything, and a TAP needs no /dev/net/tun then', () => {
    const {steps} = planUp(facts('-tun ok', 'tun none'), {...ask, extent: 'switch'}, 'h1')
    expect(steps.map(({as}) => as)).toEqual(['owner', 'owner'])
    expect(steps.at(-1)?.argv).not.toContain('-t')
  })

  test('with the ip of busybox the TAP is made by vde_tunctl, and marks are written', () => {
    const {steps} = planUp(facts('ip busybox', 'tool vde_tunctl /usr/sbin/vde_tunctl', '-ip iproute2'), ask, 'h1')
    const commands = steps.map(({argv, input = ''}) => [...argv, input].join(' '))
    expect(commands).toContain(`/usr/sbin/vde_tunctl -t ${tap} -u alice `)
    expect(commands).toContain(`tee /sys/class/net/${tap}/ifalias ctys tap 0 alice`)
  })

  test('a bridge that net move made is used, and stays', () => {
    const moved = ['link 9 0:1 1500 0x1003 bridge ctysbr0', 'alias ctysbr0 ctys net move eth0', 'master eth0 ctysbr0']
    const {steps} = planUp(facts(...moved), ask, 'h1')
    expect(steps.filter(({argv}) => argv.includes('bridge'))).toEqual([])
    const there = whole.map((line) =>
      line === 'alias ctysbr0 ctys bridge' ? 'alias ctysbr0 ctys net move eth0' : line,
    )
    const down = planDown(facts(...there), {name: '0', become: []}, {holders: {names: []}, host: 'h1'})
    expect(down.steps.filter(({argv}) => argv.includes('ctysbr0'))).toEqual([])
    expect(down.remarks).toEqual([expect.stringContaining('net undo')])
  })

  test('everything that is missing is told at once', () => {
    const gone = ['-tool vde_switch /usr/bin/vde_switch', '-tun ok', '-owner alice 1000 1000', '-base ok /var/tmp']
    const lacking = facts(...gone, 'tun none', 'owner missing', 'base unsafe /var/tmp')
    try {
      planUp(lacking, ask, 'h1')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'NET_LACKS',
        details: [{}, {}, {}].map(() => expect.stringContaining('next: ')),
      })
    }
  })

  test.each([
    ['an interface with an address', [], {interface: 'eth0'}, 'INTERFACE_ADDRESSED'],
    ['one that is not there', [], {interface: 'eth7'}, 'NET_LACKS'],
    [
      'one that is in another bridge',
      ['link 9 0:1 1500 0x1003 card eth1', 'master eth1 br0'],
      {interface: 'eth1'},
      'NET_FOREIGN',
    ],
    ['loopback', [], {interface: 'lo'}, 'NET_FOREIGN'],
    ['a bridge without a mark', ['link 9 0:1 1500 0x1003 bridge ctysbr0'], {}, 'NET_FOREIGN'],
    [
      'a bridge that only says so',
      ['link 9 0:1 1500 0x1003 bridge ctysbr0', 'alias ctysbr0 ctys bridges'],
      {},
      'NET_FOREIGN',
    ],
    ['a link that is none', ['link 9 0:1 1500 0x1003 card ctysbr0', 'alias ctysbr0 ctys bridge'], {}, 'NET_FOREIGN'],
    [
      'an interface for a bridge of another',
      ['link 9 0:1 1500 0x1003 bridge br0', 'link 8 0:1 1500 0x1002 card eth1'],
      {bridge: 'br0', interface: 'eth1'},
      'NET_FOREIGN',
    ],
    ['a directory of another for the records', ['at record directory 0 /var/tmp/ctys-net.alice'], {}, 'NET_FOREIGN'],
    ['a link in place of it', ['at record link 1000 /var/tmp/ctys-net.alice'], {}, 'NET_FOREIGN'],
    ['a socket of another', ['at mgmt socket 1001 /var/tmp/vde_mgmt0.alice'], {}, 'NET_FOREIGN'],
    [
      'somebody who listens',
      ['at mgmt socket 1000 /var/tmp/vde_mgmt0.alice', 'listens /var/tmp/vde_mgmt0.alice'],
      {},
      'NET_FOREIGN',
    ],
    [
      'a switch of another there',
      [
        ...['switch 9 1 1001', 'word vde_switch', 'word --sock=/var/tmp/vde_switch0.alice'],
        ...['at sock directory 1000 /var/tmp/vde_switch0.alice', 'listens /var/tmp/vde_switch0.alice/ctl'],
      ],
      {},
      'NET_FOREIGN',
    ],
    ['another bridge than there is', whole, {bridge: 'br7'}, 'EXISTS'],
    ['another group than there is', [...whole, 'has group users', 'group kvm'], {group: 'kvm'}, 'EXISTS'],
    ['a switch that has lost its TAP', [...whole.filter((line) => !/^(?:open|carrier)/.test(line))], {}, 'NET_IN_USE'],
  ])('is refused for %s', (_, more, words, code) => {
    expect(codeOf(() => planUp(facts(...more), {...ask, ...words}, 'h1'))).toBe(code)
  })
})

describe('down', () => {
  const down = (more: readonly string[], words = {}, names: readonly string[] = []) =>
    planDown(facts(...more), {name: '0', become: [], ...words}, {holders: {names}, host: 'h1'})

  test('takes away what is marked, the record last', () => {
    const {steps} = down(whole)
    expect(steps.map(({script, argv}) => script?.name ?? argv.slice(1).join(' '))).toEqual([
      'net-stop',
      `link del dev ${tap}`,
      'link del dev ctysbr0',
      'net-forget',
    ])
  })

  test('of nothing does nothing, whatever has those names', () => {
    const foreign = ['link 9 0:1 1500 0x1003 bridge ctysbr0', `link 8 0:1 1500 0x1003 tap ${tap}`, `owned ${tap} 0 -1`]
    expect(down(foreign).steps).toEqual([])
  })

  test.each([
    ['a guest', whole, ['web01'], 'web01'],
    ['a port of another', [...whole, 'link 9 0:1 1500 0x1003 tap vnet0', 'master vnet0 ctysbr0'], [], 'vnet0'],
    ['another process at its TAP', [...whole, `open 99 ${tap}`], [], 'process 99'],
  ])('is refused while %s is on it, and goes with force', (_, more, names, told) => {
    expect(() => down(more, {}, names)).toThrow(told)
    expect(down(more, {force: true}, names).steps.length).toBeGreaterThan(2)
  })

  test('is refused where the switch does not say who is on it', () => {
    const ask = {name: '0', become: []}
    const holders = {unasked: 'closed'}
    expect(() => planDown(facts(...whole), ask, {holders, host: 'h1'})).toThrow('closed')
  })
})

describe('who does a step', () => {
  const {steps} = planUp(facts(), ask, 'h1')
  test('needs a permission, and lists the commands without one', () => {
    expect(codeOf(() => privilegeFor(steps, facts(), {become: []}, 'h1'))).toBe('NO_PRIVILEGE')
    const {argvOf, isPrivileged} = privilegeFor(steps, facts(), {become: ['sudo']}, 'h1')
    for (const step of steps) {
      expect(isPrivileged(step)).toBe(step.as === 'root')
      expect(argvOf(step)[0]).toBe(step.as === 'root' ? '/usr/bin/sudo' : 'sh')
    }
  })
  test('root becomes the user for what is the user’s', () => {
    const root = facts('me root 0', '-me alice 1000', 'tool runuser /usr/sbin/runuser')
    const {argvOf} = privilegeFor(steps, root, {become: []}, 'h1')
    expect(argvOf(steps[0] ?? {what: '', as: 'owner', argv: []}).slice(0, 4)).toEqual([
      '/usr/sbin/runuser',
      '-u',
      'alice',
      '--',
    ])
  })
  test('a group that the user is no member of has to be joined', () => {
    expect(codeOf(() => privilegeFor(steps, facts(), {become: ['doas'], group: 'kvm'}, 'h1'))).toBe('NO_PRIVILEGE')
  })
})

test('marks are read back, and nothing else is one', () => {
  const link = [...facts(...whole).links.values()].find(({kind}) => kind === 'tap')
  expect(link && tapOf(link)).toEqual({name: '0', user: 'alice'})
  for (const alias of ['ctys tap 0', `x${tapAlias({name: '0', user: 'a'})}`, 'ctys tap 0 a b', '']) {
    expect(link && tapOf({...link, alias})).toBeUndefined()
  }
})

test.each([
  [['-s', '/a', '-M', '/b'], {sock: '/a', mgmt: '/b'}],
  [['-sock', '/a', '-mgmt', '/b', '-tap', 't0'], {sock: '/a', mgmt: '/b', tap: 't0'}],
  [['--sock=/a', '-M/b', '--pidfile', '/p'], {sock: '/a', mgmt: '/b', pidFile: '/p'}],
  [['-n', '64', '-daemon', '-s', '/a'], {sock: '/a'}],
  [['--constructor', '-s'], {sock: ''}],
])('the words of a switch %j are read as vde_switch reads them', (words, options) => {
  expect(switchOptions({pid: 1, start: '', uid: 0, argv: ['vde_switch', ...words]})).toMatchObject(options)
})
