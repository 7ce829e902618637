import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {doubtText} from '../monitor/monitor.js'
import {provePlaces} from '../monitor/proof.js'
import type {Way} from '../monitor/reach.js'
import {type ConsolePoint, findConsoles} from '../process/consoles.js'
import type {QemuProcess} from '../process/processes.js'

export interface ConsolePlace {
  readonly point: ConsolePoint
  readonly way: Way
  /** Path of its socket as the kernel shows it, or empty. */
  readonly shown: string
}

/** The first serial console on which the process itself listens. Throws PreconditionError NO_CONSOLE, with the reasons. */
export async function findConsole(process: QemuProcess, {session, signal}: HostContext): Promise<ConsolePlace> {
  const points = findConsoles(process.commandLine.options)
  const places = await provePlaces(
    session,
    process,
    points.map(({at}) => at),
    {signal},
  )
  for (const [index, point] of points.entries()) {
    const way = places[index]
    if (way === undefined || 'doubt' in way) continue
    const shown = 'unix' in point.at ? point.at.unix : 'unix' in way.to ? way.to.unix : ''
    return {point, way, shown}
  }
  const name = process.label || `process ${process.pid}`
  const reasons = places.flatMap((place) => ('doubt' in place ? [doubtText(place, 'its console')] : []))
  const [first = 'QEMU was started without a serial console'] = reasons
  throw new PreconditionError('NO_CONSOLE', `${name}: has no text console that can be reached: ${first}`, {
    hint: 'see its screen: ctys screenshot; type with ctys keys and ctys type',
    ...(reasons.length > 1 && {details: reasons}),
  })
}
