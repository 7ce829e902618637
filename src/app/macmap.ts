import {UsageError} from '../domain/errors.js'
import type {MacmapStore} from '../domain/ports.js'
import {compilePattern} from '../domain/query-pattern.js'
import type {Report} from '../domain/report.js'
import {parseEre} from '../parse/query-ere.js'
import {buildMacmapReport} from '../report/macmap-report.js'
import type {ReportStyle} from '../report/report-style.js'
import {type ColumnWords, chosenColumns} from './entry-layout.js'

export interface MacmapWords extends ColumnWords {
  /** POSIX extended, without regard to case, anywhere in `name;ip;mac`. */
  readonly pattern: string
  readonly upperCase: boolean
}

/** `ctys macmap PATTERN`: asks the address map, opens no connection. */
export async function findInMacmap(words: MacmapWords, macmap: MacmapStore, style: ReportStyle): Promise<Report> {
  const pattern = parseEre(words.pattern, {ignoreCase: true})
  if ('fault' in pattern) throw new UsageError([`'${words.pattern}': ${pattern.fault}`])
  const fits = compilePattern(pattern)
  const known = await macmap.read()
  const entries = known.entries
    .filter(({name, ip, mac}) => fits(`${name};${ip};${mac}`))
    .map(({name, ip, mac}) => ({name, ip, mac}))
  return buildMacmapReport({
    entries,
    macmap: {location: macmap.location, size: known.entries.length, rejects: known.rejects},
    layout: {columns: chosenColumns(words), upperCase: words.upperCase},
    style,
  })
}
