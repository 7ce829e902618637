/** Through the built program: a limit of open files that leaves none for a child is told as that, by every way to hosts. */
import {execFile} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-files-'))
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

test.each([
  ['sh', []],
  ['ssh', ['--transport', 'openssh']],
])('no file is left for %s', async (program, words) => {
  const script = 'ulimit -n 24 && exec "$@"'
  const argv = ['-c', script, 'sh', process.execPath, 'bin/ctys.cjs', 'list', 'localhost', '--json', ...words]
  const env = {PATH: process.env.PATH, HOME: home, NODE_ENV: 'production'}
  const {code, stdout} = await new Promise<{code: unknown; stdout: string}>((resolve) => {
    execFile('sh', argv, {env}, (error, out) => resolve({code: error?.code ?? 0, stdout: out}))
  })
  expect(JSON.parse(stdout)).toMatchObject({
    outcomes: [
      {
        status: 'failed',
        error: {
          code: 'UNREACHABLE',
          message: `cannot start ${program}: this process may have no more files open`,
          hint: 'raise the limit: ulimit -n 1024',
        },
      },
    ],
  })
  expect(code).toBe(1)
})
