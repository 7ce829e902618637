/** Commands of a host, for a person to paste where ctys runs. */
import {formatTarget, isLocal, type Target} from '../domain/target.js'
import {pastable, shellQuote} from './shell-quote.js'

const plainText = /^[A-Za-z0-9_@%+=:,./ -]+$/

/** These words, run there; flags are words like others. */
export function commandOn(target: Target, argv: readonly string[]): string {
  return textOn(target, argv.map(asWord).join(' '))
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
