import {execFileSync} from 'node:child_process'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {shellQuote, shellQuoteAll} from '../../../src/lib/shell-quote.js'

test.each([
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ["'", "''\\'''"],
  ['$(id)\n`id`', "'$(id)\n`id`'"],
])('quotes %j', (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted)
})

test('refuses NUL', () => {
  expect(() => shellQuote('a\0')).toThrow(expect.objectContaining({code: 'INTERNAL'}))
})

test('every word comes back from every shell as it went in', () => {
  const word = fc.string({unit: 'binary'}).map((text) => text.replaceAll('\0', ''))
  const words = fc.sample(word, {numRuns: 400, seed: 1})
  for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['mksh']] as const) {
    const [file, ...args] = shell
    const text = `printf '%s\\0' ${shellQuoteAll(words)}\n`
    const said = execFileSync(file, args, {input: text, encoding: 'utf8'})
    expect(said).toBe(words.map((one) => `${one}\0`).join(''))
  }
})
