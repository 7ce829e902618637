import {readFile} from 'node:fs/promises'
import {Flags} from '@oclif/core'
import {type ExtractMacWords, extractMac} from '../app/extract-mac.js'
import {findInMacmap, type MacmapWords} from '../app/macmap.js'
import {composeNetwork} from '../compose-network.js'
import {ConfigError} from '../domain/errors.js'
import {type AddressFormat, addressFormats} from '../domain/network-entry.js'
import type {Report} from '../domain/report.js'
import {buildErrorReport} from '../report/error-report.js'
import type {ReportStyle} from '../report/report-style.js'
import {printReport} from './print-report.js'
import {styleOf} from './style-of.js'

/** Flags of both extractors: -n, -i and -m lead the rows, -p and -P store them. */
export const extractFlags = {
  name: Flags.boolean({char: 'n', description: 'names first', exclusive: ['ip', 'mac', 'ethers']}),
  ip: Flags.boolean({char: 'i', description: 'IP addresses first', exclusive: ['mac', 'ethers']}),
  mac: Flags.boolean({char: 'm', description: 'MAC addresses first', exclusive: ['ethers']}),
  ethers: Flags.boolean({
    char: 'E',
    description: 'as lines of /etc/ethers',
    default: false,
    exclusive: ['store', 'inventory'],
  }),
  store: Flags.boolean({char: 'P', description: 'store into macmap.fdb of the inventory (CTYS_DBPATH or the default)'}),
  inventory: Flags.string({char: 'p', description: 'store into macmap.fdb of this directory', helpValue: 'DIR'}),
}

/** The values of --format. */
export const formatFlag = Flags.option({
  description: 'how to read the file; default: what its text or name tells',
  options: addressFormats,
})

/** Where -P and -p store: true and the directory, undefined for the default one. */
export function storeOf({store, inventory}: {readonly store: boolean; readonly inventory?: string | undefined}) {
  const {CTYS_DBPATH: fromEnvironment = ''} = process.env
  return {
    store: store || inventory !== undefined,
    inventory: inventory ?? (fromEnvironment === '' ? undefined : fromEnvironment),
  }
}

interface OfflineFlags {
  readonly json: boolean
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** `ctys macmap`: works offline. The original has `:` or `%` between directories. */
export function macmapOffline({inventory, json, terse, ...words}: OfflineFlags & MacmapWords): Promise<void> {
  const {macmap} = composeNetwork(inventory?.replaceAll(/[:%]/g, ','))
  return printStory({json, terse}, (style) => findInMacmap(words, macmap, style))
}

interface ExtractMacFlags extends OfflineFlags, Omit<ExtractMacWords, 'file' | 'format'> {
  /** A path, or `-` for standard input. */
  readonly path: string
  readonly format?: AddressFormat | undefined
}

/** `ctys extract-mac`: works offline. */
export function extractMacOffline({path, format, inventory, json, terse, ...words}: ExtractMacFlags): Promise<void> {
  return printStory({json, terse}, async (style) => {
    const file = await readInput(path)
    return extractMac({...words, file, ...(format !== undefined && {format})}, composeNetwork(inventory), style)
  })
}

async function readInput(path: string): Promise<{readonly name: string; readonly text: string}> {
  if (path === '-') return {name: 'standard input', text: await readAll(process.stdin)}
  try {
    return {name: path, text: await readFile(path, 'utf8')}
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError('CONFIG', `cannot read ${path}: ${reason}`, {cause: error})
  }
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

async function printStory(
  flags: {readonly json: boolean; readonly terse: boolean},
  story: (style: ReportStyle) => Promise<Report>,
): Promise<void> {
  const style = styleOf(flags)
  let report: Report
  try {
    report = await story(style)
  } catch (error) {
    report = buildErrorReport(error, style)
  }
  printReport(report)
}
