import * as Flags from '@oclif/core/flags'
import {type ExtractMacInput, extractMac} from '../../app/network/extract-mac.js'
import {findInMacmap, type MacmapInput} from '../../app/network/macmap.js'
import {composeNetwork} from '../../compose/network.js'
import {ConfigError, CtysError} from '../../domain/errors.js'
import {type AddressFormat, addressFormats} from '../../domain/network/network-entry.js'
import {reasonOf} from '../../lib/reason-of.js'
import {MiB, readInput} from '../../lib/regular-file.js'
import {render} from '../../report/render.js'
import {printUseCase} from './print-use-case.js'

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
  readonly yaml?: boolean | undefined
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** `ctys macmap`: works offline. The original has `:` or `%` between directories. */
export async function macmapOffline({
  inventory,
  json,
  yaml,
  terse,
  ...words
}: OfflineFlags & MacmapInput): Promise<void> {
  const {macmap} = composeNetwork(inventory?.replaceAll(/[:%]/g, ','))
  await printUseCase({json, yaml, terse}, () => findInMacmap(words, macmap), render)
}

interface ExtractMacFlags extends OfflineFlags, Omit<ExtractMacInput, 'file' | 'format'> {
  /** A path, or `-` for standard input. */
  readonly path: string
  readonly format?: AddressFormat | undefined
}

/** `ctys extract-mac`: works offline. */
export async function extractMacOffline(flags: ExtractMacFlags): Promise<void> {
  const {path, format, inventory, json, yaml, terse, ...words} = flags
  const ask = async () => {
    const file = await inputOf(path)
    return extractMac({...words, file, ...(format !== undefined && {format})}, composeNetwork(inventory))
  }
  await printUseCase({json, yaml, terse}, ask, render)
}

async function inputOf(path: string): Promise<{readonly name: string; readonly text: string}> {
  const name = path === '-' ? 'standard input' : path
  try {
    return {name, text: (await readInput(path, {maxBytes: 64 * MiB, what: 'a file of addresses'})).toString()}
  } catch (error) {
    if (error instanceof CtysError) throw error
    throw new ConfigError('CONFIG', `cannot read ${name}: ${reasonOf(error)}`, {cause: error})
  }
}
