import {expect, test} from 'vitest'
import {fitText, padText, textWidth} from '../../../src/lib/text-width.js'
import {formatTable} from '../../../src/report/shared/table.js'
import {timesYardstick} from '../../fakes/yardstick.js'

test.each([
  ['', 0],
  ['web01', 5],
  ['größe', 5],
  ['日本', 4],
  ['ｗｅｂ', 6],
  ['한국', 4],
  ['e\u0301', 1],
  ['a\u200bb', 2],
  ['soft\u00adhyphen', 11],
  ['😀', 2],
  ['\u{1f9ff}', 2],
  ['❤\ufe0f', 2],
  ['…', 1],
])('%j takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width)
})

test.each([
  ['web01', 5, 'end', 'web01'],
  ['web01', 4, 'end', 'web…'],
  ['web01', 4, 'start', '…b01'],
  ['日本語', 5, 'end', '日本…'],
  ['日本語', 4, 'end', '日…'],
  ['日本語', 4, 'start', '…語'],
  ['ae\u0301io', 3, 'end', 'ae\u0301…'],
  ['ae\u0301io', 3, 'start', '…io'],
  ['abc', 1, 'end', '…'],
  ['abc', 0, 'end', ''],
] as const)('%j in %i columns, cut at the %s, is %j', (text, width, cut, expected) => {
  expect(fitText(text, width, cut)).toBe(expected)
  expect(textWidth(expected)).toBeLessThanOrEqual(width)
})

test('padding counts columns, not characters', () => {
  expect(padText('日', 4)).toBe('日  ')
  expect(padText('toolong', 3)).toBe('toolong')
})

const columns = [{title: 'LABEL'}, {title: 'PATH', cut: 'start' as const}, {title: 'AGE', keep: true}]
const rows = [{cells: ['web01', '/vm/pool/web01/web01.ctys', 'never']}, {cells: ['', '/vm/a.ctys', '3m']}]

test('a table without a limit is as wide as its values, without blanks at the end of a line', () => {
  expect(formatTable([...columns, {title: 'NOTE'}], [{cells: ['a', '/b', '1s']}], undefined)).toBe(
    'LABEL  PATH  AGE  NOTE\na      /b    1s   -\n',
  )
})

test('the widest column gives way first, the kept ones last', () => {
  expect(formatTable(columns, rows, 26)).toBe(
    ['LABEL  PATH          AGE', 'web01  …/web01.ctys  never', '-      /vm/a.ctys    3m', ''].join('\n'),
  )
})

test.each([1, 2, 3, 5, 8, 13, 21, 34])('no line is wider than %i columns', (width) => {
  for (const line of formatTable(columns, rows, width).split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width)
})

test('a table without rows is empty', () => {
  expect(formatTable(columns, [], 80)).toBe('')
})

test('2000 rows are drawn within 300 ms', () => {
  const many = Array.from({length: 2000}, (_, i) => ({cells: [`vm${i}`, `/vm/größe${i}/vm.ctys`, '3m']}))
  const started = performance.now()
  formatTable(columns, many, 40)
  expect(performance.now() - started).toBeLessThan(timesYardstick(13))
})

test('names that differ never look the same: others give way, and at last the line is too long', () => {
  const own = [
    {title: 'PATH', cut: 'start' as const, identity: true},
    {title: 'OS', drop: 2},
    {title: 'TYPE', drop: 1},
  ]
  const paths = ['/vm/pool/web01/disk/a.ctys', '/vm/pool/web02/disk/a.ctys', '/vm/x']
  const cells = paths.map((path) => ({cells: [path, 'debian 12', 'QEMU']}))
  for (const width of [1, 12, 20, 24, 30]) {
    const shown = formatTable(own, cells, width).split('\n').slice(1, -1)
    expect(new Set(shown.map((line) => line.split('  ')[0])).size).toBe(3)
    expect(shown.join()).not.toContain('QEMU')
  }
})

test('where columns would say nothing any more, rows stand one below the other and nothing is cut', () => {
  const own = [...columns, {title: 'WHY NOT', wrap: true}]
  const cells = [
    {
      cells: ['web01', '/vm/pool/web01/web01.ctys', '3m', 'label is web01, not db'],
      paint: (text: string) => `<${text}>`,
    },
    {cells: ['', '/vm/b.ctys', '', 'state is off']},
  ]
  expect(formatTable(own, cells, 60)).toContain('LABEL  PATH')
  expect(formatTable(own, cells, 34)).toBe(
    [
      '<LABEL    web01>',
      '<PATH     /vm/pool/web01/web01.ctys>',
      '<AGE      3m>',
      '<WHY NOT  label is web01, not db>',
      '',
      'PATH     /vm/b.ctys',
      'WHY NOT  state is off',
      '',
    ].join('\n'),
  )
  expect(formatTable(own, cells.slice(1), 10)).toBe('PATH\n/vm/b.ctys\nWHY NOT\nstate is\noff\n')
})

test('a very long name hides no column of the others', () => {
  const named = [
    {title: 'LABEL', identity: true},
    {title: 'STATE', drop: 1},
  ]
  const table = (...labels: string[]) =>
    formatTable(
      named,
      labels.map((label) => ({cells: [label, 'running']})),
      80,
    )
  expect(table('web01', 'x'.repeat(300)).split('\n')[1]).toMatch(/^web01 +running$/)
  expect(table('web01', 'x'.repeat(40)).split('\n')[2]).toBe(`${'x'.repeat(40)}  running`)
})

test('a sentence goes on in the next line', () => {
  const own = [
    {title: 'HOST', identity: true},
    {title: 'WHY', wrap: true},
  ]
  const cells = [{cells: ['h1', 'label is web01, which no other machine here has, and pathwithoutanyblankatall']}]
  expect(formatTable(own, cells, 30)).toBe(
    [
      'HOST  WHY',
      'h1    label is web01, which no',
      '      other machine here has,',
      '      and',
      '      pathwithoutanyblankatall',
      '',
    ].join('\n'),
  )
})
