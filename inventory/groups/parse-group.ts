/**
 * The text of a group file. `#include GROUP[,GROUP...]` at the start of a line takes other groups in, other lines that
 * begin with `#` are comments; every other line holds members, `[user@]host[:port]`, with commas between them. Behind a
 * member its context options may stand, `host'(-c off)'`, and `CONTEXT'(...)'` holds those of all members.
 *
 * Members are words here and options are text; whether they are targets and options is judged by who reads them.
 */
import {isListName} from './list-name.js'

/** In the order of the file. */
export type GroupItem =
  | {readonly line: number; readonly include: string}
  | {readonly line: number; readonly member: string; readonly options?: string}
  | {readonly line: number; readonly context: string}
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
  if (/^CONTEXT\W*\(/i.test(rest)) {
    const [, context] = /^CONTEXT[ \t]*'?\((.*)\)'?$/i.exec(rest) ?? []
    return [
      context === undefined ? {line, fault: "CONTEXT: CONTEXT'(OPTIONS)' has a line of its own"} : {line, context},
    ]
  }
  if (/[{}[\]]/.test(rest.replace(/(?:^|[@,\s])\[[^[\]]*\]/g, '')))
    return [{line, fault: 'subtasks and stacks stand in calls and macros only'}]
  return listOf(rest).map((part) => memberOf(part, line))
}

function memberOf(part: string, line: number): GroupItem {
  const [, member = part, options] = /^([^\s(']+)'?\((.*)\)'?$/.exec(part) ?? []
  if (options !== undefined && balance(options) === 0) return {line, member, options: options.trim()}
  if (/[()]/.test(part)) return {line, fault: `'${part}': context options are host'(OPTIONS)', without a blank between`}
  if (/^\S*$/.test(part)) return {line, member: part}
  return {line, fault: `'${part}': a comma stands between members, and a comment has a line of its own`}
}

function includesOf(names: string, line: number): readonly GroupItem[] {
  if (/[({]/.test(names)) return [{line, fault: '#include: context options cannot stand here'}]
  const included = listOf(names)
  if (included.length === 0) return [{line, fault: '#include: names no group'}]
  return included.map((include) =>
    isListName(include) ? {line, include} : {line, fault: `#include: '${include}' cannot be the name of a group`},
  )
}

/** At the commas outside of brackets. */
function listOf(text: string): readonly string[] {
  const parts: string[] = []
  let open = 0
  for (const piece of text.split(',')) {
    if (open > 0) parts[parts.length - 1] += `,${piece}`
    else parts.push(piece)
    open = Math.max(0, open + balance(piece))
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function balance(text: string): number {
  let open = 0
  for (const char of text) open += char === '(' ? 1 : char === ')' ? -1 : 0
  return open
}
