/** Macros as files, found along a search path like groups. */
import {join} from 'node:path'
import type {MacroSource} from '../../src/domain/ports/ports.js'
import {homeDirectory} from '../../src/lib/home.js'
import {findFile, splitSearchPath} from '../groups/search-path.js'
import {parseMacros} from './parse-macros.js'

/** `path`: CTYS_MACRO_PATH; without it `~/.ctys/macros`. */
export function createMacroFiles(path: string | undefined): MacroSource {
  const directories = splitSearchPath(path || join(homeDirectory(), '.ctys/macros'))
  return {
    location: directories.join(':'),
    async load(name) {
      const found = await findFile(directories, name)
      if (found === undefined) return undefined
      const {file} = found
      if ('fault' in found) return {file, macros: new Map(), faults: [`${file}: ${found.fault}`]}
      const {macros, faults} = parseMacros(found.text)
      return {file, macros, faults: faults.map(({line, reason}) => `${file}:${line}: ${reason}`)}
    },
  }
}
