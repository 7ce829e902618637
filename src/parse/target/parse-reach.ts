import type {ReachQuestion} from '../../domain/work/reach.js'

const waysOut: Readonly<Record<string, ReachQuestion['answer']>> = {
  MARK: 'mark',
  REVERSE: 'reverse',
  R: 'reverse',
  '-': 'reverse',
}

/**
 * Reads `[MARK|REVERSE|R|-,]PING|SSH[,PM|VM]`, the value of -R of ctys-vhost; words in any order and case. Faults are
 * added to `faults`.
 */
export function parseReach(text: string, faults: string[]): ReachQuestion | undefined {
  const before = faults.length
  const words = text.split(',').map((word) => word.trim().toUpperCase())
  const by = words.filter((word) => word === 'PING' || word === 'SSH')
  const of = words.filter((word) => word === 'PM' || word === 'VM')
  const answers = words.flatMap((word) => (Object.hasOwn(waysOut, word) ? [waysOut[word] ?? 'keep'] : []))
  const known = [...by, ...of, ...Object.keys(waysOut)]
  for (const word of words) {
    if (!known.includes(word as 'PM'))
      faults.push(`-R: unknown word '${word.toLowerCase()}' (MARK REVERSE PING SSH PM VM)`)
  }
  const [way, ...otherWays] = by
  if (way === undefined || otherWays.length > 0) faults.push('-R: either PING or SSH')
  if (of.length > 1) faults.push('-R: either PM or VM')
  if (answers.length > 1) faults.push('-R: either MARK or REVERSE')
  if (faults.length > before || way === undefined) return undefined
  return {by: way, of: of[0] ?? 'PM', answer: answers[0] ?? 'keep'}
}
