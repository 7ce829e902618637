/** Lists of signals by number, as old calls have them: `[ON|OFF][,NUMBER...]`. */
import {constants} from 'node:os'

/** `usual`: the list is that of whoever is asked. Undefined: it is no list. */
export function parseSignalList(text: string): readonly number[] | 'usual' | undefined {
  const [first = '', ...rest] = text.split(',')
  const isSwitch = /^(?:on|off)$/i.test(first)
  const numbers = isSwitch ? rest : [first, ...rest]
  if (!numbers.every((number) => /^\d{1,3}$/.test(number))) return undefined
  if (first.toLowerCase() === 'off') return []
  return numbers.length === 0 ? 'usual' : numbers.map(Number)
}

/** Those of them that a process can ignore: not KILL and STOP (signal(7)). */
export function ignorableSignals(numbers: readonly number[]): readonly NodeJS.Signals[] {
  return Object.entries(constants.signals).flatMap(([name, number]) =>
    numbers.includes(number) && name !== 'SIGKILL' && name !== 'SIGSTOP' && aliases[name] === undefined
      ? [name as NodeJS.Signals]
      : [],
  )
}

/** Second names of the same signal. */
const aliases: Readonly<Record<string, true>> = {SIGIOT: true, SIGPOLL: true}
