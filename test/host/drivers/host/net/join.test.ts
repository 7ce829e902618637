/** Plugs of segments that span hosts, with real switches in namespaces of their own: what goes over, and how they end. */
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {FrameHub} from '../../../../../src/app/net/span/frame-hub.js'
import type {HostContext, HostSession} from '../../../../../src/domain/ports/ports.js'
import {netDown} from '../../../../../src/drivers/host/net/down.js'
import {netJoin} from '../../../../../src/drivers/host/net/join.js'
import {netStatus} from '../../../../../src/drivers/host/net/status.js'
import {netUp} from '../../../../../src/drivers/host/net/up.js'
import {createLocalTransport} from '../../../../../src/transport/local/local.js'
import {type Namespace, openNamespace, sessionIn} from '../../../../fakes/namespace.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const {signal} = new AbortController()
let local: HostSession
let hosts: Namespace[]

beforeAll(async () => {
  local = await createLocalTransport().open({host: 'localhost'}, {signal})
})
afterAll(() => local.close())
beforeEach(async () => {
  hosts = await Promise.all([openNamespace(), openNamespace()])
  for (const index of [0, 1]) await inside(index, 'ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0')
})
afterEach(() => Promise.all(hosts.map((host) => host.end())))

const base = {name: 'wide', user: 'nobody', become: []} as const

function on(index: number, shell: readonly string[], more: Partial<HostContext> = {}): HostContext {
  const host = hosts[index]
  if (host === undefined) throw new Error('no such host')
  return {session: shellIn(sessionIn(host, local, shell), shell), signal, note: () => undefined, ...more}
}

/** Streams of scripts too are run by that shell. */
function shellIn(session: HostSession, shell: readonly string[]): HostSession {
  const open: HostSession['open'] = (to, limits) => {
    if (!('argv' in to)) return session.open(to, limits)
    const at = to.argv.findIndex((word, index) => word === 'sh' && to.argv[index + 1] === '-c')
    return session.open({argv: [...to.argv.slice(0, at), ...shell, ...to.argv.slice(at + 1)]}, limits)
  }
  return {...session, open}
}

const task = <V extends string, A>(verb: V, ask: A) =>
  ({id: '1', target: {host: 'localhost'}, type: 'ALL', verb, ask, timeoutMs: 60_000}) as const

/** This process carries the frames meanwhile. */
async function inside(index: number, ...argv: readonly string[]): Promise<string> {
  const [program = '', ...words] = [...(hosts[index]?.enter ?? []), ...argv]
  return (await promisify(execFile)(program, words)).stdout
}

const up = (index: number) =>
  runHandler(netUp, task('net-up', {...base, extent: 'bridge', bridge: 'br0'}), on(index, ['dash']))

interface Joining {
  readonly shell?: readonly string[]
  readonly id?: string
  readonly who?: string
  readonly silenceMs?: number
  readonly hub?: FrameHub
  readonly leave?: AbortSignal
}

function join(
  index: number,
  {shell = ['dash'], id = 'aa', who = 'ann@desk', silenceMs = 30_000, ...more}: Joining = {},
) {
  const {hub = new FrameHub({beatMs: 500, silenceMs}), leave = signal} = more
  const at = on(index, shell, {carrier: hub, signal: leave})
  return runHandler(netJoin, task('net-join', {...base, id, who, silenceMs}), at)
}

const lock = '/var/tmp/ctys-net.nobody/wide.join'
const patient = {timeout: 15_000}
const isIn = (index: number) =>
  expect.poll(() => inside(index, 'sh', '-c', `cat ${lock} 2>/dev/null || :`), patient).not.toBe('')
const isOut = (index: number) =>
  expect
    .poll(
      () => inside(index, 'sh', '-c', `cat ${lock} 2>/dev/null; ps -e -o args= | grep -v grep | grep vde_plug || :`),
      {
        timeout: 15_000,
      },
    )
    .toBe('')

