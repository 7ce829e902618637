import {suggest} from '../../lib/suggest.js'
import {keyAliases, keyNames} from './key-names.js'

/** `ctrl-alt-del`, `f2`, `ret`: the keys of one stroke, joined by `-` or `+`, in any case. Faults are collected. */
export function parseStrokes(words: readonly string[], faults: string[]): readonly (readonly string[])[] {
  return words.map((word) =>
    word.split(/[-+]/).map((part) => {
      const name = part.toLowerCase()
      const key = keyAliases.get(name) ?? name
      if (!keyNames.has(key)) {
        faults.push(
          part === ''
            ? `'${word}': a key is missing (their own keys are named minus and equal)`
            : `no key '${part}'${suggest(name, [...keyNames, ...keyAliases.keys()])}`,
        )
      }
      return key
    }),
  )
}
