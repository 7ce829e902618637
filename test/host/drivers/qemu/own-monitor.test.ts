/** The monitor of ctys' own that a start gives a machine through its wrapper: what the wrapper is told and what comes of it. */
import {spawnSync} from 'node:child_process'
import {existsSync, readFileSync, statSync} from 'node:fs'
import {connect, createServer} from 'node:net'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {ownMonitorEnding} from '../../../../src/drivers/qemu/paths.js'
import {startYard} from '../../../fakes/start-yard.js'

const yard = startYard()

/** What a classic wrapper does with `--argsadd=`: its words go to QEMU. */
const passing = `
extra=''
for option; do case $option in --argsadd=*) extra=\${option#--argsadd=} ;; esac; done
start_qemu $extra`

const callsOf = (config: string) => readFileSync(join(config, '../calls'), 'utf8').trim().split('\n')

describe('a monitor of ctys own', () => {
  test('goes to the wrapper together with the arguments of the user, and lies beside the classic socket', async () => {
    const {label, config} = yard.machine(passing)
    const {machine, call} = await yard.start(label, {argsAdd: '-m 64', showCall: true})
    // as a user would call it
    expect(call).toEqual([expect.stringMatching(/\.sh$/), '--console=NONE', '--argsadd=-m 64'])
    const own = `${yard.sockBase()}/qemumon.${label}.${machine.pid}.${machine.uid}${ownMonitorEnding}`
    expect(callsOf(config)).toEqual([`called with --console=NONE --argsadd=-m 64 -qmp unix:${own},server,nowait`])
    expect(yard.argv(machine.pid)).toContain(`unix:${own},server,nowait`)
    expect(statSync(own).mode & 0o777).toBe(0o600)
  })

  test('is for nobody else under a wrapper with another umask', async () => {
    const {label} = yard.machine(`umask 000;${passing}`)
    const {machine} = await yard.start(label)
    expect(statSync(yard.ownSocket(machine)).mode & 0o777).toBe(0o600)
  })

  test('answers where somebody holds every other one', async () => {
    const {label} = yard.machine(passing)
    const {machine} = await yard.start(label)
    const held = ['', '.qmp'].map((ending) => connect(yard.ownSocket(machine).replace(/\.ctys$/, ending)))
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('data', resolve))))
    try {
      const began = performance.now()
      expect(await yard.cancel(label)).toMatchObject({machines: [{state: 'gone', step: 'quit'}]})
      expect(performance.now() - began).toBeLessThan(6_000)
    } finally {
      for (const socket of held) socket.destroy()
    }
  })

  test.each([
    ['a wrapper that refuses it', 'case $* in *argsadd*) echo "unknown option" >&2; exit 2 ;; esac; start_qemu'],
    ['a QEMU that refuses it', 'case $* in *argsadd*) start_qemu -nonsense ;; esac; start_qemu'],
    ['a QEMU that leaves at once', 'case $* in *argsadd*) start_qemu -device nonsense ;; esac; start_qemu'],
  ])('is left out for %s: it is started as before', async (_what, last) => {
    const {label, config} = yard.machine(last)
    const {machine} = await yard.start(label)
    expect(machine.state).toBe('prelaunch')
    expect(callsOf(config)[1]).toBe('called with --console=NONE')
    expect(yard.ours()).toEqual([machine.pid])
  })

  test.each([
    ['#@#DEFAULTCONSOLE = "XTERM"', ['--console=XTERM']],
    ['#@#DEFAULTCONSOLE = "cli0"', ['--console=CLI']],
    ['#@#DEFAULTCONSOLE = "NONE"', ['--console=NONE']],
    ['#@#DEFAULTCONSOLE = "SDL"', ['--console=VNC', '--vncaccessdisplay=7777']],
    ['', ['--console=VNC', '--vncaccessdisplay=7777']],
  ])('where no console is asked for, %j is what the wrapper is told to prepare', async (line, words) => {
    const {label, config} = yard.machine(passing, [...(line === '' ? [] : [line]), '#@#VNCACCESSDISPLAY = "7777"'])
    const {notDone} = await yard.start(label, {prepares: true})
    expect(callsOf(config)[0]).toMatch(`called with ${words[0]} `)
    for (const word of words) expect(callsOf(config)[0]).toContain(word)
    expect(notDone).toBeUndefined()
  })

  test('a wrapper that cannot prepare what nobody asked for is called as before', async () => {
    const {label, config} = yard.machine(`case $* in *VNC*) exit 1 ;; esac;${passing}`)
    const {machine} = await yard.start(label, {prepares: true})
    expect(callsOf(config)[1]).toMatch(/^called with --console=NONE --argsadd/)
    expect(yard.ours()).toEqual([machine.pid])
  })

  test('is left out, and not what the user adds', async () => {
    const {label, config} = yard.machine('case $* in *-qmp*) exit 2 ;; esac; start_qemu')
    await yard.start(label, {argsAdd: '-m 64'})
    expect(callsOf(config)[1]).toBe('called with --console=NONE --argsadd=-m 64')
  })

  test('is tried once: a wrapper that fails anyway says so', async () => {
    const {label, config} = yard.machine('echo "no such disk" >&2; exit 3')
    await expect(yard.start(label)).rejects.toMatchObject({
      code: 'START_FAILED',
      details: expect.arrayContaining(['no such disk']),
    })
    expect(callsOf(config)).toHaveLength(2)
    expect([yard.ours(), yard.locks()]).toEqual([[], []])
  })

  test('may be dropped by the wrapper', async () => {
    const {label, config} = yard.machine('start_qemu')
    const {machine} = await yard.start(label)
    expect([callsOf(config).length, machine.state]).toEqual([1, 'prelaunch'])
  })

  test('of a QEMU before 0.13 is a human one', async () => {
    const starter = yard.program('qemu-system-x86_64', 'echo "QEMU PC emulator version 0.12.5 (Debian 0.12.5)"')
    const {label} = yard.machine(passing, [`#@#STARTERCALL = "${starter}"`])
    const {machine} = await yard.start(label)
    const argv = yard.argv(machine.pid)
    expect(argv[argv.indexOf(`unix:${yard.ownSocket(machine)},server,nowait`) - 1]).toBe('-monitor')
  })

  test('is left out where its path is too long for a socket, or not plain', async () => {
    const {label, config} = yard.machine(passing)
    const sockets = {QEMUMONSOCK: join(yard.sockBase(), 'm'.repeat(102 - yard.sockBase().length))}
    await yard.start(label, {}, sockets)
    const odd = yard.machine(passing)
    await yard.start(odd.label, {}, {QEMUMONSOCK: join(yard.sockBase(), 'a b')}).catch(() => undefined)
    for (const file of [config, odd.config]) expect(callsOf(file)[0]).toBe('called with --console=NONE')
  })
})

