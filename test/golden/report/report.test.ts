/** Every kind of report against its golden text; `UPDATE_GOLDEN=1` writes the texts anew, to be read before they go in. */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {type PrintedTwice} from '../../fakes/printed.js'
import {cases} from './cases.js'

const folder = fileURLToPath(new URL('.', import.meta.url))

test.each(Object.entries(cases))('the report %s is as agreed', (name, build) => {
  const text = show(build())
  const file = `${folder}/${name}.txt`
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
})

test('there is no golden text without its report', () => {
  const texts = readdirSync(folder).filter((file) => file.endsWith('.txt'))
  expect(texts.sort()).toEqual(
    Object.keys(cases)
      .map((name) => `${name}.txt`)
      .sort(),
  )
})

function show({stdout, stderr, exitCode}: PrintedTwice): string {
  return `exit ${exitCode}\n--- stdout\n${stdout}--- stderr\n${stderr}`
}
