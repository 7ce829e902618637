import {tolerateClosedPipes} from '../base/closed-pipes.js'
import {expectReport} from '../base/expect-report.js'
import {findOffline} from './find-offline.js'
import {plainWords} from './plain-words.js'

/**
 * The quick way of `ctys find`: answers a call of plain words without loading oclif. Returns false, having done nothing,
 * for any other: then the command itself (commands/find.ts) answers. A test holds both to the same answers.
 */
export function findPlain(argv: readonly string[]): boolean {
  const call = plainWords(argv)
  if (call === undefined) return false
  const {given: _, ...asked} = call
  tolerateClosedPipes()
  void findOffline(asked).finally(expectReport(argv))
  return true
}
