import {UsageError} from '../../domain/errors.js'
import type {MacmapStore} from '../../domain/ports/ports.js'
import type {MacmapResult} from '../../domain/results/network.js'
import {parseEre} from '../../query/ere/parse.js'
import {compilePattern} from '../../query/ere/pattern.js'
import {type ColumnInput, chosenColumns} from '../find/entry-layout.js'

export interface MacmapInput extends ColumnInput {
  /** POSIX extended, without regard to case, anywhere in `name;ip;mac`. */
  readonly pattern: string
  readonly upperCase: boolean
}

/** `ctys macmap PATTERN`: asks the address map, opens no connection. */
export async function findInMacmap(input: MacmapInput, macmap: MacmapStore): Promise<MacmapResult> {
  const pattern = parseEre(input.pattern, {ignoreCase: true})
  if ('fault' in pattern) throw new UsageError([`'${input.pattern}': ${pattern.fault}`])
  const fits = compilePattern(pattern)
  const known = await macmap.read()
  const entries = known.entries
    .filter(({name, ip, mac}) => fits(`${name};${ip};${mac}`))
    .map(({name, ip, mac}) => ({name, ip, mac}))
  return {
    kind: 'macmap',
    entries,
    macmap: {location: macmap.location, size: known.entries.length, rejects: known.rejects},
    layout: {columns: chosenColumns(input), upperCase: input.upperCase},
  }
}
