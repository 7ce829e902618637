/** Both query languages: what they find, and what they say when a query is wrong. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import {parseClassicQuery} from '../../../src/query/language/classic.js'
import {parseFindQuery} from '../../../src/query/language/find.js'
import {evaluateQuery, type Query} from '../../../src/query/query.js'
import {record} from '../../fixtures/inventory/make-records.js'

const now = new Date('2026-03-14T12:00:00Z')
const a = record({
  label: 'a',
  host: 'lab00',
  dist: 'debian',
  os: 'Linux',
  vram: '512',
  vcpu: '1',
  netName: 'lab00.soho',
})
const b = record({label: 'b', host: 'lab01', dist: 'CentOS', os: 'Linux', vram: '4096', vcpu: '2', tcp: '10.0.0.1'})
const c = record({label: 'c', host: 'app1', os: 'NetBSD', vcpu: '4', observedAt: '2026-03-14T11:50:00Z', type: 'XEN'})
const all = [a, b, c]

const names = '; FIELD is 1 to 51, or a name: host, type, label, id, uuid, mac, tcp ...'

function labels(records: readonly InventoryRecord[]): string {
  return records.map(({label}) => label).join('')
}

function find(query: Query): string {
  return labels(evaluateQuery(query, all, {now}))
}

describe('the classic language', () => {
  test.each([
    ['', 'abc'],
    ['.', 'abc'],
    ['^lab', 'ab'],
    ['^LAB', ''],
    ['lab debian', 'a'],
    ['lab AND debian', 'a'],
    ['lab and not debian', 'b'],
    ['NOT lab', 'c'],
    ['not not lab', 'ab'],
    ['debian OR CentOS', 'ab'],
    ['debian or NetBSD or nothing', 'ac'],
    ['Linux debian OR NetBSD', 'a'],
    ['Linux AND NetBSD OR CentOS AND lab01', 'b'],
    ['debian OR NetBSD AND app1', 'c'],
    ['not debian or NetBSD', 'bc'],
    ['Linux not debian or not lab00', 'b'],
    ['E:28:1', 'a'],
    ['e:netname:PM', 'a'],
    ['F:2:XEN', 'c'],
    ['f:st:EN', 'c'],
    ['F:12:Debian', ''],
    ['F:tcp:0.0.', 'b'],
    ['not f:2:QEMU', 'c'],
    ['F:id:/vm/a:', ''],
  ])('%s', (words, expected) => {
    const faults: string[] = []
    const parsed = parseClassicQuery(split(words), faults)
    expect(faults).toEqual([])
    expect(parsed && find(parsed.query)).toBe(expected)
  })

  test.each([
    ['R:2', {first: 2, last: 2}, 'abc'],
    ['lab r:1:5', {first: 1, last: 5}, 'ab'],
    ['lab AND R:1', {first: 1, last: 1}, 'ab'],
  ])('%s picks by position', (words, range, expected) => {
    const parsed = parseClassicQuery(split(words), [])
    expect(parsed?.range).toEqual(range)
    expect(parsed && find(parsed.query)).toBe(expected)
  })

  test.each<[string, readonly string[]]>([
    ['AND', ["nothing stands in front of 'AND'", "nothing follows 'AND'"]],
    ['OR a', ["nothing stands in front of 'OR'"]],
    ['a AND', ["nothing follows 'AND'"]],
    ['a or', ["nothing follows 'or'"]],
    ['a AND OR b', ["nothing follows 'AND'"]],
    ['a AND AND b', ["nothing follows 'AND'"]],
    ['NOT', ["nothing follows 'NOT'"]],
    ['a NOT and b', ["nothing follows 'NOT'"]],
    ['R:0', ["'R:0': R:NUMBER or R:LOW:HIGH, counted from 1"]],
    ['R:5:2', ["'R:5:2': R:NUMBER or R:LOW:HIGH, counted from 1"]],
    ['R:1 a', ["'R:1': must be the last word, joined by nothing but AND"]],
    ['a OR R:1', ["nothing follows 'OR'"]],
    ['F:12', [`'F:12': F:FIELD:TEXT${names}`]],
    ['E:28', [`'E:28': E:FIELD:FIELD${names}`]],
    ['F:52:x', [`'F:52:x': unknown field '52'${names}`]],
    ['F:0:x', [`'F:0:x': unknown field '0'${names}`]],
    ['E:labl:1', ["'E:labl:1': unknown field 'labl' (label?)"]],
    [
      'E:constructor:x',
      [`'E:constructor:x': unknown field 'constructor'${names}`, `'E:constructor:x': unknown field 'x'${names}`],
    ],
    [
      '[a (b F:99:x OR',
      [
        "'[a': a '[' is not closed",
        "'(b': a '(' is not closed",
        `'F:99:x': unknown field '99'${names}`,
        "nothing follows 'OR'",
      ],
    ],
  ])('%s is refused with all its faults', (words, expected) => {
    const faults: string[] = []
    expect(parseClassicQuery(split(words), faults)).toBeUndefined()
    expect(faults).toEqual(expected)
  })

  test('a query of thousands of words is refused', () => {
    const faults: string[] = []
    expect(parseClassicQuery(Array(100_000).fill('not'), faults)).toBeUndefined()
    expect(faults).toEqual(['the query has 100000 words, more than 1000'])
  })
})

describe("today's language", () => {
  test.each([
    ['', 'abc'],
    ['LINUX', 'ab'],
    ['lab00', 'a'],
    ['linux lab01', 'b'],
    ['os=debian', 'a'],
    ['os=linux', 'ab'],
    ['os!=debian', 'bc'],
    ['os~^net', 'c'],
    ['os!~lin', 'c'],
    ['OS==Debian', 'a'],
    ['dist=', 'c'],
    ['host~^LAB0', 'ab'],
    ['host!~^lab0', 'c'],
    ['name=A', 'a'],
    ['path=/vm/b/b.ctys', 'b'],
    ['ip=10.0.0.1', 'b'],
    ['l=c', 'c'],
    ['mem>2G', 'b'],
    ['mem<=512M', 'a'],
    ['mem>=0.5g', 'ab'],
    ['mem=4GiB', 'b'],
    ['mem!=512', 'bc'],
    ['mem>1T', ''],
    ['mem>100k', 'ab'],
    ['mem=', 'c'],
    ['vcpu>=2', 'bc'],
    ['cpu<2', 'a'],
    ['age>1d', 'ab'],
    ['age<=30m', 'c'],
    ['age<2w', 'c'],
    ['debian or netbsd', 'ac'],
    ['linux not debian', 'b'],
    ['linux and debian or netbsd', 'a'],
    ['( linux debian ) or netbsd', 'ac'],
    ['not ( debian or centos )', 'c'],
    ['( ( a ) )', 'abc'],
    ['10.0.0.1', 'b'],
    ['netname=lab00.soho', 'a'],
    ['label=a=b', ''],
  ])('%s', (words, expected) => {
    const faults: string[] = []
    const query = parseFindQuery(split(words), faults)
    expect(faults).toEqual([])
    expect(query && find(query)).toBe(expected)
  })

  test.each<[string, readonly string[]]>([
    ['hostt=a', ["'hostt=a': unknown field 'hostt' (host?)"]],
    ['constructor=a', ["'constructor=a': unknown field 'constructor'"]],
    ['label>a', ["'label>a': '>' is for numbers, mem and age; use = != ~ or !~"]],
    ['mem>lots', ["'mem>lots': 'lots' is no size (512M, 2G)"]],
    ['mem>', ["'mem>': '' is no size (512M, 2G)"]],
    ['vcpu>two', ["'vcpu>two': 'two' is no number"]],
    ['vcpu=1.5', ["'vcpu=1.5': '1.5' is no number"]],
    ['age=1d', ["'age=1d': age takes < <= > or >="]],
    ['age>1', ["'age>1': '1' is no span of time (30s, 30m, 12h, 1d, 2w)"]],
    ['host~*lab', ["'host~*lab': '*' has nothing to repeat (write \\* for the character)"]],
    ['( a', ["a '(' is not closed"]],
    ['a )', ["a ')' closes nothing"]],
    ['( )', ["nothing stands between '(' and ')'"]],
    ['( a or )', ["nothing follows 'or'"]],
    ['( a and )', ["nothing follows 'and'"]],
    ['not', ["nothing follows 'not'"]],
    [
      'hostt=a mem>lots or',
      ["'hostt=a': unknown field 'hostt' (host?)", "'mem>lots': 'lots' is no size (512M, 2G)", "nothing follows 'or'"],
    ],
  ])('%s is refused with all its faults', (words, expected) => {
    const faults: string[] = []
    expect(parseFindQuery(split(words), faults)).toBeUndefined()
    expect(faults).toEqual(expected)
  })
})

const piece = fc.oneof(
  fc.constantFrom(
    'and',
    'OR',
    'Not',
    '(',
    ')',
    'R:1',
    'r:2:1',
    'E:1:2',
    'F:3:x',
    'E:',
    'F::',
    'os=',
    'mem>2G',
    'age>1d',
  ),
  fc
    .tuple(fc.constantFrom('os', 'age', 'vram', 'x', '__proto__'), fc.constantFrom('=', '~', '!~', '>='), fc.string())
    .map((parts) => parts.join('')),
  fc.string({unit: 'binary', maxLength: 12}),
  fc.string({unit: fc.constantFrom(...'ab.*+?|()[]{}^$\\:,;=~<>!'), maxLength: 12}),
)

test.each([
  ['the classic', (words: readonly string[], faults: string[]) => parseClassicQuery(words, faults)?.query],
  ["today's", parseFindQuery],
])('five thousand random queries in %s language are read or refused, and those read are answered', (_, parse) => {
  fc.assert(
    fc.property(fc.array(piece, {maxLength: 8}), (words) => {
      const faults: string[] = []
      const query = parse(words, faults)
      if (query === undefined) expect(faults.length).toBeGreaterThan(0)
      else {
        expect(faults).toEqual([])
        const found = evaluateQuery(query, all, {now})
        expect(found.every((one) => all.includes(one)) && new Set(found).size === found.length).toBe(true)
      }
    }),
    {numRuns: 5000},
  )
})

function split(words: string): readonly string[] {
  return words === '' ? [] : words.split(' ')
}
