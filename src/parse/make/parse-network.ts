/** Where a new guest is reached: its address, and for cloud-init or an installer what belongs to it. */
import {isIP} from 'node:net'
import type {GuestNetwork} from '../../domain/work/make.js'
import {optional} from './check-text.js'
import type {AddFault, NewInput} from './new-words.js'

/** Who knows the address that goes with a name. */
export type AddressSource = 'map' | 'dns'

export interface NetworkWords {
  /** Of one machine. */
  readonly ip?: string
  /** Each has the address that the address map, or the name service, gives its name. */
  readonly addressesOf?: AddressSource
  /** Present: the guest is told, and asks no DHCP. */
  readonly network?: GuestNetwork
}

/** `--ip ADDRESS[/PREFIX]`, `map[/PREFIX]` or `dns[/PREFIX]`; --gateway and --dns are told to a guest that has a prefix. */
export function parseNetwork({ip, gateway, dns = []}: NewInput, addFault: AddFault): NetworkWords {
  const [, address = '', bits] = /^([^/]*)(?:\/(.*))?$/s.exec(ip ?? '') ?? []
  const source = address === 'map' || address === 'dns' ? address : undefined
  const family = isIP(source === undefined ? address : '0.0.0.0')
  if (ip !== undefined && family === 0) addFault('ip', `'${address}' is no IP address`)
  const most = family === 6 ? 128 : 32
  const prefix = bits === undefined ? undefined : Number(/^\d{1,3}$/.test(bits) ? bits : Number.NaN)
  if (prefix !== undefined && !(prefix >= 1 && prefix <= most))
    addFault('ip', `'/${bits}' is no prefix from 1 to ${most}`)
  if (prefix === undefined) {
    for (const [word, value] of [
      ['gateway', gateway],
      ['dns', dns[0]],
    ] as const) {
      if (value !== undefined) addFault(word, 'is told to a guest with an address of its own: --ip ADDRESS/PREFIX')
    }
  }
  if (gateway !== undefined && isIP(gateway) === 0) addFault('gateway', `'${gateway}' is no IP address`)
  else if (gateway !== undefined && isIP(gateway) !== family)
    addFault('gateway', `'${gateway}' is of another family than the address`)
  for (const server of dns) if (isIP(server) === 0) addFault('dns', `'${server}' is no IP address`)
  return {
    ...(source === undefined ? ip !== undefined && {ip: address} : {addressesOf: source}),
    ...(prefix !== undefined && {network: {prefix, dns, ...optional({gateway})}}),
  }
}
