import {documents} from '../../inventory/yaml/documents.js'
import {ConnectError, CtysError} from '../../src/domain/errors.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import type {CommandContext, HostSession} from '../../src/domain/ports/ports.js'
import {defaultSettings, type Settings} from '../../src/domain/settings.js'
import {formatTarget, type Target} from '../../src/domain/target.js'
import type {RunningMachine} from '../../src/domain/work/answers.js'
import {createLimiter} from '../../src/execute/limiter/limiter.js'
import {interrupted} from '../../src/lib/deadline.js'
import {now} from '../golden/report/samples.js'
import {createMemoryGroups} from './memory-groups.js'
import {createMemoryInventory} from './memory-inventory.js'
import {createWorldRegistry, type WorldHost} from './world-driver.js'

/** Hosts by name; a list is that of what runs there. */
export type WorldHosts = Readonly<Record<string, WorldHost | readonly RunningMachine[]>>

export interface HostsWorld {
  readonly context: CommandContext
  /** All that was done, in order: `ping h1`, `open me@h1`, `list me@h1`, `enumerate h1 QEMU /vm`, `create h1 /vm/a.ctys`. */
  readonly log: string[]
  /** The same without `open`: what was asked and done. */
  readonly done: () => readonly string[]
  /** The most that was opened and pinged at one time. */
  readonly most: () => number
}

interface More {
  readonly fanout?: number
  readonly groups?: Readonly<Record<string, readonly string[]>>
  readonly settings?: Settings
  readonly signal?: AbortSignal
  /** Session types with a driver. */
  readonly types?: readonly string[]
}

/** A network of these hosts; every other name is one nobody answers to. Starts and stops change what runs there. */
export function createHostsWorld(
  records: readonly InventoryRecord[],
  hosts: WorldHosts,
  {fanout = 4, groups = {}, settings = defaultSettings, signal = new AbortController().signal, types}: More = {},
): HostsWorld {
  const log: string[] = []
  const alive = new Map(Object.entries(hosts).map(([name, host]) => [name, 'length' in host ? {running: host} : host]))
  let busy = 0
  let most = 0
  const during = async <T>(line: string, host: string, work: (host: WorldHost) => T): Promise<T> => {
    log.push(line)
    busy += 1
    most = Math.max(most, busy)
    await new Promise((resolve) => setTimeout(resolve, 1))
    busy -= 1
    return work(alive.get(host) ?? {error: 'CONNECT_TIMEOUT', ping: false})
  }
  const context: CommandContext = {
    inventory: createMemoryInventory(records),
    macmap: {location: 'none', read: async () => ({entries: [], rejects: []}), merge: async () => []},
    groups: createMemoryGroups(groups),
    documents,
    images: {all: async () => []},
    guests: {all: async () => [], saw: async () => undefined},
    web: {open: () => Promise.reject(new Error('no web')), text: () => Promise.reject(new Error('no web'))},
    settings: {location: 'none', load: async () => settings},
    registry: createWorldRegistry(alive, log, types),
    transport: {
      name: 'ssh',
      open: (target, options) =>
        during(`open ${formatTarget(target)}`, target.host, ({error}) => {
          if (options.signal.aborted) throw interrupted()
          if (error !== undefined) throw new ConnectError(error, `no way to ${target.host}`)
          return sessionOn(target)
        }),
      close: async () => {},
    },
    lookUp: async () => [],
    knowsHost: async (name) => alive.has(name),
    answersSsh: async () => false,
    ping: (host) =>
      during(`ping ${host}`, host, ({ping = true}) => {
        if (typeof ping === 'string') throw new CtysError(ping, `ping could not ask ${host}`)
        return ping
      }),
    memory: {load: async () => undefined, save: async () => {}, renew: async (host) => void log.push(`renew ${host}`)},
    limiter: createLimiter({most: fanout}),
    signal,
    emit: () => {},
    now: () => now,
  }
  return {context, log, done: () => log.filter((line) => !line.startsWith('open ')), most: () => most}
}

function sessionOn(target: Target): HostSession {
  const unused = () => Promise.reject(new Error('the driver of this world runs nothing'))
  return {target, exec: unused, script: unused, open: unused, put: unused, hold: () => {}, close: async () => {}}
}
