import {hostNameOf} from '../../domain/target.js'
import {parseTarget} from './parse-target.js'

/** Hosts as the user names them, under the names the inventory has for them. */
export function parseHostNames(words: readonly string[], localName: string, faults: string[]): ReadonlySet<string> {
  const targets = words.map((word) => parseTarget(word, faults)).filter((target) => target !== undefined)
  return new Set(targets.map((target) => hostNameOf(target, localName)))
}
