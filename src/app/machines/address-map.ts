/** Addresses of machines that are to be made, by their names. */
import {isIPv4} from 'node:net'
import type {CommandContext} from '../../domain/ports/ports.js'
import {Gate} from '../../lib/gate.js'
import type {AddFault} from '../../parse/make/new-words.js'
import type {AddressSource} from '../../parse/make/parse-network.js'

/** Of a name as it was asked for. */
export type AddressesByName = ReadonlyMap<string, KnownAddress>

interface KnownAddress {
  readonly ip: string
  readonly mac?: string
}

interface Asking {
  readonly addFault: AddFault
  /** The guests are told theirs, with a prefix of IPv4. */
  readonly isTold: boolean
  readonly context: Pick<CommandContext, 'macmap' | 'lookUp' | 'signal'>
}

const lookUpsAtOnce = 16

/**
 * What the address map (ctys macmap) or the name service of this machine says of them; a name without an address is a
 * fault. Throws PreconditionError where the name service does not answer.
 */
export async function addressesByName(
  source: AddressSource,
  labels: readonly string[],
  {addFault, isTold, context}: Asking,
): Promise<AddressesByName> {
  const found = await (source === 'map' ? ofMap(labels, context) : ofNameService(labels, isTold, context))
  const missing = labels.filter((label) => !found.has(label))
  if (missing.length > 0) {
    const who = source === 'map' ? 'the address map' : 'the name service'
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
    const next = source === 'map' ? ' (ctys macmap)' : ''
    addFault('ip', `${who} has no address of ${missing.slice(0, 3).join(', ')}${more}${next}`)
  }
  return found
}

async function ofMap(labels: readonly string[], {macmap}: Asking['context']): Promise<AddressesByName> {
  const {entries} = await macmap.read()
  const known = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]))
  return new Map(
    labels.flatMap((label): readonly [string, KnownAddress][] => {
      const {ip = '', mac = ''} = known.get(label.toLowerCase()) ?? {}
      return ip === '' ? [] : [[label, {ip, ...(mac !== '' && {mac})}]]
    }),
  )
}

/** IPv4 before IPv6; loopback is this machine, and no guest. */
async function ofNameService(
  labels: readonly string[],
  isTold: boolean,
  {lookUp, signal}: Asking['context'],
): Promise<AddressesByName> {
  const asked = await new Gate(lookUpsAtOnce).enterAll(
    labels.map((label) => async () => {
      const all = (await lookUp(label, {signal})).filter((ip) => !/^127\.|^::1$/.test(ip))
      return [label, all.find((ip) => isIPv4(ip)) ?? (isTold ? undefined : all[0])] as const
    }),
  )
  return new Map(asked.flatMap(([label, ip]) => (ip === undefined ? [] : [[label, {ip}] as const])))
}
