import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {runBuilt} from './run-built.js'

// the classic LIST as it is shipped; needs a build
let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-list-'))
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

test.each([
  [['-a', 'list'], /^localhost +\|\S+ +\|\S+ +\|- +\|PM +\|(?:HVM|PARA) *\|S\|root +\|root +\n/m],
  [
    ['-a', 'list=machine'],
    /^localhost;PM;(?:[^;\n]*;){8}1;root;root;SERVER;;[^;\n]*;;;Linux-[^;\n]*;[^;\n]*;\w+;\w+\n/m,
  ],
  [['-X', '-a', 'list'], /^localhost;PM;/m],
])('%j shows the host itself', async (words, line) => {
  const {code, stdout} = await runBuilt(home, ['ctys', ...words])
  expect(code).toBe(0)
  expect(stdout).toMatch(line)
})

test("today's list shows machines only", async () => {
  expect((await runBuilt(home, ['ctys', 'list', '-X'])).stdout).not.toContain(';PM;')
})
