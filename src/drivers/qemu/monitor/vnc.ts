/**
 * Where a running QEMU listens for VNC and who is connected, and how its server is moved to loopback. What there is
 * depends on the release (qapi/ui.json): `query-vnc-servers` since 2.3, `query-vnc` before; `display-update` moves the
 * first server since 7.1, the monitor's `change vnc` did up to 5.2, nothing does between them.
 */
import {ActionError} from '../../../domain/errors.js'
import type {Monitor} from './adapters.js'

export interface VncAddress {
  /** Empty for a Unix socket. */
  readonly host: string
  /** Port, or path of a Unix socket; empty where an old QEMU does not say. */
  readonly service: string
  readonly isUnix: boolean
}

/** Of all servers together, WebSocket ones included. */
export interface VncState {
  readonly addresses: readonly VncAddress[]
  /** How many viewers are connected. */
  readonly clients: number
}

/** Throws ActionError MONITOR_FAILED. */
export async function queryVnc(monitor: Monitor): Promise<VncState> {
  const {execute} = monitor
  if (execute === undefined) return parseInfoVnc(await monitor.human('info vnc'))
  try {
    const servers = await execute('query-vnc-servers')
    if (Array.isArray(servers)) return merge(servers.map(readServer))
  } catch (error) {
    if (!isUnknownCommand(error)) throw error
  }
  const one = await execute('query-vnc')
  return isMap(one) && one.enabled === true ? readServer({...one, server: [one]}) : {addresses: [], clients: 0}
}

/**
 * Asks for the first server to listen on 127.0.0.1 only, at the same port. Whether it does is told by `queryVnc`
 * alone. `value` is the option the server was made with. Throws ActionError MONITOR_FAILED.
 */
export async function moveToLoopback(monitor: Monitor, value: string, port: string): Promise<void> {
  try {
    const address = {type: 'inet', host: loopback, port}
    if (monitor.execute !== undefined) {
      await monitor.execute('display-update', {type: 'vnc', addresses: [address]})
      return
    }
  } catch (error) {
    if (!isUnknownCommand(error)) throw error
  }
  // what stands behind the display, such as password or tls, is kept: the server is made anew
  await monitor.human(`change vnc ${loopback}:${Number(port) - vncBase}${/,.*/s.exec(value)?.[0] ?? ''}`)
}

/**
 * Lets a server that listens nowhere listen on this socket of the host, or nowhere again. Throws ActionError MONITOR_FAILED
 * where QEMU is too old for it (7.1).
 */
export async function listenAt({execute}: Monitor, path: string | undefined): Promise<void> {
  if (execute === undefined) throw new ActionError('MONITOR_FAILED', 'only a QMP monitor can give it a screen now')
  const addresses = path === undefined ? [] : [{type: 'unix', path}]
  await execute('display-update', {type: 'vnc', addresses}).catch((error: unknown) => {
    throw isUnknownCommand(error)
      ? new ActionError('MONITOR_FAILED', 'its QEMU is too old to be given a screen while it runs (7.1)')
      : error
  })
}

/** Nobody but users of the host itself can connect there. */
export function isLocal({host, isUnix}: VncAddress): boolean {
  return isUnix || /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1|localhost)$/i.test(host)
}

const loopback = '127.0.0.1'
const vncBase = 5900

function isUnknownCommand(error: unknown): boolean {
  return error instanceof ActionError && error.details?.includes('CommandNotFound') === true
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** VncInfo2, or a VncInfo made to look like one. What cannot be read counts as an address of the network. */
function readServer(info: unknown): VncState {
  const {server, clients} = isMap(info) ? info : {}
  const list = Array.isArray(server) ? server : [{}]
  return {
    addresses: list.map((entry: unknown) => {
      const {host = '', service = '', family} = isMap(entry) ? entry : {}
      return {host: String(host), service: String(service), isUnix: family === 'unix'}
    }),
    clients: Array.isArray(clients) ? clients.length : 0,
  }
}

function merge(states: readonly VncState[]): VncState {
  return {
    addresses: states.flatMap(({addresses}) => addresses),
    clients: states.reduce((sum, {clients}) => sum + clients, 0),
  }
}

/**
 * `info vnc` of the human monitor: `Server: 0.0.0.0:5917 (ipv4)` and `Client: ...` since 2.12, before that a line
 * `address: 0.0.0.0:5917` below `Server:` or `Client:`; `None` or `Server: disabled` without a server.
 */
export function parseInfoVnc(text: string): VncState {
  const addresses: VncAddress[] = []
  let clients = 0
  let isClient = false
  for (const line of text.split('\n')) {
    const [, who, rest = ''] = /^\s*(Server|Client):\s*(.*?)\s*$/i.exec(line) ?? []
    if (who !== undefined) isClient = who.toLowerCase() === 'client'
    const address = who === undefined ? (/^\s*address:\s*(.*?)\s*$/.exec(line)?.[1] ?? '') : rest
    if (address === '' || /^(none|disabled)$/i.test(address)) continue
    if (isClient) clients++
    else addresses.push(parseAddress(address))
  }
  return {addresses, clients}
}

function parseAddress(text: string): VncAddress {
  const [, host = '', service = '', family = ''] = /^(.*?):([^:]*?)(?: \((\w+).*\))?$/.exec(text) ?? []
  return {host: host.replace(/^\[(.*)\]$/, '$1'), service, isUnix: family === 'unix'}
}