describe.each([['dash'], ['busybox', 'sh']])('under %s', (...shell) => {
  test('two hosts are one network until somebody leaves, and nothing stays', async () => {
    await Promise.all([up(0), up(1)])
    for (const index of [0, 1]) await inside(index, 'ip', 'addr', 'add', `10.79.0.${index + 1}/24`, 'dev', 'br0')
    const leaving = new AbortController()
    const hub = new FrameHub({beatMs: 500, silenceMs: 30_000})
    const both = Promise.all([0, 1].map((index) => join(index, {shell, hub, leave: leaving.signal})))
    await Promise.all([isIn(0), isIn(1)])
    await inside(0, 'busybox', 'ping', '-c', '3', '-i', '0.2', '-s', '1401', '-w', '20', '10.79.0.2')
    const {switches} = await runHandler(netStatus, task('net-status', {become: []}), on(0, shell))
    expect(switches[0]?.joined?.who).toBe('ann@desk')
    leaving.abort()
    const [one, other] = await both
    expect(one?.received).toBeGreaterThanOrEqual(4)
    expect(other?.sent).toBeGreaterThanOrEqual(4)
    await Promise.all([isOut(0), isOut(1)])
  })

  test('a plug whose other side is silent ends by itself, also while frames come', async () => {
    await up(0)
    await inside(0, 'ip', 'addr', 'add', '10.79.0.1/24', 'dev', 'br0')
    const hub = new FrameHub({beatMs: 3_600_000, silenceMs: 86_400_000})
    const ended = join(0, {shell, silenceMs: 2_000, hub})
    ended.catch(() => undefined)
    await isIn(0)
    await inside(0, 'busybox', 'ping', '-c', '12', '-i', '0.2', '-W', '1', '10.79.0.2').catch(() => undefined)
    await expect(ended).rejects.toMatchObject({code: 'CONNECTION_LOST'})
    await isOut(0)
  })
})

test('a network in a bridge that is joined already as another one is refused: its frames would go in a circle', async () => {
  await up(0)
  const more = {name: 'other', user: 'daemon', become: []} as const
  await runHandler(netUp, task('net-up', {...more, extent: 'bridge', bridge: 'br0'}), on(0, ['dash']))
  const leaving = new AbortController()
  const first = join(0, {leave: leaving.signal})
  await isIn(0)
  const at = on(0, ['dash'], {carrier: new FrameHub({beatMs: 500, silenceMs: 30_000})})
  const second = () =>
    runHandler(netJoin, task('net-join', {...more, id: 'bb', who: 'bob@desk', silenceMs: 30_000}), at)
  await expect(second()).rejects.toMatchObject({
    code: 'NET_IN_USE',
    message: expect.stringContaining(
      'bridge br0 of segment other is joined already, as segment wide of nobody by ann@desk',
    ),
  })
  leaving.abort()
  await first
  await runHandler(netDown, task('net-down', more), on(0, ['dash']))
})

test('a second call is refused, the same end takes its own place, and what is left of a dead one is no hindrance', async () => {
  await up(0)
  const first = join(0)
  const lost = expect(first).rejects.toMatchObject({code: 'CONNECTION_LOST'})
  await isIn(0)
  await expect(join(0, {id: 'bb', who: 'bob@desk'})).rejects.toMatchObject({
    code: 'NET_IN_USE',
    message: expect.stringContaining('by ann@desk'),
  })
  await expect(runHandler(netDown, task('net-down', base), on(0, ['dash']))).rejects.toMatchObject({
    code: 'NET_IN_USE',
    message: expect.stringContaining('ann@desk, who joins it'),
  })
  const parting = new AbortController()
  const again = join(0)
  await lost
  await expect.poll(() => inside(0, 'sh', '-c', 'ps -e -o comm= | grep -c "^vde_plug$"'), patient).toBe('1\n')
  const [, pid = ''] = (await inside(0, 'cat', lock)).split(' ')
  await inside(0, 'sh', '-c', `printf '%s\\n' "cc 1 77 carl@desk" >${lock}`)
  // the one that was there sees that the place is another's, and goes
  await expect(again).rejects.toMatchObject({code: 'CONNECTION_LOST'})
  await expect(inside(0, 'kill', '-0', pid)).rejects.toThrow()
  const last = join(0, {id: 'bb', leave: parting.signal})
  await expect.poll(() => inside(0, 'cat', lock), patient).toMatch(/^bb /)
  const status = () => runHandler(netStatus, task('net-status', {become: []}), on(0, ['dash']))
  await expect.poll(async () => (await status()).switches[0]?.ports?.length, patient).toBe(2)
  parting.abort()
  await last
  await isOut(0)
  await runHandler(netDown, task('net-down', base), on(0, ['dash']))
  expect(await inside(0, 'find', '/var/tmp')).toBe('/var/tmp\n')
})

test('a switch that ends takes its plug with it, and one that does not run is told', async () => {
  await up(0)
  const joined = join(0)
  const lost = expect(joined).rejects.toMatchObject({code: 'CONNECTION_LOST'})
  await isIn(0)
  await runHandler(netDown, task('net-down', {...base, force: true}), on(0, ['dash']))
  await lost
  await expect(join(0)).rejects.toMatchObject({code: 'NET_MISSING'})
  await expect.poll(() => inside(0, 'find', '/var/tmp'), patient).toBe('/var/tmp\n')
})
