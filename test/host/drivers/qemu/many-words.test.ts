import {execFileSync, spawn} from 'node:child_process'
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {expectBounded} from '../../../../src/drivers/qemu/process/bounds.js'
import {isRefusedByQemu} from '../../../../src/drivers/qemu/process/is-qemu.js'
import {readProcesses} from '../../../../src/drivers/qemu/process/read-processes.js'
import {processesScript} from '../../../../src/drivers/qemu/remote/processes.js'

const mark = 'a'.repeat(32)
let dir: string
let pid = 0

/** Called and running like a QEMU, with some hundred thousand words. */
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-words-'))
  const program = join(dir, 'qemu-system-x86_64')
  copyFileSync(execFileSync('sh', ['-c', 'readlink -f "$(command -v sleep)"'], {encoding: 'utf8'}).trim(), program)
  // sleep adds its numbers
  const child = spawn(
    program,
    Array.from({length: 120_000}, () => '100'),
    {argv0: 'qemu-system-x86_64', stdio: 'ignore'},
  )
  child.unref()
  pid = child.pid ?? 0
})
afterAll(() => {
  if (pid > 0) process.kill(pid, 'SIGKILL')
  rmSync(dir, {recursive: true, force: true})
})

test.each(['dash', 'bash', 'mksh', 'busybox'])(
  'of a process with many words 64 KiB are read under %s',
  async (shell) => {
    const argv = shell === 'busybox' ? ['sh'] : []
    const words = [...argv, '-c', processesScript.text, 'processes', mark, '1']
    const output = execFileSync(shell, words, {maxBuffer: 2 ** 27})
    const chunk = output
      .toString('latin1')
      .split(`\0${mark}\0`)
      .find((text) => text.startsWith(`words\0${pid}\0`))
    expect(chunk?.length).toBeGreaterThan(60_000)
    expect(chunk?.length).toBeLessThan(80_000)
    await expectBounded(output, mark)
    expect(readProcesses(output, mark).processes.filter((process) => process.pid === pid)).toEqual([])
  },
)

test('many processes with many words cost little more than as many with few', () => {
  const program = join(dir, 'qemu-system-x86_64')
  const script = 'sh -c "$1" processes "$2" 1 >/dev/null; cat /proc/$$/stat'
  const ticksWith = (words: number): number => {
    const hostile = Array.from({length: 8}, () =>
      spawn(
        program,
        Array.from({length: words}, () => '100'),
        {stdio: 'ignore'},
      ),
    )
    try {
      const stat = execFileSync('sh', ['-c', script, 'sh', processesScript.text, mark], {encoding: 'utf8'})
      // cutime and cstime of proc(5)
      const fields = stat.replace(/^.*\) /, '').split(' ')
      return Number(fields[13]) + Number(fields[14])
    } finally {
      for (const child of hostile) child.kill('SIGKILL')
    }
  }
  const few = Math.min(ticksWith(20), ticksWith(20))
  expect(Math.min(ticksWith(8_000), ticksWith(8_000)) / few).toBeLessThan(3)
})

test.each([
  ['one process without end', `words\0${'x\0'.repeat(100_000)}`],
  ['more processes than any host has', `process\0x\0${mark}\0`.replace('x', 'x\0').repeat(5_000)],
  ['more marks than any host prints', `\0${mark}\0`.repeat(40_000)],
])('%s is refused before it is read', async (_, text) => {
  await expect(expectBounded(Buffer.from(text), mark)).rejects.toMatchObject({code: 'OUTPUT_TOO_LARGE'})
})

test.each([
  ['nothing', [], false],
  ['an image', ['disk.img'], false],
  ['an image behind the value of an option', ['-m', '512', 'disk.img'], false],
  ['values of options of a version to come', ['-new', 'a', '-newer', 'b', 'disk.img'], false],
  ['two images', ['a.img', 'b.img'], true],
  ['two images far apart', ['a.img', '-m', '512', 'b.img', '-S'], true],
  ['empty words', ['', ''], true],
  ['an image behind a flag, and one more', ['-S', 'a.img', 'b.img', 'c.img'], true],
])('%s: refused by QEMU or not', (_, words, isRefused) => {
  expect(isRefusedByQemu(['qemu-system-x86_64', ...words])).toBe(isRefused)
})
