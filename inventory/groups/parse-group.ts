/**
 * The text of a group file. `#include GROUP[,GROUP...]` at the start of a line takes other groups in, other lines that
 * begin with `#` are comments; every other line holds members, `[user@]host[:port]`, with commas between them.
 *
 * Context options of the original, `host(...)` and `CONTEXT(...)`, are refused: a group that loses them does something
 * else than its author meant. Members are words here; whether they are targets is judged by who reads targets.
 */
import {isListName} from './list-name.js'

/** In the order of the file. */
export type GroupItem =
  | {readonly line: number; readonly include: string}
  | {readonly line: number; readonly member: string}
  | {readonly line: number; readonly fault: string}

export function parseGroup(text: string): readonly GroupItem[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((line, index) => parseLine(line, index + 1))
}

function parseLine(text: string, line: number): readonly GroupItem[] {
  const include = /^#include(?:[ \t]+(.*))?$/.exec(text)
  if (include !== null) return includesOf(include[1] ?? '', line)
  const rest = text.trim()
  if (rest === '' || rest.startsWith('#')) return []
  if (/^CONTEXT\W*\(/i.test(rest)) return [{line, fault: 'CONTEXT lines are not supported yet'}]
  if (/[({]/.test(rest))
    return [{line, fault: 'context options and subtasks are not supported yet: name the host only'}]
  return listOf(rest).map((member) => {
    if (/^\S*$/.test(member)) return {line, member}
    return {line, fault: `'${member}': a comma stands between members, and a comment has a line of its own`}
  })
}

function includesOf(names: string, line: number): readonly GroupItem[] {
  if (/[({]/.test(names)) return [{line, fault: '#include: context options cannot stand here'}]
  const included = listOf(names)
  if (included.length === 0) return [{line, fault: '#include: names no group'}]
  return included.map((include) =>
    isListName(include) ? {line, include} : {line, fault: `#include: '${include}' cannot be the name of a group`},
  )
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
