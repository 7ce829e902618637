import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {HostSession} from '../../../../../src/domain/ports/ports.js'
import type {NetAsk, NetUpAsk} from '../../../../../src/domain/work/net.js'
import {netDown} from '../../../../../src/drivers/host/net/down.js'
import {tapName} from '../../../../../src/drivers/host/net/names.js'
import {netPlan} from '../../../../../src/drivers/host/net/plan.js'
import {removeUnused} from '../../../../../src/drivers/host/net/remove-unused.js'
import {netStatus} from '../../../../../src/drivers/host/net/status.js'
import {netSwitch} from '../../../../../src/drivers/host/net/switch.js'
import {netUp} from '../../../../../src/drivers/host/net/up.js'
import {createLocalTransport} from '../../../../../src/transport/local/local.js'
import {type Namespace, openNamespace, sessionIn} from '../../../../fakes/namespace.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const {signal} = new AbortController()
let local: HostSession
let host: Namespace

beforeAll(async () => {
  local = await createLocalTransport().open({host: 'localhost'}, {signal})
})
afterAll(() => local.close())
beforeEach(async () => {
  host = await openNamespace()
})
afterEach(() => host.end())

const task = <V extends string, A>(verb: V, ask: A) =>
  ({id: '1', target: {host: 'localhost'}, type: 'ALL', verb, ask, timeoutMs: 60_000}) as const

function on(shell: readonly string[] = ['dash'], as: readonly string[] = []) {
  const place = {...host, enter: [...host.enter, ...as]}
  const at = {session: sessionIn(place, local, shell), signal, note: () => undefined}
  const base = {name: '0', user: 'nobody', become: []} as const
  return {
    up: (ask: Partial<NetUpAsk> = {}) =>
      runHandler(netUp, task('net-up', {...base, extent: 'bridge' as const, ...ask}), at),
    down: (ask: Partial<NetAsk> = {}) => runHandler(netDown, task('net-down', {...base, ...ask}), at),
    plan: (to: 'up' | 'down', ask: Partial<NetUpAsk> = {}) =>
      runHandler(
        netPlan,
        task('net-plan', {to, up: {...base, extent: 'bridge' as const, ...ask}, timerMs: 60_000}),
        at,
      ),
    clear: (...users: readonly string[]) => removeUnused(users, at),
    status: () => runHandler(netStatus, task('net-status', {become: []}), at),
    see: (show: 'info' | 'ports' | 'check' | 'list' | 'listall') =>
      runHandler(netSwitch, task('net-switch', {...base, show}), at),
  }
}

/** What a command says there; throws when it fails. */
function inside(...argv: readonly string[]): string {
  const [program = '', ...words] = [...host.enter, ...argv]
  const {status, stdout, stderr} = spawnSync(program, words, {encoding: 'utf8'})
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  return stdout
}

/** Everything that a network may leave: links, addresses, routes, sockets, processes. */
function everything(): string {
  const commands = [
    ['ip', '-d', 'link'],
    ['ip', 'addr'],
    ['ip', 'route'],
    ['ip', '-6', 'route'],
    ['find', '/var/tmp', '-printf', '%p %M %u\n'],
    ['ps', '-e', '-o', 'args='],
  ]
  return (
    commands
      .map((argv) => inside(...argv))
      .join('--\n')
      .replaceAll(/^(?:ps .*|.*<defunct>)\n/gm, '')
      // what a bridge learned of the abilities of its ports
      .replaceAll(/tso_max_size \d+|_timer +[\d.]+|(?:bridge_id|designated_root) \S+/g, '')
      .replaceAll(/\d+sec|tentative /g, '')
  )
}

const tap = tapName('0', 'nobody')

