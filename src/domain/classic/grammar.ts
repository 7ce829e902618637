/** The actions of the classic call, and how a word is found in the table. */
import {addressWords} from './address.js'
import {cancel} from './cancel.js'
import {create} from './create.js'
import {enumerate, infoWords, list} from './list.js'
import {classicOptions} from './options.js'
import type {ClassicAction, ClassicOption, Word} from './word.js'

const internal = (name: string, about: string): ClassicAction => ({
  name,
  about: `${about}; a phase of the original itself`,
  words: [],
  free: 'VALUE',
})

export const classicActions: readonly ClassicAction[] = [
  create,
  cancel,
  list,
  enumerate,
  {name: 'INFO', about: 'what the host has and lacks', verb: 'probe', words: infoWords},
  {name: 'SHOW', about: 'load, memory and health of the host', instead: 'ctys probe HOST', words: []},
  {
    name: 'GETCLIENTPORT',
    about: 'the port of a session',
    instead: '-a list=host,label,cport HOST',
    words: [],
    free: 'LABEL|ID',
  },
  internal('ISACTIVE', 'whether a session runs'),
  internal('ASSEMBLE', 'put a call together'),
  internal('CHECKPARAM', 'check a call'),
  internal('PROPAGATE', 'hand a call on'),
  internal('EXECUTE', 'run a call'),
]

export function classicActionOf(name: string): ClassicAction | undefined {
  const upper = name.toUpperCase()
  return classicActions.find((action) => action.name === upper)
}

export function classicOptionOf(letter: string): ClassicOption | undefined {
  return classicOptions.find((option) => option.letter === letter)
}

/** Its own words first: `S` of LIST is no field and no key of an address. */
export function wordOf(action: ClassicAction, key: string): Word | undefined {
  const upper = key.toUpperCase()
  const found = (words: readonly Word[]) => words.find(({names}) => names.includes(upper))
  return found(action.words) ?? (action.address === 'machine' ? found(addressWords) : undefined)
}

/** Every word of an action, the keys of its address first. */
export function wordsOf({words, address}: ClassicAction): readonly Word[] {
  return address === 'machine' ? [...addressWords, ...words] : words
}