describe('sockets that an end by force has left', () => {
  /** A process that listened there and was killed. Returns its pid. */
  function killedListener(pathOf: (pid: number) => string): number {
    const code = `require('net').createServer().listen(${JSON.stringify(pathOf(0))}.replace('.0.', '.' + process.pid + '.'), () => process.kill(process.pid, 'SIGKILL'))`
    const {pid} = spawnSync(process.execPath, ['-e', code])
    return pid
  }

  test('go with the next start of the machine, unless somebody listens or they are of another machine', async () => {
    const {label} = yard.machine(passing)
    const user = userInfo().username
    const name = (whose: string, pid: number, ending: string) =>
      `${yard.sockBase()}/qemumon.${whose}.${pid}.${user}${ending}`
    const left = ['', '.qmp', ownMonitorEnding, '.vnc', '.qga'].map((ending) =>
      name(
        label,
        killedListener((pid) => name(label, pid, ending)),
        ending,
      ),
    )
    const heard = name(
      label,
      killedListener((pid) => name(label, pid, '.old')),
      '.vnc',
    )
    const others = name(
      `${label}-2`,
      killedListener((pid) => name(`${label}-2`, pid, '.vnc')),
      '.vnc',
    )
    const server = createServer().listen(heard)
    await new Promise((resolve) => server.once('listening', resolve))
    try {
      for (const path of [...left, heard, others]) expect(existsSync(path), path).toBe(true)
      await yard.start(label)
      expect(left.filter((path) => existsSync(path))).toEqual([])
      expect([heard, others].filter((path) => existsSync(path))).toEqual([heard, others])
    } finally {
      server.close()
    }
  })
})
