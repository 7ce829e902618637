/** docs/classic.md is made from the grammar: UPDATE_GOLDEN=1 writes it. */
import {readFileSync, writeFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {registry} from '../../../src/drivers/registry.js'
import {actionTables, optionTable, toolTable, typeTable} from '../../../src/report/classic/usage.js'

const path = 'docs/classic.md'

const parts: Readonly<Record<string, string>> = {
  types: typeTable([...registry.drivers.keys()]),
  actions: actionTables(),
  options: optionTable(),
  programs: toolTable(),
  stories: storyTable(),
}

/** The first call of each story, and how it fares; all of them are in stories.golden.txt. */
function storyTable(): string {
  const rows = new Map<string, string>()
  let story = ''
  for (const line of readFileSync('test/golden/classic/stories.golden.txt', 'utf8').trim().split('\n')) {
    const [, number = '', call = ''] = /^(\d+) (.*)$/.exec(line) ?? []
    if (number !== '') {
      story = rows.has(number) ? '' : number
      if (story !== '') rows.set(story, `| ${number} | \`${call.replaceAll('|', '\\|')}\` | `)
    } else if (story !== '') {
      const [, verb] = /^ +\d+ \S+ [A-Z]+ ([a-z]+)/.exec(line) ?? []
      rows.set(
        story,
        `${rows.get(story)}${verb === undefined ? line.trim().replace(/^[A-Z]+: /, '') : `done: ${verb}`} |\n`,
      )
      story = ''
    }
  }
  return `| Story | Call | Here |\n|---|---|---|\n${[...rows.values()].join('')}`
}

/** What stands between the marks of a part is replaced. */
function made(text: string): string {
  return Object.entries(parts).reduce((rest, [name, part]) => {
    const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`]
    const [from, to] = [rest.indexOf(begin), rest.indexOf(end)]
    expect([name, from >= 0 && to > from]).toEqual([name, true])
    return `${rest.slice(0, from + begin.length)}\n${part}\n${rest.slice(to)}`
  }, text)
}

test('docs/classic.md has the tables of the grammar', () => {
  const text = readFileSync(path, 'utf8')
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, made(text))
  expect(readFileSync(path, 'utf8')).toBe(made(text))
})
