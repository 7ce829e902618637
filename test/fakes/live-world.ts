import type {ErrorCode} from '../../src/domain/error-codes.js'
import {ConnectError, CtysError} from '../../src/domain/errors.js'
import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import type {EnumerateData, RunningMachine} from '../../src/domain/outcome.js'
import type {DeskContext, Driver, HostSession} from '../../src/domain/ports.js'
import type {Target} from '../../src/domain/target.js'
import {formatTarget} from '../../src/domain/target.js'
import {createMemoryGroups} from './memory-groups.js'
import {createMemoryInventory} from './memory-inventory.js'

/** One host: what runs and lies there, or why it cannot be reached. */
export interface WorldHost {
  readonly running?: readonly RunningMachine[]
  /** The account sees only its own processes there. */
  readonly hidden?: true
  readonly stored?: (bases: readonly string[]) => EnumerateData
  readonly error?: ErrorCode
  /** Whether it answers an echo; the code where it cannot be asked. Default: it answers. */
  readonly ping?: boolean | ErrorCode
}

export interface LiveWorld {
  readonly context: DeskContext
  /** What was done, `open h1`, `ping h1`, `list h1`, `enumerate h1 /vm`, in order. */
  readonly log: string[]
  /** The most that was done at one time. */
  readonly most: () => number
}

/** A network of the hosts named; every other name is one nobody answers to. */
export function createLiveWorld(
  records: readonly InventoryRecord[],
  hosts: Readonly<Record<string, WorldHost>>,
  {now, fanout = 4}: {readonly now: Date; readonly fanout?: number},
): LiveWorld {
  const log: string[] = []
  let busy = 0
  let most = 0
  const during = async <T>(work: () => T): Promise<T> => {
    busy += 1
    most = Math.max(most, busy)
    await new Promise((resolve) => setTimeout(resolve, 1))
    busy -= 1
    return work()
  }
  const hostOf = ({host}: Target) => hosts[host] ?? {error: 'CONNECT_TIMEOUT' as const, ping: false}
  const driver: Driver = {
    type: 'QEMU',
    actions: {
      probe: {run: () => Promise.reject(new Error('not asked for'))},
      list: {
        run: async ({target}) => {
          log.push(`list ${formatTarget(target)}`)
          const {running = [], hidden} = hostOf(target)
          return {kind: 'list', machines: running, ...(hidden && {hidden})}
        },
      },
      enumerate: {
        run: async ({target, action}, {memory}) => {
          if (memory !== undefined) throw new Error('the memory of scans must stay as it is')
          if (action.kind !== 'enumerate') throw new Error('no enumerate')
          log.push(`enumerate ${formatTarget(target)} ${action.types?.join()} ${action.basePaths.join()}`)
          const {stored} = hostOf(target)
          if (stored === undefined) throw new Error('nothing lies there')
          return stored(action.basePaths)
        },
      },
    },
  }
  const context: DeskContext = {
    inventory: createMemoryInventory(records),
    macmap: {location: 'none', read: async () => ({entries: [], rejects: []}), merge: async () => []},
    groups: createMemoryGroups(),
    drivers: new Map([['QEMU', driver]]),
    transport: {
      name: 'ssh',
      open: (target) => {
        log.push(`open ${formatTarget(target)}`)
        return during(() => {
          const {error} = hostOf(target)
          if (error !== undefined) throw new ConnectError(error, `no way to ${target.host}`)
          return sessionOn(target)
        })
      },
      close: async () => {},
    },
    ping: (host) => {
      log.push(`ping ${host}`)
      return during(() => {
        const {ping = true} = hostOf({host})
        if (typeof ping === 'string') throw new CtysError(ping, `ping could not ask ${host}`)
        return ping
      })
    },
    memory: {load: async () => undefined, save: async () => {}, renew: async () => {}},
    limits: {fanout},
    signal: new AbortController().signal,
    emit: () => {},
    now: () => now,
    localName: 'here',
  }
  return {context, log, most: () => most}
}

function sessionOn(target: Target): HostSession {
  const unused = () => Promise.reject(new Error('the driver of this world runs nothing'))
  return {target, exec: unused, script: unused, connectSocket: unused, close: async () => {}}
}
