/** The last look of a start at the processes: what has words of the machine is judged again, by words and not by parts. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {afterEach, expect, test} from 'vitest'
import {statFunction} from '../../../../src/drivers/qemu/remote/processes-stat.js'
import {inspectStep} from '../../../../src/drivers/qemu/remote/start-inspect.js'
import {watchedFunction} from '../../../../src/drivers/qemu/remote/watched.js'
import {eventually} from '../../../fakes/sshd.js'

const perl = '/usr/bin/perl'
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const functions = `${statFunction}${watchedFunction}${inspectStep.slice(0, inspectStep.indexOf('judge() {'))}`
const script = `
nl='
' blanks=$IFS linux=1 config=$2 label=$3 uuid=$4
dir=\${config%/*}
${functions}
if names_us "$1"; then echo us; else echo other; fi`

async function isUs(shell: string, label: string, words: readonly string[], cwd = '/'): Promise<string> {
  const child = spawn(perl, ['-e', 'sleep 600', '--', ...words], {cwd, stdio: 'ignore'})
  children.push(child)
  await eventually(() => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').startsWith(`${perl}\0`), 10_000)
  const [program = '', ...argv] = shell.split(' ')
  const args = [String(child.pid), `/vm/${label}/${label}.ctys`, label, '11111111222243338444555555555555']
  return execFileSync(program, [...argv, '-c', script, 'look', ...args], {encoding: 'utf8'}).trim()
}

test.each([
  ['us', 'its name', ['-name', 'web01']],
  ['us', 'its name among options', ['--name', 'guest=web01,debug-threads=on']],
  ['us', 'its UUID', ['-uuid', '11111111-2222-4333-8444-555555555555']],
  ['us', 'its UUID in capitals, in another option', ['-smbios', 'type=1,uuid=11111111222243338444555555555555']],
  ['us', 'an image of it', ['-drive', 'file=/vm/web01/web01.img,if=virtio']],
  ['other', 'a longer name', ['-name', 'web011']],
  ['other', 'its name in another word', ['-append', 'host=web01', '-D', '/var/log/web01.log']],
  ['other', 'another machine', ['-name', 'db01', '-drive', 'file=/vm/db01/db01.img']],
])('%s by %s', async (expected, _what, words) => {
  expect(await isUs('dash', 'web01', words)).toBe(expected)
})

test.each(['dash', 'bash --posix', 'mksh', 'busybox sh'])(
  'a short name is no part of others under %s',
  async (shell) => {
    expect(await isUs(shell, 'kvm', ['-enable-kvm', '-name', 'db01'])).toBe('other')
    expect(await isUs(shell, 'kvm', ['-enable-kvm', '-name', 'kvm'])).toBe('us')
  },
)
