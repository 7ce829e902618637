import type {HostName} from '../../domain/host-name.js'
import {hostNameOf} from '../../lib/host-name.js'
import {parseTarget} from './parse-target.js'

/** Hosts as the user names them, under the names the inventory has for them. */
export function parseHostNames(words: readonly string[], faults: string[]): ReadonlySet<HostName> {
  const targets = words.map((word) => parseTarget(word, faults)).filter((target) => target !== undefined)
  return new Set(targets.map((target) => hostNameOf(target)))
}
