import {join} from 'node:path'
import {openedOnce} from '../../inventory/combined/opened-once.js'
import {createScanMemory} from '../../inventory/scan-memory/scan-memory.js'
import {createSilentHosts} from '../../inventory/silent-hosts/silent-hosts.js'
import {documents} from '../../inventory/yaml/documents.js'
import type {ConsoleClient, ScreenClient} from '../domain/ports/console-client.js'
import type {CommandContext, RunEvent} from '../domain/ports/ports.js'
import {registry} from '../drivers/registry.js'
import {createLimiter} from '../execute/limiter/limiter.js'
import {cacheDirectory} from '../lib/home.js'
import {answersSsh} from '../transport/answers-ssh.js'
import {createKnowsHost} from '../transport/known-name.js'
import {lookUp} from '../transport/look-up.js'
import {createPing} from '../transport/ping.js'
import {type AtTerminal, createTransport} from '../transport/route.js'
import {web} from '../transport/web.js'
import {orGroupMeant} from './group-meant.js'
import {composeGroups} from './groups.js'
import {composeGuests} from './guests.js'
import {composeImages} from './images.js'
import {composeInventory, defaultDirectory, namedDirectories} from './inventory.js'
import {composeMacmap} from './network.js'
import {composeSettings} from './settings.js'

export interface ComposeOptions {
  readonly signal: AbortSignal
  /** Called before anything of a host is opened. */
  readonly opening?: () => void
  readonly emit: (event: RunEvent) => void
  /** Shows the answer so far; absent where nobody looks. */
  readonly preview?: CommandContext['preview']
  /** A line for --verbose. */
  readonly note: (text: string) => void
  /** The person at the terminal; absent where nobody can be asked. */
  readonly person?: AtTerminal
  /** Who takes part in a console. */
  readonly console?: ConsoleClient
  /** Who sees a screen. */
  readonly screen?: ScreenClient
  readonly fanout: number
  readonly transport?: 'ssh' | 'openssh' | 'local'
  readonly sshConfig?: string
  readonly inventory?: string
}

/** The one place that builds real adapters, for one command: its inventory is read once. Opens nothing. */
export function compose(options: ComposeOptions): CommandContext {
  const {signal, opening, emit, preview, note, person, console, screen, fanout, transport, sshConfig, inventory} =
    options
  const way = createTransport({
    note,
    ...(person !== undefined && {person}),
    ...(transport !== undefined && {force: transport}),
    ...(sshConfig !== undefined && {configFile: sshConfig}),
  })
  const groups = composeGroups(note)
  return {
    inventory: openedOnce(composeInventory(inventory)),
    macmap: composeMacmap(inventory),
    groups,
    documents,
    images: composeImages(),
    guests: composeGuests(),
    web,
    settings: composeSettings(),
    registry,
    transport: {
      ...way,
      open: (target, context) => {
        opening?.()
        return way.open(target, context).catch(async (error: unknown) => {
          throw await orGroupMeant(error, target, groups)
        })
      },
    },
    limiter: createLimiter({most: fanout, bastionOf: way.bastionOf}),
    knowsHost: createKnowsHost({...(sshConfig !== undefined && {configFile: sshConfig})}),
    answersSsh,
    lookUp,
    ping: createPing({...(sshConfig !== undefined && {configFile: sshConfig})}),
    memory: createScanMemory(join(namedDirectories(inventory)[0] ?? defaultDirectory(), 'scan')),
    silentHosts: createSilentHosts(() => join(cacheDirectory(), 'silent-hosts')),
    ...(console !== undefined && {console}),
    ...(screen !== undefined && {screen}),
    signal,
    emit,
    ...(preview !== undefined && {preview}),
    now: () => new Date(),
  }
}
