/** A process whose words nobody can read costs its user, and nobody else. The read of one process is made to hang. */
import {type ChildProcess, execFileSync, spawn, spawnSync} from 'node:child_process'
import {chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {readProcesses} from '../../../../src/drivers/qemu/process/read-processes.js'
import {processesScript} from '../../../../src/drivers/qemu/remote/processes.js'

const mark = 'b'.repeat(32)
const as = (uid: string) => ['setpriv', '--reuid', uid, '--regid', uid, '--clear-groups', '--']
const pathOf = (name: string) => execFileSync('sh', ['-c', `command -v ${name}`], {encoding: 'utf8'}).trim()

let dir: string
let stuck: ChildProcess
let other: ChildProcess

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-stuck-'))
  chmodSync(dir, 0o755)
  const program = join(dir, 'qemu-system-x86_64')
  copyFileSync(execFileSync('readlink', ['-f', pathOf('sleep')], {encoding: 'utf8'}).trim(), program)
  const start = (uid: string) => spawn('setpriv', [...as(uid).slice(1), program, '600'], {stdio: 'ignore'})
  stuck = start('65534')
  other = start('65533')
  // as on a host with more processes than one call takes the names of
  writeFileSync(join(dir, 'xargs'), `#!/bin/sh\nexec ${pathOf('xargs')} -n 7 "$@"\n`, {mode: 0o755})
  for (const name of ['dd', 'head']) {
    const hang = `case " $* " in *"/proc/${stuck.pid}/cmdline "*) exec sleep 600 ;; esac`
    writeFileSync(join(dir, name), `#!/bin/sh\n${hang}\nexec ${pathOf(name)} "$@"\n`, {mode: 0o755})
  }
})
afterAll(() => {
  stuck?.kill('SIGKILL')
  other?.kill('SIGKILL')
  rmSync(dir, {recursive: true, force: true})
})

describe.skipIf(process.getuid?.() !== 0)('a process that hangs', () => {
  test.each([
    ['dash', '0'],
    ['bash', '65532'],
    ['mksh', '65533'],
  ])('under %s, for user %s: the others are seen, and its user is named', (shell, uid) => {
    const [program = '', ...words] = [...as(uid), shell, '-c', processesScript.text, 'processes', mark, '1']
    const env = {PATH: `${dir}:/usr/bin:/bin`}
    const {status, stdout, stderr} = spawnSync(program, words, {env, maxBuffer: 2 ** 26})
    expect(status, stderr.toString()).toBe(0)
    const {processes, judged, unseen} = readProcesses(stdout, mark)
    expect(unseen).toContainEqual({user: 'nobody', why: 'stuck'})
    expect(unseen).not.toContainEqual(expect.objectContaining({user: '65533'}))
    expect(judged).not.toContain(stuck.pid)
    expect(processes.map(({pid}) => pid)).toContain(other.pid)
  })
})