describe.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])('under %s', (...shell) => {
  test('what is made is whole, once, and goes without a trace', async () => {
    const before = everything()
    const {up, down, status, see} = on(shell)
    const made = await up()
    expect(made).toMatchObject({state: 'made', network: {tap, bridge: 'ctysbr0', sock: '/var/tmp/vde_switch0.nobody'}})
    expect(await up()).toMatchObject({state: 'there', done: []})
    expect(inside('ip', '-o', 'link', 'show', 'master', 'ctysbr0')).toContain(
      `${tap}: <BROADCAST,MULTICAST,UP,LOWER_UP>`,
    )
    expect(inside('stat', '-c', '%a %U', '/var/tmp/vde_switch0.nobody', '/var/tmp/vde_mgmt0.nobody')).toBe(
      '700 nobody\n600 nobody\n',
    )
    const {switches, taps, bridges, findings} = await status()
    expect(switches).toMatchObject([{name: '0', user: 'nobody', managed: true, tap, ports: [{tap}]}])
    expect(taps).toMatchObject([{name: tap, user: 'nobody', up: true, managed: true, bridge: 'ctysbr0'}])
    expect(bridges).toMatchObject([{name: 'ctysbr0', managed: true, ports: [tap]}])
    expect(findings).toEqual([])
    expect(await see('check')).toMatchObject({whole: true})
    expect(await down()).toMatchObject({state: 'removed'})
    expect(everything()).toBe(before)
    expect(await down()).toMatchObject({state: 'absent', done: []})
  })
})

test('a switch that died is started again, and nothing else is touched', async () => {
  const {up, down, status} = on()
  await up()
  const links = () => inside('ip', '-br', 'link').replaceAll(/ .*/g, '')
  const files = () => inside('find', '/var/tmp', '-printf', '%p %M %u\n')
  const before = links() + files()
  const {switches} = await status()
  inside('kill', '-KILL', String(switches[0]?.pid))
  expect((await status()).findings).toHaveLength(1)
  expect(await up()).toMatchObject({state: 'completed'})
  expect(links() + files()).toBe(before)
  expect(await down()).toMatchObject({state: 'removed'})
})

test('what a call that died half way left is completed by the next one, or taken away', async () => {
  const {plan, up, down} = on()
  const before = everything()
  const {steps} = await plan('up')
  const links = steps.filter(({as}) => as === 'root').map(({argv}) => argv)
  for (let count = 1; count <= links.length; count++) {
    for (const argv of links.slice(0, count)) inside(...argv)
    expect(await up(), `after ${count} steps`).toMatchObject({state: expect.stringMatching(/made|completed/)})
    expect(await up()).toMatchObject({state: 'there'})
    await down()
    expect(everything()).toBe(before)
  }
})

test('it stays while a process is on it, which is named, and goes with force', async () => {
  const {up, down} = on()
  await up()
  const [program = '', ...words] = [...host.enter, 'vde_plug', '/var/tmp/vde_switch0.nobody']
  const plug = spawn(program, words, {stdio: ['pipe', 'ignore', 'inherit']})
  const ended = once(plug, 'exit')
  await watch(() => inside('ls', '/var/tmp/vde_switch0.nobody').includes('002'))
  await expect(down()).rejects.toMatchObject({code: 'NET_IN_USE', message: expect.stringContaining('vdeplug')})
  expect(await up()).toMatchObject({state: 'there'})
  expect(await down({force: true})).toMatchObject({state: 'removed'})
  plug.kill()
  await ended
})

test('a network that was made for a machine is one by itself as soon as somebody asks for it', async () => {
  const {up, down} = on()
  const record = () => inside('cat', '/var/tmp/ctys-net.nobody/0.net')
  await up({auto: true, become: ['sudo']})
  expect(record()).toMatch(/^auto sudo$/m)
  expect(await up({auto: true})).toMatchObject({state: 'completed', done: ['record']})
  expect(record()).toMatch(/^auto yes$/m)
  expect(await up()).toMatchObject({state: 'completed', done: ['record']})
  expect(record()).not.toContain('auto')
  expect(await up({auto: true})).toMatchObject({state: 'there'})
  expect(await on().clear('nobody')).toEqual([])
  await down()
})

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
  'a network that was made for machines goes when nobody is on it, under %s',
  async (...shell) => {
    const before = everything()
    const {up, clear} = on(shell)
    expect(await clear('nobody')).toEqual([])
    await up({auto: true})
    expect(await clear('daemon')).toEqual([])
    const line = 'network 0 of nobody, made for its machines, was taken away with the last'
    expect(await clear('nobody')).toEqual([line])
    expect(everything()).toBe(before)
  },
)

