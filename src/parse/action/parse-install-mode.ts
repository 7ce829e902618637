/**
 * INSTMODE of CREATE: `INSTMODE`, everything as the configuration has it, or all of
 * `INSTMODE:MODE%SOURCE%TARGET-MODE%TARGET%STAGE`. `default` stands for the configuration's value, `none` for none.
 */
import {splitPercent} from '../../lib/split-suboptions.js'
import {suggestOrList} from '../../lib/suggest.js'

const open = ['DEFAULT', 'NONE']
/** Keywords of a field by its place; undefined where anything may stand. */
const fields: readonly {readonly name: string; readonly words?: readonly string[]}[] = [
  {name: 'boot mode', words: ['CD', 'DVD', 'FDD', 'HDD', 'USB', 'VHDD', 'PXE', ...open]},
  {name: 'source'},
  {name: 'target mode', words: ['HDD', 'USB', 'VHDD', ...open]},
  {name: 'target'},
  {name: 'stage', words: ['INIT', ...open]},
]

/** Faults are added to `faults`; the text comes back as the wrapper gets it, empty for the bare word. */
export function parseInstallMode(args: string | undefined, faults: string[]): string {
  if (args === undefined) return ''
  const values = splitPercent(args)
  if (values.length !== fields.length) {
    faults.push(
      `create: instmode:${args}: ${values.length} of ${fields.length} fields; INSTMODE alone, or MODE%SOURCE%TARGETMODE%TARGET%STAGE`,
    )
    return args
  }
  for (const [index, {name, words}] of fields.entries()) {
    const value = values[index] ?? ''
    if (value === '') faults.push(`create: instmode:${args}: the ${name} is empty (default, or none)`)
    else if (words !== undefined && !words.includes(value.toUpperCase())) {
      faults.push(`create: instmode:${args}: unknown ${name} '${value}'${suggestOrList(value, words)}`)
    }
  }
  return args
}
