/**
 * Commands for a person to paste. A name of a machine, a path, a host come from elsewhere: each is one word for the shell
 * that reads it, here and behind ssh, and never an option.
 */
import {formatTarget, isLocal, type Target} from '../domain/target.js'
import {isPastable, pastable, shellQuote} from './shell-quote.js'

const plainText = /^[A-Za-z0-9_@%+:,./ -][A-Za-z0-9_@%+=:,./ -]*$/

/** A command of this machine; what is put in is a word: here`ctys stop ${name} ${host} --force`. */
export function here(parts: TemplateStringsArray, ...data: readonly string[]): string {
  return parts.reduce((text, part, i) => text + pastable(data[i - 1] ?? '') + part)
}

/** The same for a host: on(target)`df -h ${directory}`. */
export function on(target: Target): typeof here {
  return (parts, ...data) => textOn(target, here(parts, ...data))
}

/** A name that goes into the words of `commandOn`; absent where nobody can paste it. */
export function nameWord(name: string | undefined): string | undefined {
  return name === undefined || name === '' || !isPastable(name) ? undefined : name
}

/** These words, run there; flags are words like others. Empty when one of them is absent. */
export function commandOn(target: Target, argv: readonly (string | undefined)[]): string {
  return argv.includes(undefined) ? '' : textOn(target, argv.map((word = '') => asWord(word)).join(' '))
}

/** A text that a shell there reads. */
export function textOn(target: Target, command: string): string {
  if (isLocal(target)) return command
  const {port, ...account} = target
  const login = pastable(formatTarget(account))
  const quoted = plainText.test(command) ? command : shellQuote(command)
  return `ssh ${port === undefined ? '' : `-p ${port} `}${login} ${quoted}`
}

function asWord(word: string): string {
  return plainText.test(word) && !word.includes(' ') ? word : shellQuote(word.replaceAll('\0', ''))
}
