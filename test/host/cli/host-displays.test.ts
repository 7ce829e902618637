/** X displays of this machine for windows of other hosts, by a stand-in of ssh(1) that runs what it is given here. */
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {createHostDisplays} from '../../../src/cli/console/host-displays.js'

const {signal} = new AbortController()
const target = {host: 'h1', user: 'admin', port: 2222}
const path = process.env.PATH ?? ''
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-displays-'))
  process.env.PATH = `${dir}:${path}`
})
afterEach(() => {
  process.env.PATH = path
  rmSync(dir, {recursive: true, force: true})
})

/** Its words go to the file `words`; it tells its pid in `pid`. */
function ssh(text: string): void {
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >'${dir}/words'\necho $$ >'${dir}/pid'\n${text}\n`
  writeFileSync(join(dir, 'ssh'), script, {mode: 0o755})
}
const read = (name: string) => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : '')
const isThere = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
const forwarder = () => Number(read('pid'))

test('ends with the process that it is kept for', async () => {
  ssh('DISPLAY=localhost:10.0; export DISPLAY; exec sh')
  const display = await createHostDisplays('/etc/some config').open(target, {}, signal)
  expect(display.name).toBe('localhost:10.0')
  expect(read('words').split('\n')).toEqual(
    expect.arrayContaining(['-X', 'BatchMode=yes', '/etc/some config', '--', 'sh']),
  )
  expect(read('words')).toContain('ssh://admin@h1:2222\n')
  writeFileSync(join(dir, 'work'), `#!/bin/sh\nuntil [ -e '${dir}/end' ]; do sleep 0.1; done\n`, {mode: 0o755})
  const {spawn} = await import('node:child_process')
  const work = spawn(join(dir, 'work'))
  display.keep(work.pid ?? 0)
  display.release()
  expect(isThere(forwarder())).toBe(true)
  writeFileSync(join(dir, 'end'), '')
  await expect.poll(() => isThere(forwarder()), {timeout: 20_000}).toBe(false)
})

test('that nobody needs is ended', async () => {
  ssh('DISPLAY=:1; export DISPLAY; exec sh')
  const display = await createHostDisplays(undefined).open(target, {}, signal)
  display.release()
  await expect.poll(() => isThere(forwarder()), {timeout: 20_000}).toBe(false)
})

test.each([
  ['has none', 'unset DISPLAY; exec sh', 'has no DISPLAY'],
  ['tells what is no name', "DISPLAY='x;reboot'; export DISPLAY; exec sh", 'its DISPLAY is no name'],
  ['tells much', 'exec head -c 100000 /dev/zero', 'ended with status 0'],
  ['cannot be reached', 'echo "no route" >&2; exit 255', 'ended with status 255'],
])('a host that %s is told, and nothing stays', async (_, text, why) => {
  ssh(text)
  const opened = createHostDisplays(undefined).open(target, {}, signal)
  await expect(opened).rejects.toMatchObject({code: 'COMMAND_FAILED', message: expect.stringContaining(why)})
  await expect.poll(() => isThere(forwarder()), {timeout: 20_000}).toBe(false)
})

test('of this machine is its own', async () => {
  const display = await createHostDisplays(undefined).open({host: 'localhost'}, {display: ':7'}, signal)
  expect(display.name).toBe(':7')
})
