/** NEIGHBOURS: who is on the networks of the host, as its own tables say. The host is asked, its neighbours are not. */
import {PreconditionError} from '../../../domain/errors.js'
import {formatTarget} from '../../../domain/target.js'
import type {NeighboursData} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import {neighboursScript} from '../remote/neighbours.js'
import {type ParsedNeighbours, parseArpAn, parseIpNeigh, parseProcNetArp} from './neighbour-table.js'

export const neighbours = readingHandler<'neighbours'>(async (_task, {session, signal}) => {
  const result = await session.script(neighboursScript, [], {deadlineMs: 30_000, signal})
  const data = result.exitCode === 0 ? readNeighbours(result.stdout.toString()) : undefined
  if (data !== undefined) return data
  const host = formatTarget(session.target)
  throw new PreconditionError('COMMAND_FAILED', `${host}: its neighbour table could not be read`, {
    hint: 'install iproute2 or net-tools on the host',
    details: result.stderr.toString().split('\n').filter(Boolean).slice(0, 10),
  })
})

const parsers: Readonly<Record<NeighboursData['tool'], (table: string) => ParsedNeighbours>> = {
  ip: parseIpNeigh,
  proc: parseProcNetArp,
  arp: parseArpAn,
}

/** Undefined when the answer does not say whose table it is. */
export function readNeighbours(text: string): NeighboursData | undefined {
  const [tool = '', ...lines] = text.split('\n')
  if (tool !== 'ip' && tool !== 'proc' && tool !== 'arp') return undefined
  return {kind: 'neighbours', tool, ...parsers[tool](lines.join('\n'))}
}
