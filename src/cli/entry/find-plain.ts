import {tolerateClosedPipes} from '../base/closed-pipes.js'
import {expectReport} from '../base/expect-report.js'
import {findOffline} from './find-offline.js'

/**
 * The quick way of `ctys find`: takes plain words with --json, -X/--terse and -p/--inventory DIR and answers without
 * loading oclif. Returns false, having done nothing, for any other word that begins with a dash, and for a DIR that may
 * be none: then the command itself (commands/find.ts) answers. A test holds both to the same answers.
 */
export function findPlain(argv: readonly string[]): boolean {
  const words: string[] = []
  const flags: {json: boolean; terse: boolean; inventory?: string} = {json: false, terse: false}
  const fromEnvironment = process.env.CTYS_DBPATH
  if (fromEnvironment !== undefined && fromEnvironment !== '') flags.inventory = fromEnvironment
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (word === '--json') flags.json = true
    else if (word === '-X' || word === '--terse') flags.terse = true
    else if (word === '-p' || word === '--inventory') {
      const directory = argv[++i]
      if (directory === undefined || !/^[^-,]/.test(directory)) return false
      flags.inventory = directory
    } else if (word.startsWith('-')) return false
    else words.push(word)
  }
  tolerateClosedPipes()
  void findOffline({words, ...flags}).finally(expectReport(argv))
  return true
}
