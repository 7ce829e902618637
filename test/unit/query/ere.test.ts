/** Extended regular expressions: what they match, what is refused, and that none of them can hang. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseEre} from '../../../src/query/ere/parse.js'
import {compilePattern} from '../../../src/query/ere/pattern.js'
import {timesYardstick} from '../../fakes/yardstick.js'

function fits(source: string, text: string, ignoreCase = false): boolean {
  const pattern = parseEre(source, {ignoreCase})
  if ('fault' in pattern) throw new Error(pattern.fault)
  return compilePattern(pattern)(text)
}

describe('matching', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['', ['', 'a'], []],
    ['.', ['a', '\n', '日', '😀', '\ud800'], ['']],
    ['^.$', ['a', '😀'], ['ab', '']],
    ['vm0050', ['vm0050', 'xvm00501'], ['vm005', 'VM0050']],
    ['^host', ['host1'], ['ahost', '']],
    ['host$', ['ahost'], ['host1']],
    ['^$', [''], ['a']],
    ['a^b|a$b', [], ['ab', 'a', 'a\nb']],
    ['(^|;)x(;|$)', ['x', 'a;x', 'x;a', 'a;x;b'], ['ax', 'a;xb']],
    ['x*^a', ['a', 'ab'], ['ba', 'xa']],
    ['ab*c', ['ac', 'abbbc'], ['abb']],
    ['ab+c', ['abc'], ['ac']],
    ['ab?c', ['ac', 'abc'], ['abbc']],
    ['a|b|', ['', 'c'], []],
    ['^(a|bc)+$', ['a', 'bca'], ['', 'b']],
    ['()x', ['x'], ['']],
    ['^(a*)*$', ['', 'aaa'], ['b']],
    ['^a**$', ['', 'aa'], ['b']],
    ['^a{2}$', ['aa'], ['a', 'aaa']],
    ['^a{2,}$', ['aa', 'aaaa'], ['a']],
    ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
    ['^a{,2}$', ['', 'a', 'aa'], ['aaa']],
    ['^(ab){0}$', [''], ['ab']],
    ['^a{0,0}b$', ['b'], ['ab']],
    ['^{a{x}{,}$', ['{a{x}{,}'], ['a']],
    ['^a]}$', ['a]}'], ['a']],
    ['59[0-9][0-9]', ['5901', ';5917;'], ['590', '59a1']],
    ['[^a-c]', ['d', '\n', '😀'], ['abc', '']],
    ['^[]a]+$', [']a]'], ['b']],
    ['^[^]a]$', ['b'], [']', 'a']],
    ['^[a-]+$', ['a-'], ['b']],
    ['^[-a]+$', ['a-'], ['b']],
    ['^[.*+?]$', ['.', '*', '?'], ['a']],
    ['^[[:digit:]]+$', ['0123456789'], ['a', '']],
    ['^[[:alpha:]_]+$', ['aZ_'], ['1']],
    ['^[^[:space:]]$', ['a'], [' ', '\t', '\n']],
    ['^[[:punct:]]$', ['!', '/', ':', '@', '[', '`', '{', '~'], ['a', '0', ' ']],
    ['^[[.a.][=b=]-]+$', ['ab-'], ['c']],
    ['^[\\]\\\\]+$', ['\\]'], ['a']],
    ['^[α-ω]$', ['β'], ['b']],
    ['^[😀-😂]$', ['😁'], ['😃']],
    ['172\\.20\\.1\\.[0-9]+', ['172.20.1.44'], ['172x20.1.44']],
    ['\\$\\^\\(\\)\\|\\\\\\/\\"', ['$^()|\\/"'], ['a']],
    ['^\\t\\n$', ['\t\n'], ['tn']],
    ['^\\w\\W\\s\\S\\d\\D$', ['_- -1a'], ['_- -aa']],
  ])('%s', (source, yes, no) => {
    expect(yes.filter((text) => !fits(source, text))).toEqual([])
    expect(no.filter((text) => fits(source, text))).toEqual([])
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['^lab0', ['LAB01', 'lab01', 'Lab0'], ['alab0']],
    ['^[a-c]+$', ['ABC'], ['d']],
    ['^[^a-c]$', ['d'], ['a', 'A']],
    ['^[X-b]$', ['x', 'X', 'A', 'B', '[', '_'], ['c', 'w']],
    ['^ä$', ['Ä', 'ä'], ['a']],
    ['^[[:lower:]]$', ['A', 'a'], ['1']],
  ])('%s without regard to case', (source, yes, no) => {
    expect(yes.filter((text) => !fits(source, text, true))).toEqual([])
    expect(no.filter((text) => fits(source, text, true))).toEqual([])
  })
})

test.each([
  ['(', "a '(' is not closed"],
  ['(a', "a '(' is not closed"],
  ['a)', "a ')' closes nothing"],
  ['*web*', "'*' has nothing to repeat (write \\* for the character)"],
  ['a|+', "'+' has nothing to repeat (write \\+ for the character)"],
  ['^*', "'*' has nothing to repeat"],
  ['[a', "a '[' is not closed"],
  ['[]', "a '[' is not closed"],
  ['[a-', "a '[' is not closed"],
  ['[[:digit]', "a '[:' is not closed"],
  ['[[:number:]]', '[:number:]: unknown class; known are'],
  ['[[:constructor:]]', '[:constructor:]: unknown class'],
  ['[[.ab.]]', '[.ab.]: only single characters are known here'],
  ['[b-a]', '[b-a]: the range runs backwards'],
  ['[[:digit:]-z]', 'a class of characters cannot begin or end a range'],
  ['a{3,2}', '{3,2}: the larger number comes first'],
  ['a{256}', '{256}: more than 255 repetitions'],
  ['a{99999999999999}', '{99999999999999}: more than 255 repetitions'],
  ['((a{255}){255}){255}', 'the pattern is too large'],
  ['\\', 'a backslash stands at the end'],
  ['(a)\\1', '\\1: there are no back references'],
  ['\\<a', '\\<: unknown escape'],
  ['\\q', '\\q: unknown escape'],
  ['a'.repeat(1001), 'the pattern is longer than 1000 characters'],
])('%s is refused', (source, fault) => {
  expect((parseEre(source) as {fault?: string}).fault).toContain(fault)
})

/**
 * Expressions that JavaScript understands in the same way and answers in this life: what goes back over a text must not
 * nest endless repetitions.
 */
