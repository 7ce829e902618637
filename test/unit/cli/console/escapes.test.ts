import {expect, test} from 'vitest'
import {createEscapes, type Typed} from '../../../../src/cli/console/escapes.js'

function typed(chunks: readonly string[], character: string | null = '~'): readonly (string | {command: string})[] {
  const read = createEscapes(character ?? undefined)
  const all: Typed[] = chunks.flatMap((chunk) => [...read(Buffer.from(chunk, 'latin1'))])
  return all.map((one) => ('bytes' in one ? one.bytes.toString('latin1') : one))
}

test.each([
  ['at once', ['~.']],
  ['behind a line end', ['ls\r~.']],
  ['in pieces', ['ls\r', '~', '.']],
])('the escape %s leaves', (_, chunks) => {
  expect(typed(chunks).at(-1)).toEqual({command: 'leave'})
})

test('within a line it is a character like any other', () => {
  expect(typed(['a~.b']).join('')).toBe('a~.b')
})

test('twice it is itself once, so the escapes of a nested ssh go on', () => {
  expect(typed(['\r~~.']).join('')).toBe('\r~.')
})

test('before anything else it goes to the guest with it', () => {
  expect(typed(['\r~x~y\r']).join('')).toBe('\r~x~y\r')
})

test('after a command the line is still at its beginning', () => {
  expect(typed(['\r~?~.'])).toEqual(['\r', {command: 'help'}, {command: 'leave'}])
})

test('every byte passes where there is no escape', () => {
  const bytes = Buffer.from(Array.from({length: 256}, (_, i) => i)).toString('latin1')
  expect(typed([`\r~.${bytes}`], null)).toEqual([`\r~.${bytes}`])
})

test('every byte but the escape at the beginning of a line passes', () => {
  const bytes = Buffer.from(Array.from({length: 256}, (_, i) => i)).toString('latin1')
  expect(typed([bytes]).join('')).toBe(bytes)
})
