/** Consoles of the classic call in windows: real terminals and emacs on an X server of the test's own. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysFile} from './run-ctys.js'
import {ctysOnTerminal} from './terminal.js'

let lab: Lab
let server: ChildProcess
let display = ''

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  lab.makeVm(2, {label: 'web', mem: 96, log: true})
  lab.makeVm(1, {label: 'idle', mem: 96})
  expect(await ctys(lab, ['scan', 'h1', 'h2', '--base', '/vm'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['start', 'web'])).toMatchObject({code: 0})
  const ready = await ctys(lab, ['console', 'web', '--send', '\\n', '--expect', 'web# ', '--timeout', '100'])
  expect(ready.code, ready.stderr).toBe(0)
  server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const [number] = await once(server.stdio[3] as NodeJS.ReadableStream, 'data')
  display = `:${String(number).trim()}`
})

afterAll(async () => {
  await lab?.down()
  server?.kill()
})

const windowsOf = (name: string) =>
  execFileSync('xwininfo', ['-root', '-tree', '-display', display], {encoding: 'utf8'})
    .split('\n')
    .filter((line) => line.includes(name)).length
const windows = () => windowsOf('web on h2')

/** Keys of the X server go to the window of that name, as a person's do. */
const xdotool = (name: string, ...keys: readonly (readonly string[])[]) => {
  const env = {...process.env, DISPLAY: display}
  const [window = ''] = execFileSync('xdotool', ['search', '--onlyvisible', '--name', name], {
    env,
    encoding: 'utf8',
  }).split('\n')
  // without a window manager the keys go to what the pointer is in, of the window that has the focus
  execFileSync('xdotool', ['mousemove', '--window', window, '100', '200', 'windowfocus', '--sync', window], {env})
  for (const words of keys) execFileSync('xdotool', words, {env})
}
const typeIn = (name: string, text: string) => xdotool(name, ['type', '--delay', '40', text], ['key', 'Return'])
const pressIn = (name: string, key: string) => xdotool(name, ['key', key])

const onLine = async () => {
  const {stdout} = await lab.host(2, ['cat', '/proc/net/unix'])
  return stdout.split('\n').filter((row) => / 0[23] +\d+ .*qemumon\.web\.\d+\.admin$/.test(row)).length
}

const create = (words: string, options: readonly string[] = []) =>
  ctys(lab, ['-t', 'qemu', '-a', `create=l:web,${words}`, ...options, 'h2'], {env: {DISPLAY: display}})

test('a machine of CLI0 ends with its console, which signals do not end', async () => {
  const terminal = ctysOnTerminal(lab, ['-t', 'qemu', '-a', 'create=l:idle,console:cli0', 'h1'])
  await terminal.waitFor(/its console; leave it, and end the machine, with Enter ~ \./)
  const {stdout} = await lab.ctl([
    'pgrep',
    '-f',
    `${ctysFile} (-t qemu -a create=l:idle|console --reconnect|console .*--coupled)`,
  ])
  const pids = stdout.split('\n').filter(Boolean).map(Number)
  expect(pids.length).toBeGreaterThan(1)
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTSTP'] as const)
    for (const pid of pids) process.kill(pid, signal)
  terminal.type('\r~?')
  await terminal.waitFor(/send a break/)
  terminal.type('\r~.')
  const {code, output, before, after} = await terminal.end
  expect(code, output).toBe(0)
  expect(output).toContain('h1 idle ran, and ended with its console')
  expect(after).toBe(before)
  expect(lab.processes(1).filter(({args}) => args.join(' ').includes('-name idle'))).toEqual([])
})

test('without a display nothing is started, and a screen says where to look', async () => {
  const bare = {env: {DISPLAY: '', WAYLAND_DISPLAY: ''}}
  const refused = await ctys(lab, ['-t', 'qemu', '-a', 'create=l:idle,console:xterm', 'h1'], bare)
  expect(refused).toMatchObject({code: 2, stderr: expect.stringContaining('no X display')})
  expect((await ctys(lab, ['list', 'h1', '--running'])).stdout).not.toContain('idle')
  const screen = await ctys(lab, ['-t', 'qemu', '-a', 'create=l:idle,console:vnc', 'h1'], bare)
  expect(screen).toMatchObject({code: 0, stderr: expect.stringContaining('see it: ctys vnc idle h1')})
})

describe.sequential('a console in a window', () => {
  test.each(['xterm', 'gterm', 'emacs', 'emacsm', 'emacsa', 'emacsam'])(
    '%s, started apart from the call, is typed into, and leaves when it is asked',
    async (type) => {
      const done = await create(`reuse,console:${type}`, ['-g', '80x24+20+20', '-D', display])
      expect(done.code, done.stderr).toBe(0)
      await expect.poll(windows, {timeout: 30_000}).toBeGreaterThan(0)
      await expect.poll(onLine, {timeout: 30_000}).toBe(1)
      const log = () => readFileSync(lab.hostPath(2, '/vm/web/web.con'), 'latin1')
      // what comes before its program has begun is lost
      const typed = () => {
        typeIn('web on h2', `echo typed-${type}-$((40+2))`)
        return log()
      }
      await expect.poll(typed, {timeout: 60_000, interval: 2_000}).toContain(`typed-${type}-42`)
      const word = `said-${type}`
      const asked = ['console', 'web', '--take', '--send', `echo ${word}-$((1+1))\\n`, '--expect', `${word}-2`]
      const other = await ctys(lab, [...asked, '--timeout', '100'])
      expect(other.code, other.stderr).toBe(0)
      await expect.poll(windows, {timeout: 30_000}).toBe(0)
    },
  )
})

