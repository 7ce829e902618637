/** What a host says of itself for LIST. */
import type {HostSession} from '../../../domain/ports/ports.js'
import type {ListedHost} from '../../../domain/work/answers.js'
import {readHost} from '../pm/reader.js'
import {hostRowScript} from '../remote/host-row.js'

const hostFile = '/etc/ctys.d/pm.conf'

/** Undefined where the host says nothing: that is no reason to list nothing. */
export async function askHostRow(session: HostSession, signal: AbortSignal): Promise<ListedHost | undefined> {
  try {
    const {exitCode, stdout} = await session.script(hostRowScript, [], {deadlineMs: 10_000, signal})
    return exitCode === 0 ? readHostRow(stdout) : undefined
  } catch {
    return undefined
  }
}

export function readHostRow(answer: Buffer): ListedHost | undefined {
  const end = answer.indexOf('\nF\n')
  const lines = (end < 0 ? answer : answer.subarray(0, end)).toString().split('\n')
  const facts = lines.filter((line) => line.startsWith('P ')).map((line) => line.slice(2))
  const factOf = (key: string) => facts.find((fact) => fact.startsWith(`${key} `))?.slice(key.length + 1) ?? ''
  const content = end < 0 ? undefined : answer.subarray(end + 3)
  const file = content && ({path: hostFile, stamp: '', state: 'read', content} as const)
  const {machine} = readHost({facts, ...(file !== undefined && {file})})
  if (machine === undefined) return undefined
  const card =
    machine.interfaces.find(({gateway}) => gateway !== undefined) ??
    machine.interfaces.find(({tcp}) => tcp !== undefined) ??
    machine.interfaces[0] ??
    {}
  const {os = '', osRel = '', dist = '', distRel = '', arch = '', accelerator} = card
  const exact = factOf('exact')
  return {
    // a name that nobody gave is the host's, which stands in front of it
    label: content !== undefined && /^#@#[ \t]*LABEL[ \t]*=/m.test(content.toString('latin1')) ? machine.label : '',
    id: machine.id,
    uuid: machine.uuid,
    mac: card.mac ?? '',
    tcp: card.tcp ?? '',
    ifName: card.mac === undefined ? '' : (card.ifName ?? ''),
    system: joined(os, osRel),
    distribution: joined(dist, dist === 'debian' && /^\d+[.\d]*$/.test(exact) ? exact : distRel),
    accelerator: accelerator ?? (factOf('virtual') === '1' ? 'HVM' : 'PARA'),
    arch,
  }
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('-')
}
