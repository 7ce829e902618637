import {execFileSync} from 'node:child_process'
import {closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {startFunctions} from '../../../../src/drivers/qemu/remote/start-functions.js'

let dir: string
let small: string
let huge: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-holders-'))
  small = join(dir, 'small')
  huge = join(dir, 'huge')
  writeFileSync(small, 'HOME=/\0CTYS_START=token1\0')
  const fd = openSync(huge, 'w')
  // lines, as an environment may have: then a look need not take the whole of it
  writeFileSync(fd, `${'x'.repeat(1023)}\n`.repeat(70 * 1024))
  ftruncateSync(fd, 70 * 1024 * 1024)
  closeSync(fd)
})
afterAll(() => rmSync(dir, {recursive: true, force: true}))

function run(shell: string, text: string, args: readonly string[], before: readonly string[] = []): readonly string[] {
  const script = ['-c', `${startFunctions}\n${text}`, 'sh', ...args]
  const [program = '', ...words] = [...before, shell, ...(shell === 'busybox' ? ['sh'] : []), ...script]
  return execFileSync(program, words, {encoding: 'utf8'}).split('\n').filter(Boolean)
}

describe.each(['dash', 'bash', 'mksh', 'busybox'])('environments under %s', (shell) => {
  const holders = (...files: readonly string[]) => run(shell, 'holders "$@"', ['CTYS_START=token1', ...files])

  test('that hold the token of a start are found, behind others too', () => {
    expect(holders('/proc/nothing', '/dev/null', small)).toEqual([small])
  })

  test('are read up to 64 MiB in all', () => {
    expect(holders(small, huge)).toEqual([small])
    expect(holders(huge, small)).toEqual([])
  })

  test('of our own processes come first', () => {
    const [own = '', count = ''] = run(shell, 'environments; set -- $files; echo "$1"; echo "$#"', [])
    expect(own).toMatch(/^\/proc\/\d+\/environ$/)
    expect(Number(count)).toBeGreaterThan(1)
    const listed = run(shell, 'environments; printf "%s\\n" $files', [])
    expect(listed).toContain(`/proc/${process.pid}/environ`)
  })

  test('who is in a session is found behind one who is gone meanwhile', () => {
    const text = 'stat_of "$$"; echo "$$"; in_session "$session" /proc/none/stat /proc/[0-9]*/stat'
    // a session of its own: in a container everybody else may be in session 0, with the first process
    const [self = '', ...pids] = run(shell, text, [], ['setsid', '-w'])
    expect(pids).toContain(self)
    expect(pids).not.toContain('1')
  })
})