describe.sequential('a window of SDL', () => {
  const start = (shown: string, words = '') =>
    ctys(lab, ['-t', 'qemu', '-a', `create=l:win,console:sdl${words}`, 'h1'], {env: {DISPLAY: shown}})
  const forwardings = async () => (await lab.ctl(['pgrep', '-f', 'ssh -X'])).stdout.split('\n').filter(Boolean).length
  const running = async () => (await ctys(lab, ['list', '--running', 'h1'])).stdout

  test('that cannot be shown starts nothing, and leaves nothing', async () => {
    const boot = ['--kernel', '/usr/lib/ctys-lab/vmlinuz', '--initrd', '/usr/lib/ctys-lab/initrd.gz']
    const words = ['--append', 'console=ttyS0 quiet label=win', '--memory', '128M', '--size', '8M', '--dir', '/vm']
    const made = await ctys(lab, ['new', 'win', 'h1', ...boot, ...words])
    expect(made.code, made.stderr).toBe(0)
    expect(await start('')).toMatchObject({code: 2, stderr: expect.stringContaining('no X display (DISPLAY)')})
    const nowhere = await start(':77')
    expect(nowhere.code, nowhere.stderr).toBe(1)
    expect(nowhere.stderr).toMatch(/no X display is forwarded from there|x11 not available/)
    const joined = await start(display, ',connect')
    expect(joined).toMatchObject({code: 2, stderr: expect.stringContaining('connect takes console:vnc')})
    expect(await running()).not.toContain('win')
    expect(await forwardings()).toBe(0)
  })

  test('comes through ssh, outlives the call, and goes with its machine', async () => {
    const done = await start(display)
    expect(done.code, done.stderr).toBe(0)
    await expect.poll(() => windowsOf('QEMU (win'), {timeout: 30_000}).toBeGreaterThan(0)
    expect(await forwardings()).toBe(1)
    const said = () => readFileSync(lab.hostPath(1, '/vm/win/win.console.log'), 'latin1')
    await expect.poll(said, {timeout: 120_000}).toContain('guest win ready')
    pressIn('QEMU .win', 'ctrl+alt+Delete')
    await expect.poll(said, {timeout: 60_000}).toContain('reboot: Restarting system')
    const again = await start(display, ',reuse')
    expect(again).toMatchObject({code: 0, stderr: expect.stringContaining('its window opens with the machine')})
    expect(await forwardings()).toBe(1)
    expect(await ctys(lab, ['stop', '--force', 'win', 'h1'])).toMatchObject({code: 0})
    await expect.poll(() => windowsOf('QEMU (win'), {timeout: 30_000}).toBe(0)
    await expect.poll(forwardings, {timeout: 30_000}).toBe(0)
  })
})

test('a terminal that is not installed is refused before anything is touched', async () => {
  const path = mkdtempSync(join(tmpdir(), 'ctys-path-'))
  for (const name of ['ssh', 'sh', 'xterm']) symlinkSync(`/usr/bin/${name}`, join(path, name))
  const words = ['-t', 'qemu', '-a', 'create=l:web,reuse,console:gterm', 'h2']
  const env = [`PATH=${path}`, `DISPLAY=${display}`]
  const refused = await lab.ctl(['env', ...env, process.execPath, ctysFile, ...words])
  rmSync(path, {recursive: true})
  expect(refused).toMatchObject({code: 2, stderr: expect.stringContaining('gnome-terminal, or mate-terminal')})
})

test('in this terminal, and taken over by RECONNECT', async () => {
  const first = ctysOnTerminal(lab, ['-t', 'qemu', '-a', 'create=l:web,reuse,console:cli', 'h2'])
  await first.waitFor(/its console; leave with/)
  const second = ctysOnTerminal(lab, ['-t', 'qemu', '-a', 'create=l:web,reconnect,console:cli', 'h2'])
  expect((await first.end).output).toContain('taken over')
  await second.waitFor(/its console; leave with/)
  second.type('\recho here-$((2 + 2))\r')
  await second.waitFor(/here-4/)
  second.type('\r~.')
  const {code, output, before, after} = await second.end
  expect(code, output).toBe(0)
  expect(output).toContain('h2 web was running already')
  expect(after).toBe(before)
})

test('an answer of the guest that does not come is told, and waits are kept', async () => {
  const began = performance.now()
  const done = await create('reuse,waits:1,ping:2%0')
  expect(performance.now() - began).toBeGreaterThan(1_000)
  expect(done).toMatchObject({code: 4, stderr: expect.stringMatching(/ping was not done: no address of the guest/)})
})
