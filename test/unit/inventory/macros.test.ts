import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {createMacroFiles} from '../../../inventory/macros/macro-files.js'
import {parseMacros} from '../../../inventory/macros/parse-macros.js'
import {builtinMacros} from '../../../src/app/macros/builtin-macros.js'
import {expandMacros} from '../../../src/app/macros/expand-macros.js'
import {parseRequest} from '../../../src/parse/request/parse-request.js'
import {parseOutputList} from '../../../src/query/output/parse.js'
import {inventoryColumns} from '../../../src/query/output/parse-fields.js'

describe('the text of a macro file', () => {
  test.each([
    ['A=b', {A: 'b'}],
    [' A = b=c  d ', {A: 'b=c  d'}],
    ['# A=b\n\nB-1=c\r\n', {'B-1': 'c'}],
    ['A=b \\\n  c\\\n# a comment inside\n  d\nB=e', {A: 'b cd', B: 'e'}],
    ['A=b\\', {A: 'b'}],
    ['A=b\nA=c', {A: 'c'}],
    ['A=$(id) `id` "x"', {A: '$(id) `id` "x"'}],
    ['__proto__=x', {['__proto__']: 'x'}],
  ])('%j has %j', (text, macros) => {
    expect(parseMacros(text)).toEqual({macros: new Map(Object.entries(macros)), faults: []})
  })

  test('lines that are none are told by number, and the others count', () => {
    const {macros, faults} = parseMacros('A=b\nnothing\nB c=d\nC=\nD=a\u001bb\n=x\nE=f\n')
    expect([...macros.keys()]).toEqual(['A', 'E'])
    expect(faults.map(({line}) => line)).toEqual([2, 3, 4, 5, 6])
  })
})

describe('macros in words', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ctys-macros-'))
  })
  afterEach(() => rmSync(dir, {recursive: true, force: true}))

  function write(name: string, ...lines: readonly string[]): void {
    mkdirSync(dirname(join(dir, name)), {recursive: true})
    writeFileSync(join(dir, name), `${lines.join('\n')}\n`)
  }

  async function expand(words: readonly string[], isValue?: (word: string, before?: string) => boolean) {
    const faults: string[] = []
    const expanded = await expandMacros({words, ...(isValue && {isValue})}, createMacroFiles(dir), faults)
    return faults.length > 0 ? faults.map((fault) => fault.replaceAll(dir, 'DIR')) : expanded
  }

  test.each([
    [
      ['macro:call', 'h1'],
      ['-a', 'list=machine', 'h1'],
    ],
    [['MACRO:call'], ['-a', 'list=machine']],
    [['{macro:call}'], ['-a', 'list=machine']],
    [
      ['-a', 'list=macro:tab,sort'],
      ['-a', 'list=tab:1%%2,sort'],
    ],
    [['x{macro:one}y{macro:two}'], ['xfirst second!y2']],
    [['{macro:one%sub/file}'], ['from', 'sub']],
    [['macro:one%sub/file'], ['from', 'sub']],
    [['macro:two%macro:two'], ['2%2']],
    [['macro:two%%macro:two'], ['2%%2']],
    [['macro:two%3'], ['2%3']],
    [['macro:two%../x'], ['2%../x']],
    [['macro:outer%sub/file'], ['<from', 'sub>']],
    [
      ['mymacro:one', 'mymacro:', 'plain'],
      ['mymacro:one', 'mymacro:', 'plain'],
    ],
    [['macro:shell'], ['$(id)', '`id`;', "'a", "b'"]],
    [['{macro:F_LABEL}'], ['mine']],
  ])('%j becomes %j', async (words, expanded) => {
    write(
      'default',
      'call=-a  list=machine',
      'tab=tab:1%%2',
      'one=first {macro:three}',
      'two=2',
      'three=second!',
      'F_LABEL=mine',
    )
    write('sub/file', 'one=from sub', 'outer=<{macro:one}>')
    writeFileSync(join(dir, 'default'), "shell=$(id) `id`; 'a b'\n", {flag: 'a'})
    expect(await expand(words)).toEqual(expanded)
  })

  test('as the value of an option a macro stays one word', async () => {
    write('default', 'heads=tab:1_a b_9')
    expect(await expand(['-o', 'macro:heads', 'macro:heads'], (_, before) => before === '-o')).toEqual([
      '-o',
      'tab:1_a b_9',
      'tab:1_a',
      'b_9',
    ])
  })

  test.each([
    ['macro:lsit', ["there is no macro 'lsit' in DIR/default (list?)", 'DIR/default:9: is no NAME=text']],
    ['macro:LIST', ["there is no macro 'LIST' in DIR/default (list?)", 'DIR/default:9: is no NAME=text']],
    ['macro:list%none', ["there is no macro file 'none' in DIR"]],
    ['macro:list%a/../default', ["there is no macro file 'a/../default' in DIR"]],
    ['macro:', ["'macro:': names no macro (macro:NAME)"]],
    ['list={macro:}', ["'list={macro:}': names no macro (macro:NAME)"]],
    ['macro:self', ['macro:self: is part of itself']],
    ['x{macro:a}', ['macro:a: is part of itself']],
    ['{macro:list', ["'{macro:list': the } is missing"]],
    ['macro:d21', ['macro:d1: more than 20 macros inside each other']],
    ['macro:big', ["'macro:big': becomes too long"]],
    ['macro:many', ["'macro:many': becomes too long"]],
  ])('%s is refused', async (word, faults) => {
    const deep = Array.from({length: 21}, (_, i) => `d${i + 1}=${i === 0 ? 'x' : `{macro:d${i}}`}`)
    const twice = (name: string) => `{macro:${name}}{macro:${name}}`
    const many = Array.from({length: 12}, (_, i) => `m${i}=${i === 11 ? 'x' : twice(`m${i + 1}`)}`)
    const lines = ['list=x', 'self={macro:self}', 'a={macro:b}', 'b={macro:a}', `big=${twice('big2')}`]
    write('default', ...lines, `big2=${'y'.repeat(40_000)}`, `many=${twice('m0')}`, '', 'nothing', ...deep, ...many)
    expect(await expand([word])).toEqual(faults)
  })

  test('all macros that are wrong are told at once', async () => {
    expect(await expand(['macro:x', '-o', 'a,macro:y'])).toEqual([
      "there is no macro 'x' in DIR",
      "there is no macro 'y' in DIR",
    ])
  })

  test('every built-in macro is a layout, a cell or a call that is taken', () => {
    for (const [name, text] of builtinMacros) {
      const faults: string[] = []
      const [, action] = /^-a (.*)$/.exec(text) ?? []
      const list = name === 'listdefault' ? `list=${text}` : action
      if (list !== undefined) parseRequest({action: list, targets: []})
      else parseOutputList(name.startsWith('F_') ? `tab_gen:${text}` : text.replace(/^-o /, ''), faults)
      expect(faults, name).toEqual([])
    }
    expect(builtinMacros.get('TAB_CTYS_VHOST_DEFAULT')).toBe(`tab_gen:${inventoryColumns.defaultTable}`)
    expect(builtinMacros.get('F_LABEL')).toBe('3_label_15')
    expect(['vconn', 'eif', 'lid', 'conf'].filter((name) => !builtinMacros.has(name))).toEqual([])
  })
})
