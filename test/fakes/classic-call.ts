import type {ClassicInput} from '../../src/app/run/run-classic.js'
import {readCall} from '../../src/parse/classic/read-call.js'

/** A classic call as it is typed, read as the program reads it. */
export function classicCall(...words: string[]): ClassicInput {
  const faults: string[] = []
  return {call: readCall(words, faults).call, faults}
}