const shared = fc.letrec<{expression: string; part: string}>((tie) => ({
  part: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\.', '[b-d]', '(ab|c)', '(b?c)', '(a|)', '(^a|b$)'),
        fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,}', '{0,2}'),
      )
      .map((parts) => parts.join('')),
    fc.constantFrom('^', '$', '|'),
    fc.tuple(tie('expression'), fc.constantFrom('', '?', '{2}')).map(([inner, times]) => `(${inner})${times}`),
  ),
  expression: fc.array(tie('part'), {maxLength: 4}).map((parts) => parts.join('')),
}))

test('five thousand expressions match as those of JavaScript do', () => {
  const text = fc.string({unit: fc.constantFrom('a', 'b', 'c', 'd', '.', ';'), maxLength: 10})
  fc.assert(
    fc.property(shared.expression, fc.array(text, {minLength: 1, maxLength: 5}), (source, texts) => {
      const pattern = parseEre(source)
      if ('fault' in pattern) throw new Error(`${source}: ${pattern.fault}`)
      const ours = compilePattern(pattern)
      const theirs = new RegExp(source, 's')
      expect(texts.map(ours), source).toEqual(texts.map((one) => theirs.test(one)))
    }),
    {numRuns: 5000, interruptAfterTimeLimit: 10_000},
  )
})

test('anything else is read or refused', () => {
  const source = fc.oneof(
    fc.string({unit: fc.constantFrom(...'ab.*+?|()[]{}^$\\-,:=0123'), maxLength: 30}),
    fc.string({unit: 'binary', maxLength: 30}),
  )
  fc.assert(
    fc.property(source, fc.string({unit: 'binary'}), fc.boolean(), (text, subject, ignoreCase) => {
      const pattern = parseEre(text, {ignoreCase})
      if ('fault' in pattern) expect(pattern.fault).not.toBe('')
      else expect(typeof compilePattern(pattern)(subject)).toBe('boolean')
    }),
    {numRuns: 5000},
  )
})

test.each([
  ['(a*)*b', 'a'],
  ['(a|a)*b', 'a'],
  ['(a|aa)+$', 'ab'],
  ['(.*)*x', 'a'],
  ['.*.*.*.*.*.*.*x', 'a'],
  ['(([a-z])+.)+[A-Z]([a-z])+$', 'a'],
  ['((a?){20}){20}b', 'a'],
])('%s answers at once, however long the text', (source, unit) => {
  const begin = performance.now()
  expect(fits(source, unit.repeat(100_000))).toBe(false)
  expect(performance.now() - begin).toBeLessThan(timesYardstick(90))
})
