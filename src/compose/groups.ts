import {createGroupFiles} from '../../inventory/groups/group-files.js'
import {createMacroFiles} from '../../inventory/macros/macro-files.js'
import type {GroupSource, MacroSource} from '../domain/ports/ports.js'

/** The groups of this user; `note` is told of includes that lead back to where they came from. */
export function composeGroups(note: (text: string) => void = () => undefined): GroupSource {
  return createGroupFiles({path: process.env.CTYS_GROUPS_PATH, note})
}

/** The macros of this user. */
export function composeMacros(): MacroSource {
  return createMacroFiles(process.env.CTYS_MACRO_PATH)
}
