import {basename} from 'node:path'
import {UsageError} from '../../src/domain/errors.js'
import {type AddressFormat, addressFormats, type Extracted} from '../../src/domain/network/network-entry.js'
import type {AddressExtractor} from '../../src/domain/ports/ports.js'
import {parseDhcpHostsFile, parseDnsmasqConf} from './dhcp-dnsmasq.js'
import {parseDhcpdConf} from './dhcp-isc.js'
import {parseKeaConf} from './dhcp-kea.js'
import {linesOf} from './entry.js'
import {parseEthers} from './ethers.js'

const parsers: Readonly<Record<AddressFormat, (text: string) => Extracted>> = {
  isc: parseDhcpdConf,
  dnsmasq: parseDnsmasqConf,
  'dnsmasq-hosts': parseDhcpHostsFile,
  kea: parseKeaConf,
  ethers: (text) => ({...parseEthers(text), includes: []}),
}

/** Reads a file in the format given, or in the one its text or else its name tells. Throws UsageError for neither. */
export const extractAddresses: AddressExtractor = ({name, text, format = guessFormat(name, text)}) => {
  if (format === undefined) {
    throw new UsageError([`${name}: its format cannot be told`], `--format ${addressFormats.join('|')}`)
  }
  return parsers[format](text)
}

/** By what no other format could hold; `ctys extract-mac` says which one it took only by its faults. */
export function guessFormat(name: string, text: string): AddressFormat | undefined {
  const lines = linesOf(text)
  if (/"(?:Dhcp[46]|reservations|hw-address)"\s*:/.test(text)) return 'kea'
  if (lines.some((line) => /^(?:--)?dhcp-host(?:sfile|sdir)?\s*=/.test(line.trimStart()))) return 'dnsmasq'
  if (lines.some(isIsc)) return 'isc'
  const first = lines.find((line) => /^\s*[^\s#]/.test(line)) ?? ''
  const [, separator] = /^\s*(?:[0-9a-f]{1,2}[:-]){5}[0-9a-f]{1,2}(\s|,)/i.exec(first) ?? []
  if (separator !== undefined) return separator === ',' ? 'dnsmasq-hosts' : 'ethers'
  return names.find(([shape]) => shape.test(basename(name)))?.[1]
}

/** `hardware ethernet`, `host NAME {` or `subnet ADDRESS ... {` before a comment. */
function isIsc(line: string): boolean {
  const words = line
    .replace(/#.*/s, '')
    .replaceAll('{', ' { ')
    .split(/[\s;]+/)
  const brace = words.lastIndexOf('{')
  return words.some((word, index) => {
    if (word === 'hardware') return words[index + 1] === 'ethernet'
    if (word === 'host') return words[index + 2] === '{'
    return /^subnet6?$/.test(word) && brace > index + 1
  })
}

const names: readonly (readonly [RegExp, AddressFormat])[] = [
  [/kea/i, 'kea'],
  [/dnsmasq/i, 'dnsmasq'],
  [/^dhcpd/i, 'isc'],
  [/^ethers/i, 'ethers'],
]
