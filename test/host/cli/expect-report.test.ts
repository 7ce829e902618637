import {spawnSync} from 'node:child_process'
import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {build} from 'esbuild'
import {afterAll, expect, test} from 'vitest'

const cache = join(process.cwd(), 'node_modules/.cache', `expect-report-${process.pid}`)
afterAll(() => rmSync(cache, {recursive: true, force: true}))

/** Runs a program of these lines, with the sources of ctys at hand. */
async function run(name: string, contents: string, argv: readonly string[]) {
  mkdirSync(cache, {recursive: true})
  const outfile = join(cache, `${name}.mjs`)
  const stdin = {contents, resolveDir: process.cwd(), loader: 'ts'} as const
  await build({stdin, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external'})
  return spawnSync(process.execPath, [outfile, ...argv], {encoding: 'utf8', timeout: 20_000})
}

const waiting = `
  import {expectReport} from './src/cli/base/expect-report.ts'
  const settled = expectReport(process.argv)
  void new Promise(() => {}).finally(settled)`

const silent = `
  import {BaseCommand} from './src/cli/base/base-command.ts'
  class Silent extends BaseCommand { static strict = false; async run() {} }
  void Silent.run(process.argv.slice(2), {root: process.cwd()})`

test.each([
  ['waiting', waiting],
  ['silent', silent],
])('a run that ends without a report is a fault with status 70: %s', async (name, lines) => {
  const text = await run(name, lines, [])
  expect(text, text.stderr).toMatchObject({status: 70, stdout: ''})
  expect(text.stderr).toContain('ctys: INTERNAL: the run ended without a report')
  const json = await run(name, lines, ['--json'])
  expect(json.status, json.stderr).toBe(70)
  expect(JSON.parse(json.stdout)).toMatchObject({exitCode: 70, error: {code: 'INTERNAL'}})
})
