import {normalizeUuid} from '../domain/machine/machine-address.js'
import type {Query} from './query.js'

/**
 * Texts of which every record that fits contains at least one, without regard to case, UUIDs with or without hyphens;
 * undefined when nothing of the kind can be said. What a store needs to leave out most records unread.
 */
export function neededTexts(query: Query): readonly string[] | undefined {
  switch (query.kind) {
    case 'and': {
      const choices = query.terms.map(neededTexts).filter((texts) => texts !== undefined)
      return choices.sort((a, b) => shortestOf(b) - shortestOf(a))[0]
    }
    case 'or': {
      const choices = query.terms.map(neededTexts)
      if (choices.length === 0 || choices.includes(undefined)) return undefined
      return [...new Set(choices.flatMap((texts) => texts ?? []))]
    }
    case 'line':
    case 'match':
      return textOf(query.pattern.needle)
    case 'contains':
    case 'word':
      return textOf(query.text)
    case 'equals':
      if (query.field === 'mac') return undefined
      if (query.field !== 'uuid') return textOf(query.text)
      return /^[0-9a-f-]+$/i.test(query.text) ? textOf(normalizeUuid(query.text)) : undefined
    case 'not':
    case 'holds':
    case 'number':
    case 'age':
      return undefined
  }
}

function textOf(text: string): readonly [string] | undefined {
  return text === '' ? undefined : [text]
}

/** The longer, the fewer records contain it by chance. */
function shortestOf(texts: readonly string[]): number {
  return Math.min(...texts.map((text) => text.length))
}
