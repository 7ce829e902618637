import {execFileSync, spawnSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {startScript} from '../../../../src/drivers/qemu/remote/start.js'
import {startEndScript} from '../../../../src/drivers/qemu/remote/start-end.js'
import {startFunctions} from '../../../../src/drivers/qemu/remote/start-functions.js'
import {keepLog} from '../../../../src/drivers/qemu/remote/start-log.js'

const shells: readonly (readonly string[])[] = [['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']]

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-log-'))
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

/** What the log holds after somebody wrote the text, by the command that writes it. */
function kept(writer: string, shell: readonly string[]): string {
  const log = join(dir, 'a.log')
  const [program = '', ...args] = shell
  const run = spawnSync('sh', ['-c', `${writer} | "$@"`, 'sh', program, ...args, '-c', keepLog, 'keep', log])
  expect([run.status, run.stderr.toString()]).toEqual([0, ''])
  expect(execFileSync('ls', [dir]).toString()).toBe('a.log\n')
  return readFileSync(log, 'latin1')
}

test.each([
  ['start', startScript.text],
  ['start-end', startEndScript.text],
  ['keep', keepLog],
])('%s is clean POSIX shell', (_, text) => {
  expect(spawnSync('shellcheck', ['-s', 'sh', '-'], {input: text, encoding: 'utf8'}).stdout).toBe('')
})

describe('the log of a wrapper', () => {
  test.each(shells)('keeps all of a little, in the order written, with %s', (...shell) => {
    const text = kept('awk \'BEGIN { for (i = 1; i <= 30000; i++) print "line", i }\'', shell)
    expect(text.split('\n').slice(0, -1)).toEqual(Array.from({length: 30_000}, (_, i) => `line ${i + 1}`))
  })

  test.each(shells)('keeps head and tail of too much, with %s', (...shell) => {
    const text = kept('awk \'BEGIN { for (i = 1; i <= 2000000; i++) print "line", i }\'', shell)
    expect(text.length).toBeLessThan(4.2 * 1024 * 1024)
    expect(text.startsWith('line 1\nline 2\n')).toBe(true)
    expect(text).toContain('[some output is left out here]')
    expect(text.endsWith('line 1999999\nline 2000000\n')).toBe(true)
  })

  test('shows each line at once', () => {
    const log = join(dir, 'a.log')
    const writer = `{ echo one; until [ -s ${log} ]; do sleep 0.01; done; cat ${log} >${dir}/seen; }`
    spawnSync('sh', ['-c', `${writer} | sh -c "$1" keep ${log}`, 'sh', keepLog], {timeout: 20_000})
    expect(readFileSync(join(dir, 'seen'), 'utf8')).toBe('one\n')
  })

  test('is read to its end where the disk is full, and its writer is not ended', () => {
    const run = spawnSync('sh', [
      '-c',
      '{ yes | head -c 9000000; echo alive >&2; } | sh -c "$1" keep /dev/full',
      'sh',
      keepLog,
    ])
    expect(run.stderr.toString()).toBe('alive\n')
  })
})

describe.each(shells)('the private directory of a user, with %s', (...shell) => {
  const ask = (path: string) => {
    const [program = '', ...args] = shell
    const text = `umask 077\n${startFunctions}\nprivate_dir "$1"; echo "$? $private|$inway"`
    return execFileSync(program, [...args, '-c', text, 'sh', path], {encoding: 'utf8', timeout: 10_000}).trim()
  }
  const me = userInfo().username

  test('is made with mode 0700, and used again', () => {
    const path = join(dir, 'ctys.me')
    expect([ask(path), ask(path)]).toEqual([`0 ${path}|`, `0 ${path}|`])
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  test('is closed to those who could only read it', () => {
    const path = join(dir, 'ctys.me')
    mkdirSync(path)
    chmodSync(path, 0o755)
    expect([ask(path), statSync(path).mode & 0o777]).toEqual([`0 ${path}|`, 0o700])
  })

  test.each([
    ['a file', (path: string) => writeFileSync(path, '')],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a link', (path: string) => symlinkSync(dir, path)],
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere', path)],
    ['a directory that others write to', (path: string) => execFileSync('mkdir', ['-m', '777', path])],
  ])('is not %s, which is named with its owner', (_, make) => {
    const path = join(dir, 'ctys.me')
    make(path)
    expect(ask(path)).toBe(`1 |${me} ${path}`)
  })

  test.runIf(process.getuid?.() === 0)('is not a directory of another user', () => {
    const path = join(dir, 'ctys.me')
    mkdirSync(path, {mode: 0o700})
    execFileSync('chown', ['nobody', path])
    expect(ask(path)).toBe(`1 |nobody ${path}`)
  })

  test("that cannot be made is in nobody's way", () => {
    expect(ask(join(dir, 'missing/ctys.me'))).toBe('1 |')
    expect(existsSync(join(dir, 'missing'))).toBe(false)
  })
})
