import {expect, test} from 'vitest'
import {quoteWord, splitWords} from '../../../src/lib/split-words.js'

test.each([
  ['', []],
  ['  -d  3 ', ['-d', '3']],
  ["-M 'a  b' c", ['-M', 'a  b', 'c']],
  ['-M "a\'b \\" c"x', ['-M', 'a\'b " cx']],
  ["-a create=l:'x y',reuse", ['-a', 'create=l:x y,reuse']],
  ['DOM\\user a\\ b \\\\', ['DOM\\user', 'a b', '\\']],
  ["o'neil", ["o'neil"]],
  ['"open', ['"open']],
  ["'' x", ['', 'x']],
])('%j', (text, words) => {
  expect(splitWords(text)).toEqual(words)
})

test.each(['', 'plain', "a b'c", 'x\\y\\', '"', 'tab\there', 'it\'s 5" \\ wide'])('%j comes back', (word) => {
  expect(splitWords(`a ${quoteWord(word)} b`)).toEqual(['a', word, 'b'])
})

test('a long text of quotes is read in linear time', () => {
  const time = (count: number) => {
    const text = ['"\\', "'", '"a\\"', '\\'].map((one) => one.repeat(count))
    const before = performance.now()
    for (const one of text) splitWords(`"${one}`)
    return performance.now() - before
  }
  time(1000)
  expect(time(40_000)).toBeLessThan(200 + 30 * time(4000))
})
