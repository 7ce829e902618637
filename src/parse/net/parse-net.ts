/** The words about a network: names that the tools of a host can take, all faults at once. */
import type {Become, NetAsk, NetUpAsk} from '../../domain/work/net.js'
import {isNetworkName} from '../../lib/network-name.js'
import {interfaceName} from './values.js'

export interface NetWords {
  readonly name: string
  /** USER, USER.GROUP or USER:GROUP. */
  readonly owner?: string | undefined
  readonly group?: string | undefined
  readonly bridge?: string | undefined
  readonly interface?: string | undefined
  readonly sock?: string | undefined
  readonly mgmt?: string | undefined
  readonly extent?: NetUpAsk['extent']
  readonly become: readonly Become[]
  readonly force: boolean
}

const accountName = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/
/** sun_path of unix(7) holds 107 bytes; below the directory lie sockets such as `ctl` and `.12345-00000`. */
const longestSock = 88
const longestMgmt = 107

export function parseNet(words: NetWords, faults: string[]): NetUpAsk {
  const {name, extent = 'bridge', become, force, bridge, sock, mgmt} = words
  const fault = (flag: string, value: string, what: string) => faults.push(`${flag}: '${value}' ${what}`)
  if (!isNetworkName(name)) fault('--name', name, 'is no name of a network: letters, digits, _ and -')
  const {user, group} = readOwner(words)
  for (const [flag, value] of [
    ['-u', user],
    ['-g', group],
  ] as const) {
    if (value !== undefined && !accountName.test(value))
      fault(flag, value, `is no name of a ${flag === '-u' ? 'user' : 'group'}`)
  }
  for (const [flag, value] of [
    ['-b', bridge],
    ['-i', words.interface],
  ] as const) {
    if (value !== undefined && (!interfaceName.test(value) || /^\.{1,2}$/.test(value))) {
      fault(flag, value, 'is no name of a network interface: at most 15 letters, digits, _ . : + @ ~ -')
    }
  }
  for (const [flag, value, most] of [
    ['-s', sock, longestSock],
    ['-S', mgmt, longestMgmt],
  ] as const) {
    if (value === undefined) continue
    if (!value.startsWith('/') || /[\0-\x20\x7f]/.test(value)) fault(flag, value, 'is no absolute path without blanks')
    else if (Buffer.byteLength(value) > most)
      fault(flag, value, `is longer than the ${most} bytes a socket there may have`)
  }
  if (sock !== undefined && sock === mgmt) faults.push('-s, -S: are the same path')
  if (extent !== 'bridge' && (bridge !== undefined || words.interface !== undefined)) {
    faults.push(`--extent ${extent}: has no bridge, so neither -b nor -i`)
  }
  if (words.interface !== undefined && words.interface === bridge)
    faults.push('-i, -b: an interface cannot be its own bridge')
  return {
    name,
    extent,
    become,
    ...(user !== undefined && {user}),
    ...(group !== undefined && {group}),
    ...(bridge !== undefined && {bridge}),
    ...(words.interface !== undefined && {interface: words.interface}),
    ...(sock !== undefined && {sock}),
    ...(mgmt !== undefined && {mgmt}),
    ...(force && {force}),
  }
}

/** What of it names a network that is there. */
export function netAskOf({name, user, sock, mgmt, become, force}: NetUpAsk): NetAsk {
  return {
    name,
    become,
    ...(user !== undefined && {user}),
    ...(sock !== undefined && {sock}),
    ...(mgmt !== undefined && {mgmt}),
    ...(force !== undefined && {force}),
  }
}

/** A colon parts a name with dots from its group. */
function readOwner({owner, group}: NetWords): {readonly user?: string; readonly group?: string} {
  if (owner === undefined) return group === undefined ? {} : {group}
  const at = owner.includes(':') ? owner.indexOf(':') : owner.indexOf('.')
  const own = at < 0 ? undefined : owner.slice(at + 1)
  const both = group ?? own
  return {user: at < 0 ? owner : owner.slice(0, at), ...(both !== undefined && {group: both})}
}

/** `-Z KSU,NOKSU,SUDO,NOSUDO,ALL` of the original, and doas. What is not there is refused by name. */
export function parseBecome(text: string, faults: string[]): readonly Become[] {
  const ways = new Set<Become>()
  for (const word of text.split(/[,%]/).map((one) => one.trim().toUpperCase())) {
    if (word === 'SUDO' || word === 'ALL') ways.add('sudo')
    if (word === 'DOAS' || word === 'ALL') ways.add('doas')
    else if (word === 'NOSUDO') ways.delete('sudo')
    else if (word === 'KSU') faults.push('-Z KSU: ctys does not use ksu; SUDO and DOAS are there, or root@HOST')
    else if (!['SUDO', 'NOKSU'].includes(word))
      faults.push(`-Z: '${word}' is none of SUDO, NOSUDO, DOAS, KSU, NOKSU, ALL`)
  }
  return [...ways]
}