test('a foreign port in the bridge keeps it, and is named', async () => {
  const {up, down} = on()
  await up()
  inside('ip', 'tuntap', 'add', 'dev', 'guest7', 'mode', 'tap')
  inside('ip', 'link', 'set', 'dev', 'guest7', 'master', 'ctysbr0')
  const before = everything()
  await expect(down()).rejects.toMatchObject({code: 'NET_IN_USE', message: expect.stringContaining('guest7')})
  expect(everything()).toBe(before)
  await down({force: true})
  expect(inside('ip', '-o', 'link')).toMatch(/guest7/)
})

test('a bridge of that name which is not ours is left as it is, unless it is named', async () => {
  inside('ip', 'link', 'add', 'name', 'ctysbr0', 'type', 'bridge')
  const before = everything()
  const {up, down} = on()
  await expect(up()).rejects.toMatchObject({code: 'NET_FOREIGN'})
  expect(everything()).toBe(before)
  expect(await up({bridge: 'ctysbr0'})).toMatchObject({state: 'made'})
  await down()
  expect(everything()).toBe(before)
})

test('a switch, a TAP and sockets that are not ours are left as they are', async () => {
  const {up} = on()
  inside('runuser', '-u', 'nobody', '--', 'mkdir', '/var/tmp/vde_mgmt0.nobody')
  await expect(up()).rejects.toMatchObject({code: 'NET_FOREIGN'})
  inside('rmdir', '/var/tmp/vde_mgmt0.nobody')
  inside('mkdir', '/var/tmp/ctys-net.nobody')
  await expect(up()).rejects.toMatchObject({code: 'NET_FOREIGN'})
  inside('rmdir', '/var/tmp/ctys-net.nobody')
  inside('ip', 'tuntap', 'add', 'dev', tap, 'mode', 'tap', 'user', 'root')
  await expect(up()).rejects.toMatchObject({code: 'NET_FOREIGN'})
  inside('ip', 'link', 'del', 'dev', tap)
  inside('vde_switch', '-d', '-s', '/var/tmp/vde_switch0.nobody', '-M', '/var/tmp/vde_mgmt0.nobody')
  const before = everything()
  await expect(up()).rejects.toMatchObject({code: 'NET_FOREIGN', message: expect.stringContaining('of root')})
  expect(everything()).toBe(before)
})

test('two networks share a bridge, which goes with the last', async () => {
  const {up, down} = on()
  const before = everything()
  await up()
  await up({name: 'lan2'})
  expect(await down()).toMatchObject({remarks: [expect.stringContaining('ctysbr0 stays')]})
  expect(inside('ip', '-o', 'link', 'show', 'dev', 'ctysbr0')).toContain('UP')
  await down({name: 'lan2'})
  expect(everything()).toBe(before)
})

test('an interface without addresses goes into the bridge and comes back; one with addresses stays', async () => {
  inside('ip', 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'far1')
  inside('ip', 'link', 'add', 'eth2', 'type', 'veth', 'peer', 'name', 'far2')
  inside('ip', 'addr', 'add', '192.0.2.2/24', 'dev', 'eth2')
  // a link that was up once has another queue
  inside('ip', 'link', 'set', 'dev', 'eth1', 'up')
  inside('ip', 'link', 'set', 'dev', 'eth1', 'down')
  const before = everything()
  const {up, down} = on()
  await expect(up({interface: 'eth2'})).rejects.toMatchObject({code: 'INTERFACE_ADDRESSED'})
  await expect(up({interface: 'eth9'})).rejects.toMatchObject({code: 'NET_LACKS'})
  expect(everything()).toBe(before)
  await up({interface: 'eth1'})
  expect(inside('ip', '-o', 'link', 'show', 'master', 'ctysbr0')).toMatch(/eth1@far1: <[^>]*UP/)
  expect(await up({interface: 'eth1'})).toMatchObject({state: 'there'})
  await expect(up({interface: 'far1'})).rejects.toMatchObject({code: 'EXISTS'})
  await down()
  expect(everything()).toBe(before)
})

