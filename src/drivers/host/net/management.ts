/**
 * The management socket of a VDE switch, a line protocol (vde_switch(1), "management"): a banner and the prompt `vde$ `,
 * then for each command a line `0000 DATA END WITH '.'` with data up to a line `.` where there are any, a line with its
 * status (1000 is success), an empty line and the prompt. Data lines come from processes of any user and are hostile.
 */
import type {Duplex} from 'node:stream'
import {PreconditionError} from '../../../domain/errors.js'
import {withDeadline} from '../../../lib/deadline.js'
import {isUnicastMac, readMac} from '../../../lib/network-address.js'

const prompt = 'vde$ '
const maxBytes = 1024 * 1024

interface AskOptions {
  readonly signal: AbortSignal
  /** Of each command. */
  readonly deadlineMs?: number
}

/** The data of each command. The stream belongs to this, also when it throws. Throws COMMAND_FAILED. */
export async function askSwitch(
  stream: Duplex,
  commands: readonly string[],
  {signal, deadlineMs = 5_000}: AskOptions,
): Promise<readonly string[]> {
  const reader = new PromptReader(stream)
  const next = () =>
    withDeadline(reader.next(), {
      ms: deadlineMs,
      signal,
      timeout: () => failed(`it does not answer within ${deadlineMs / 1000} s`),
    })
  try {
    await next()
    const answers: string[] = []
    for (const command of commands) {
      stream.write(`${command}\n`)
      answers.push(dataOf(await next(), command))
    }
    stream.write('logout\n')
    return answers
  } finally {
    stream.destroy()
  }
}

function failed(why: string): PreconditionError {
  return new PreconditionError('COMMAND_FAILED', `the switch could not be asked: ${why}`)
}

function dataOf(text: string, command: string): string {
  const lines = text.split(/\r?\n/)
  const begin = lines.findIndex((line) => line.startsWith('0000 DATA'))
  const end = lines.lastIndexOf('.')
  const status = lines.findLast((line) => /^1\d\d\d /.test(line)) ?? ''
  if (!status.startsWith('1000')) throw failed(`${command}: ${status === '' ? 'no status' : status}`)
  return begin < 0 || end < begin ? '' : lines.slice(begin + 1, end).join('\n')
}

/** Texts that end with the prompt at the end of what has come. */
class PromptReader {
  #text = ''
  #fault: Error | undefined
  #wake: (() => void) | undefined

  constructor(stream: Duplex) {
    stream.setEncoding('latin1')
    stream.on('data', (chunk: string) => {
      this.#text += chunk
      if (this.#text.length > maxBytes) this.#end(failed('it says too much'))
      else this.#wake?.()
    })
    stream.on('error', () => this.#end(failed('the connection broke')))
    stream.on('close', () => this.#end(failed('it ended the connection')))
  }

  #end(fault: Error): void {
    this.#fault ??= fault
    this.#wake?.()
  }

  async next(): Promise<string> {
    for (;;) {
      if (this.#text.endsWith(prompt)) {
        const text = this.#text.slice(0, -prompt.length)
        this.#text = ''
        return text
      }
      if (this.#fault !== undefined) throw this.#fault
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** A port of a switch as `port/allprint` shows it. */
export interface SwitchPort {
  readonly port: number
  readonly vlan: number
  readonly rxBytes: number
  readonly txBytes: number
  readonly endpoints: readonly Endpoint[]
}

export interface Endpoint {
  /** As the switch has it: `vdeplug: user=alice pid=18`, or the name of a TAP. */
  readonly text: string
  /** It is a TAP of the switch itself. */
  readonly tap?: string
  readonly pid?: number
  readonly user?: string
}

export function readPorts(text: string): readonly SwitchPort[] {
  const ports: {port: number; vlan: number; rxBytes: number; txBytes: number; endpoints: Endpoint[]}[] = []
  for (const line of text.split('\n')) {
    const [, port, vlan] = /^Port (\d+) untagged_vlan=(\d+)/.exec(line) ?? []
    if (port !== undefined) {
      ports.push({port: Number(port), vlan: Number(vlan), rxBytes: 0, txBytes: 0, endpoints: []})
      continue
    }
    const last = ports.at(-1)
    const [, way, bytes] = /^ (IN|OUT): +pkts +\d+ +bytes +(\d+)/.exec(line) ?? []
    if (last !== undefined && way === 'IN') last.rxBytes = Number(bytes)
    if (last !== undefined && way === 'OUT') last.txBytes = Number(bytes)
    const [whole, module = '', said = ''] = /^ {2}-- endpoint ID \d+ module ([^:]*): ?(.*)$/.exec(line) ?? []
    if (last !== undefined && whole !== undefined) last.endpoints.push(readEndpoint(module.trim(), said.trim()))
  }
  return ports
}

function readEndpoint(module: string, text: string): Endpoint {
  if (module === 'tuntap') return {text, tap: text}
  const pid = /\bpid=(\d+)/i.exec(text)?.[1]
  const user = /\buser=([^\s:]+)/i.exec(text)?.[1]
  return {text, ...(pid !== undefined && {pid: Number(pid)}), ...(user !== undefined && {user})}
}

/** What a switch lets through at its ports. */
export interface PortTable {
  /** Every port that is there, and what comes in at it without a tag. */
  readonly untagged: ReadonlyMap<number, number>
  /** VLANs that are there, with the ports at which they pass with a tag. */
  readonly tagged: ReadonlyMap<number, ReadonlySet<number>>
}

/** Of `port/allprint` and `vlan/allprint`: `VLAN 0010`, then ` -- Port 0003 tagged=1 active=1 status=Forwarding` for each port. */
export function readPortTable(ports: string, vlans: string): PortTable {
  const tagged = new Map<number, Set<number>>()
  let open = new Set<number>()
  for (const line of vlans.split('\n')) {
    const [, vlan] = /^VLAN (\d+)/.exec(line) ?? []
    const [, port, isTagged] = /^ -- Port (\d+) tagged=(\d)/.exec(line) ?? []
    if (vlan !== undefined) {
      open = new Set()
      tagged.set(Number(vlan), open)
    } else if (port !== undefined && isTagged === '1') open.add(Number(port))
  }
  return {untagged: new Map(readPorts(ports).map(({port, vlan}) => [port, vlan])), tagged}
}

/** MAC addresses that the switch has seen, by port, of `hash/print`: `Hash: 0012 Addr: 52:54:00:12:34:56 VLAN 0000 to port: 002`. */
export function readHash(text: string): ReadonlyMap<number, readonly string[]> {
  const macs = new Map<number, string[]>()
  for (const line of text.split('\n')) {
    const [, hardware = '', port] = /Addr: (\S+) .*to port: *(\d+)/.exec(line) ?? []
    const mac = readMac(hardware)
    if (port === undefined || mac === undefined || !isUnicastMac(mac)) continue
    const known = macs.get(Number(port))
    if (known === undefined) macs.set(Number(port), [mac])
    else known.push(mac)
  }
  return macs
}
