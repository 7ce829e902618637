/**
 * `WAIT => TYPE`: what the serial console shows first, and what is typed then, with Enter behind it.
 *
 *   boot> => set tty com0      waits for `boot>`, types the line; each character waits for its echo
 *   /login: $/ => root         a pattern between slashes
 *   Password: =>* secret       what is not shown: no echo is waited for
 *   boot> => \x1b\c            a key alone: \n \r \t \e \xHH, and \c at the end for no Enter
 *   => boot                    typed at once
 *   login:                     only waits
 */
import type {BootStep} from '../domain/work/boot-step.js'
import {unescapeText} from './unescape-text.js'

const longest = 1000

/** A text is the reason why it is none. */
export function parseStep(text: string): BootStep | string {
  if (/[\0\n]/.test(text)) return 'holds a line end or NUL'
  if (text.length > longest) return `has more than ${longest} characters`
  const [, before = text, quiet, typed] = /^(.*?) ?=>(\*?) ?(.*)$/s.exec(text) ?? []
  const wait = parseWait(before.trim())
  if (typeof wait === 'string') return wait
  if (typed === undefined && wait === undefined) return 'is no step: WAIT => TYPE'
  const keys =
    typed === undefined ? '' : typed.endsWith('\\c') ? unescapeText(typed.slice(0, -2)) : `${unescapeText(typed)}\r`
  return {...(wait && {wait}), type: keys, echo: quiet !== '*', text}
}

function parseWait(text: string): BootStep['wait'] | string {
  if (text === '') return undefined
  const [, pattern] = /^\/(.+)\/$/s.exec(text) ?? []
  if (pattern === undefined) return {text: unescapeText(text)}
  try {
    new RegExp(pattern, 'm')
    return {pattern}
  } catch (error) {
    return `waits for what is no pattern: ${error instanceof Error ? error.message : String(error)}`
  }
}