describe('tools of other kinds', () => {
  test('VDE of 2.2 below /opt/vde/bin gets the options it knows', async () => {
    // 2.2 had neither modes of directory and management, nor a group for it, and ends where it is given one
    const old = `#!/bin/sh
case " $* " in
  *' --help '*) echo '  -m, --mod MODE'; exit 0 ;;
  *' --dirmode '* | *' --mgmtmode '* | *' --mgmtgroup '*) echo 'unrecognized option' >&2; exit 1 ;;
esac
exec /run/real/vde_switch "$@"
`
    inside('sh', '-c', 'mkdir /run/real /run/none && cp /usr/bin/vde_switch /run/real && : >/run/none/x', 'sh')
    inside('mount', '--bind', '/run/none/x', '/usr/bin/vde_switch')
    inside(
      'sh',
      '-c',
      'mount -t tmpfs none /opt && mkdir -p /opt/vde/bin && printf %s "$1" >/opt/vde/bin/vde_switch',
      'sh',
      old,
    )
    inside('chmod', '755', '/opt/vde/bin/vde_switch')
    const before = everything()
    const {up, down, status} = on()
    expect(await up()).toMatchObject({state: 'made'})
    expect(await up()).toMatchObject({state: 'there'})
    expect((await status()).switches).toMatchObject([{name: '0', managed: true, ports: [{tap}]}])
    await down()
    expect(everything()).toBe(before)
  })

  test('ip of busybox makes the same network', async () => {
    inside(
      'sh',
      '-c',
      'mkdir /run/box && for tool in ip awk sed grep ls tr; do ln -s /bin/busybox "/run/box/$tool"; done',
    )
    const before = everything()
    const {plan, up, down, status} = on(['dash'], ['env', 'PATH=/run/box:/usr/sbin:/usr/bin:/sbin:/bin'])
    const {steps} = await plan('up')
    expect(steps.map(({argv}) => argv[0])).toContain('/run/box/ip')
    expect(steps.map(({argv}) => argv[0])).not.toContain('/usr/sbin/ip')
    expect(await up()).toMatchObject({state: 'made'})
    expect(await up()).toMatchObject({state: 'there'})
    expect((await status()).bridges).toMatchObject([{name: 'ctysbr0', managed: true, ports: [tap]}])
    await down()
    expect(everything()).toBe(before)
  })

  test('doas lets an account do what needs root, and nothing else', async () => {
    inside('sh', '-c', 'mkdir /run/etc && cp -a /etc/. /run/etc && mount --bind /run/etc /etc')
    inside('sh', '-c', 'echo "permit nopass daemon as root cmd /usr/sbin/ip" >/etc/doas.conf; chmod 600 /etc/doas.conf')
    const before = everything()
    const as = ['setpriv', '--reuid=1', '--regid=1', '--clear-groups', 'env', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']
    const {up, down, plan} = on(['dash'], as)
    await expect(up({user: 'daemon'})).rejects.toMatchObject({code: 'NO_PRIVILEGE'})
    const ask = {user: 'daemon', become: ['doas']} as const
    const {steps} = await plan('up', ask)
    expect(steps.filter(({privileged}) => privileged).map(({argv}) => argv.slice(0, 3).join(' '))).toEqual(
      Array.from({length: steps.filter(({as: who}) => who === 'root').length}, () => '/usr/bin/doas -n /usr/sbin/ip'),
    )
    expect(await up(ask)).toMatchObject({state: 'made'})
    expect(await down(ask)).toMatchObject({state: 'removed'})
    inside('sh', '-c', 'echo "deny daemon" >/etc/doas.conf')
    await expect(up(ask)).rejects.toMatchObject({code: 'NO_PRIVILEGE'})
    expect(everything()).toBe(before)
  })
})

describe('two calls at the same time make one network', () => {
  test.each([
    ['as fast as it is', 'exec /run/real/vde_switch "$@"'],
    ['though the switch takes its time', 'sleep 2; exec /run/real/vde_switch "$@"'],
  ])('%s', async (_, start) => {
    const script = `#!/bin/sh\n[ "$1" = --help ] || { ${start}; }\nexec /run/real/vde_switch "$@"\n`
    inside('sh', '-c', 'mkdir /run/real && cp /usr/bin/vde_switch /run/real && printf %s "$1" >/run/slow', 'sh', script)
    inside('sh', '-c', 'chmod 755 /run/slow && mount --bind /run/slow /usr/bin/vde_switch')
    const before = everything()
    const {up, down} = on()
    const other = await createLocalTransport().open({host: 'localhost'}, {signal})
    const at = {session: sessionIn(host, other, ['dash']), signal, note: () => undefined}
    const ask = {name: '0', user: 'nobody', become: [], extent: 'bridge'} as const
    await Promise.all([up(), runHandler(netUp, task('net-up', ask), at)])
    await other.close()
    expect(await up()).toMatchObject({state: 'there'})
    expect(inside('ps', '-C', 'vde_switch', '-o', 'args=').trim().split('\n')).toHaveLength(1)
    await down()
    expect(everything()).toBe(before)
  })
})

test('a call that is overtaken at any of its steps takes nothing away from the one that was faster', async () => {
  const before = everything()
  const {up, down} = on()
  const session = sessionIn(host, local, ['dash'])
  const ask = {name: '0', user: 'nobody', become: [], extent: 'bridge'} as const
  // at step 0 nobody is faster: how many steps there are
  const upOvertakenAt = async (step: number): Promise<number> => {
    let steps = 0
    const exec: HostSession['exec'] = async (argv, options) => {
      if (++steps === step) expect(await up()).toMatchObject({network: {tap}})
      return session.exec(argv, options)
    }
    await runHandler(netUp, task('net-up', ask), {session: {...session, exec}, signal, note: () => undefined})
    expect(await up(), `overtaken at step ${step}`).toMatchObject({state: 'there'})
    expect(inside('ps', '-C', 'vde_switch', '-o', 'args=').trim().split('\n')).toHaveLength(1)
    await down()
    expect(everything()).toBe(before)
    return steps
  }
  const steps = await upOvertakenAt(0)
  expect(steps).toBeGreaterThan(5)
  for (let step = 1; step <= steps; step++) await upOvertakenAt(step)
})

test('a device that is closed to the user is told with its mode', async () => {
  const closed = await openNamespace({tunMode: '0600'})
  const at = {session: sessionIn(closed, local, ['dash']), signal, note: () => undefined}
  const ask = {name: '0', user: 'nobody', become: [], extent: 'tap'} as const
  try {
    await expect(runHandler(netUp, task('net-up', ask), at)).rejects.toMatchObject({
      code: 'NET_LACKS',
      message: expect.stringContaining('crw-------'),
    })
    expect(await runHandler(netUp, task('net-up', {...ask, extent: 'switch'}), at)).toMatchObject({state: 'made'})
    expect(await runHandler(netDown, task('net-down', ask), at)).toMatchObject({state: 'removed'})
  } finally {
    await closed.end()
  }
})

test('names of links, sockets, records and processes are never more than names', async () => {
  const {up, down, status} = on()
  inside('ip', 'link', 'add', 'name', '$(id>pwn)', 'type', 'bridge')
  inside('ip', 'link', 'add', 'name', '`id>pwn`', 'type', 'bridge')
  inside('ip', 'tuntap', 'add', 'dev', ';id>pwn;', 'mode', 'tap')
  inside('ip', 'link', 'set', 'dev', ';id>pwn;', 'alias', 'ctys tap 0 nobody\nalias ctysbr0 ctys bridge')
  const daemon = (...argv: readonly string[]) => inside('runuser', '-u', 'daemon', '--', ...argv)
  const lines = '\nlink 9 - 1500 0x1003 bridge ctysbr0\nalias ctysbr0 ctys bridge\n.net'
  daemon('mkdir', '/var/tmp/ctys-net.daemon', '/var/tmp/ctys-net.$(id>pwn)')
  daemon('touch', `/var/tmp/ctys-net.daemon/x${lines}`, '/var/tmp/ctys-net.daemon/$(id>pwn).net')
  // anybody may call a process so, and name what is another's
  const words = ['-s', '/var/tmp/$(id>pwn)', '-M', '/var/tmp/m\nend', '-p', '/var/tmp/ctys-net.nobody/0.pid']
  const named = '{ echo "#!/bin/sh"; echo "while :; do sleep 9; done"; } >vde_switch; chmod 755 vde_switch'
  daemon('sh', '-c', `cd /var/tmp && ${named}; setsid ./vde_switch "$@" >/dev/null 2>&1 &`, 'sh', ...words)
  await watch(() => inside('pgrep', '-c', '-u', 'daemon', 'vde_switch').trim() === '1')
  inside('ip', 'link', 'add', 'name', 'ctysbr0', 'type', 'bridge')
  await expect(up()).rejects.toMatchObject({code: 'NET_FOREIGN'})
  inside('ip', 'link', 'del', 'dev', 'ctysbr0')
  await up()
  const {bridges, switches, taps} = await status()
  expect(bridges.map(({name, managed}) => [name, managed])).toEqual(
    expect.arrayContaining([
      ['$(id>pwn)', false],
      ['`id>pwn`', false],
      ['ctysbr0', true],
    ]),
  )
  expect(taps.map(({name}) => name).sort()).toEqual([';id>pwn;', tap].sort())
  expect(switches.find(({user}) => user === 'daemon')).toMatchObject({sock: '/var/tmp/$(id>pwn)'})
  await down({force: true})
  expect(inside('ip', '-br', 'link')).toContain(';id>pwn;')
  expect(inside('pgrep', '-c', '-u', 'daemon', 'vde_switch')).toBe('1\n')
  expect(inside('find', '/var/tmp', '-name', 'pwn')).toBe('')
})

test('of one user many processes, directories and records hide nobody else', async () => {
  const {up, down, status} = on()
  const named = '{ echo "#!/bin/sh"; echo "read -r _"; } >vde_switch; chmod 755 vde_switch; mkfifo never'
  const crowd = 'n=0; while [ "$n" -lt 80 ]; do n=$((n + 1)); setsid ./vde_switch <>never >/dev/null 2>&1 & done'
  const records =
    'mkdir ctys-net.daemon; n=0; while [ "$n" -lt 300 ]; do n=$((n + 1)); : >ctys-net.daemon/$n.net; mkdir "ctys-net.a b\\x$n"; done'
  inside('runuser', '-u', 'daemon', '--', 'sh', '-c', `cd /var/tmp && ${named}; ${crowd}; ${records}`)
  await watch(() => inside('pgrep', '-c', '-u', 'daemon', 'vde_switch').trim() === '80')
  expect(await up()).toMatchObject({state: 'made'})
  expect(await up()).toMatchObject({state: 'there'})
  const {switches} = await status()
  const of = (name: string) => switches.filter(({user}) => user === name).length
  expect([of('nobody'), of('daemon')]).toEqual([1, 64])
  await down()
})

async function watch(holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round++) {
    if (round > 200) throw new Error('it did not come')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
