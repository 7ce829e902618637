/** Who is connected to a console or monitor of a QEMU, as its host shows it. */
import type {HostSession} from '../../../domain/ports/ports.js'
import {readAddress} from '../monitor/proc-address.js'
import type {Way} from '../monitor/reach.js'
import {socketClientsScript} from '../remote/socket-clients.js'

export interface SocketClient {
  /**
   * `ctys`: a ctys that says it is on the console. `coupled`: one that the machine ends with. `end`: a process at the other end. `words`: one that names the socket in
   * its words and holds a connection. `far`: one on another machine.
   */
  readonly how: 'ctys' | 'coupled' | 'end' | 'words' | 'far'
  readonly pid?: number
  /** When it was started, in ticks since the host was. */
  readonly start?: string
  /** How long it runs, in seconds. */
  readonly ageS?: number
  /** Address its user comes from, or empty. */
  readonly from: string
  readonly user: string
  /** Of the program; of a ctys its user and machine. */
  readonly name: string
}

/** Empty where the host shows nobody. Never rejects. */
export async function clientsAt(
  session: HostSession,
  pid: number,
  to: Way['to'],
  signal: AbortSignal,
): Promise<readonly SocketClient[]> {
  const [args, input] =
    'unix' in to ? [['unix'], to.unix] : [['tcp', to.tcp.toString(16).toUpperCase().padStart(4, '0')], '']
  const limits = {deadlineMs: 10_000, maxBytes: 64 * 1024, signal}
  const seen = await session
    .script(socketClientsScript, [String(pid), ...args], {...limits, input: `${input}\n`})
    .catch(() => undefined)
  return (seen?.stdout.toString().split('\n') ?? []).flatMap(readClient)
}

const line = /^(ctys|coupled|end|words|far) (\d+|-) (\d+|-) (\d+|-) (\S+) (\S+) ?(.*)$/

function readClient(text: string): readonly SocketClient[] {
  const [, how, pid = '-', start = '-', age = '-', from = '-', user = '', name = ''] = line.exec(text) ?? []
  if (how === undefined) return []
  return [
    {
      how: how as SocketClient['how'],
      ...(pid !== '-' && {pid: Number(pid)}),
      ...(start !== '-' && {start}),
      ...(age !== '-' && {ageS: Number(age)}),
      from: addressText(from),
      user,
      name: name.slice(0, 200),
    },
  ]
}

function addressText(from: string): string {
  if (from === '-') return ''
  return /^(?:hex|big):/.test(from) ? readAddress(from.replace(/^hex:/, '')) : from.slice(0, 45)
}

export function isCtysClient({how}: Pick<SocketClient, 'how'>): boolean {
  return how === 'ctys' || how === 'coupled'
}

/** For people, such as `nc (process 12, anna, from 10.0.0.5, for 3 min)`. */
export function clientText({how, pid, ageS, from, user, name}: SocketClient): string {
  if (how === 'far') return `a client at ${from}`
  const isCtys = isCtysClient({how})
  const who = isCtys ? `ctys of ${name}` : name || 'a program'
  const facts = [
    ...(isCtys || pid === undefined ? [] : [`process ${pid}`]),
    ...(user === '' || user === '-' ? [] : [isCtys ? `as ${user}` : user]),
    ...(from === '' ? [] : [`from ${from}`]),
    ...(ageS === undefined ? [] : [`for ${durationText(ageS)}`]),
  ]
  return facts.length === 0 ? who : `${who} (${facts.join(', ')})`
}

/** The other ends of a console that a ctys has to itself are its own. */
export function holderTexts(clients: readonly SocketClient[]): readonly string[] {
  const ours = clients.filter(isCtysClient)
  return [...new Set((ours.length > 0 ? ours : clients).map(clientText))]
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} days`
}
