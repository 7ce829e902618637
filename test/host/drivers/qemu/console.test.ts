/** Consoles, screens, keys and monitors of real QEMUs of this machine. */

import {spawn, spawnSync} from 'node:child_process'
import {createCipheriv} from 'node:crypto'
import {once} from 'node:events'
import {copyFileSync, existsSync, readdirSync, readFileSync, realpathSync, writeFileSync} from 'node:fs'
import {connect, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Duplex} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {PreconditionError} from '../../../../src/domain/errors.js'
import type {ConsoleClient, OpenConsole, ScreenClient} from '../../../../src/domain/ports/console-client.js'
import type {HostContext, HostSession} from '../../../../src/domain/ports/ports.js'
import type {TaskOf} from '../../../../src/domain/work/plan.js'
import type {Ask, Verb} from '../../../../src/domain/work/verbs.js'
import {followLog} from '../../../../src/drivers/qemu/console/record.js'
import {qemu} from '../../../../src/drivers/qemu/index.js'
import {scanQemu} from '../../../../src/drivers/qemu/process/processes.js'
import {
  clientsTakeScript,
  consoleKeeperScript,
  consoleTakeScript,
  coupledKeeperScript,
  endClientScript,
} from '../../../../src/drivers/qemu/remote/console-keeper.js'
import {consoleLogScript} from '../../../../src/drivers/qemu/remote/console-log.js'
import {processesScript} from '../../../../src/drivers/qemu/remote/processes.js'
import {socketClientsScript} from '../../../../src/drivers/qemu/remote/socket-clients.js'
import {decodePng} from '../../../../src/lib/png.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {qemuFarm} from '../../../fakes/real-qemu.js'
import {runHandler} from '../../../fakes/run-handler.js'

const farm = qemuFarm()
const {signal} = new AbortController()
let session: HostSession

beforeAll(async () => {
  session = farm.fence(await createLocalTransport().open({host: 'localhost'}, {signal}))
})

afterAll(async () => {
  await farm.stop()
  await session.close()
})

/** Another client of the console `con`, once QEMU has made it. */
async function attached(dir: string): Promise<Socket> {
  await expect.poll(() => existsSync(join(dir, 'con')), {timeout: 10_000}).toBe(true)
  const socket = connect(join(dir, 'con'))
  await once(socket, 'connect')
  return socket
}

type Asked<V extends Verb> = Omit<Ask<V>, 'machine'>

function run<V extends Verb>(verb: V, label: string, ask: Asked<V>, at: Partial<HostContext> = {}) {
  const handler = qemu.verbs[verb]
  if (handler === undefined) throw new Error(`no ${verb}`)
  const task = {
    id: '1',
    target: {host: 'localhost'},
    type: 'QEMU',
    verb,
    ask: {...ask, machine: {label}},
    timeoutMs: 60_000,
  }
  return runHandler(handler, task as TaskOf<V>, {session, signal, note: () => undefined, ...at})
}

/** Types, waits for a text, and leaves. */
function script(typed: string | Buffer, until: string, seen: string[] = []): ConsoleClient {
  return {
    join: async ({stream, readOnly}: OpenConsole) => {
      if (readOnly !== undefined) seen.push(readOnly)
      let text = ''
      const found = new Promise<void>((resolve) => {
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString('latin1')
          if (text.includes(until)) resolve()
        })
      })
      stream.write(typed)
      await found
      seen.push(text)
      return left
    },
  }
}

const who = 'me@here'
const attach = {mode: 'attach', who} as const
/** The person leaves. */
const left = {ended: 'detached'} as const

/** A machine whose serial line is a loop: what is typed comes back from the far end of a second one. */
test('a console that shares its monitor is proven on its own line, and typed at', async () => {
  await farm.start({label: 'k-mux', machine: 'pc', qmp: false, mux: true})
  const seen: string[] = []
  // the firmware prints nothing there: the multiplexer itself echoes its help for no typed byte, so only the end is seen
  const client: ConsoleClient = {
    join: async ({stream, act}) => {
      await act('break')
      stream.write(Buffer.from([1, 'x'.charCodeAt(0)]))
      await sleep(300)
      seen.push(String(stream.destroyed))
      return left
    },
  }
  expect(await run('console', 'k-mux', attach, {console: client})).toMatchObject({
    kind: 'console',
    ended: 'detached',
    label: 'k-mux',
  })
  // Ctrl-a x went to the guest: to the multiplexer it means the end of the machine
  expect(seen).toEqual(['false'])
  expect(await run('monitor', 'k-mux', {line: 'info status'})).toMatchObject({
    reply: expect.stringContaining('running'),
  })
})

test('a console with a monitor beside it: what is typed reaches the other end', async () => {
  const {dir} = await farm.start({
    ...{label: 'k-own', machine: 'pc'},
    args: [
      '-chardev',
      'socket,id=c,path=con,server=on,wait=off,logfile=con.log',
      '-device',
      'virtio-serial',
      '-device',
      'virtconsole,chardev=c',
    ],
  })
  const client: ConsoleClient = {join: async () => left}
  expect(await run('console', 'k-own', attach, {console: client})).toMatchObject({ended: 'detached'})
  await attached(dir)
  const refused = run('console', 'k-own', attach, {console: client})
  await expect(refused).rejects.toMatchObject({
    code: 'CONSOLE_HELD',
    message: expect.stringContaining('on its console'),
  })
})

test('who comes second types nothing, however it came about', async () => {
  const {dir} = await farm.start({
    ...{label: 'k-race', machine: 'pc'},
    args: ['-serial', 'unix:con,server=on,wait=off'],
  })
  const typed: string[] = []
  const client: ConsoleClient = {
    join: async ({stream}) => {
      typed.push('ctys')
      stream.write('c')
      await sleep(50)
      return left
    },
  }
  for (let round = 0; round < 10; round++) {
    const others: Socket[] = []
    const foreign = async () => {
      await sleep(round * 40)
      others.push(await attached(dir))
    }
    const [mine] = await Promise.allSettled([run('console', 'k-race', attach, {console: client}), foreign()])
    // refused, or alone on the line: nobody of both ever waited with something typed
    if (mine.status === 'rejected') expect(mine.reason).toMatchObject({code: 'CONSOLE_HELD'})
    else expect(typed).toContain('ctys')
    for (const socket of others) socket.destroy()
    await sleep(50)
  }
})

/** Someone who stays until the console is asked for. */
function staying(told: string[]): {readonly client: ConsoleClient; readonly opened: Promise<void>} {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    opened,
    client: {
      join: async ({wanted}) => {
        open()
        const by = (await wanted) ?? ''
        told.push(by)
        return {ended: 'taken', by}
      },
    },
  }
}

test('another ctys is named, and lets go when it is asked', async () => {
  await farm.start({label: 'k-take', machine: 'pc', args: ['-serial', 'unix:con,server=on,wait=off']})
  const told: string[] = []
  const {client, opened} = staying(told)
  const first = run('console', 'k-take', {mode: 'attach', who: "anna@desk 'x"}, {console: client})
  await opened
  await expect(run('console', 'k-take', attach, {console: client})).rejects.toMatchObject({
    code: 'CONSOLE_HELD',
    message: expect.stringMatching(/^k-take: ctys of anna@desk 'x \(as \S+, .*for \d+ s\) is on its console$/),
    hint: expect.stringContaining('--take'),
  })
  const second = run('console', 'k-take', {...attach, take: 'ask'}, {console: {join: async () => left}})
  expect(await first).toMatchObject({ended: 'taken', by: 'me@here'})
  expect(await second).toMatchObject({ended: 'detached'})
  expect(told).toEqual(['me@here'])
})

test('whoever shows its screen lets go too when every client is asked', async () => {
  await farm.start({
    label: 'k-clients',
    machine: 'pc',
    args: ['-vga', 'std', '-vnc', 'none', '-serial', 'unix:con,server=on,wait=off'],
  })
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const viewer: ScreenClient = {
    show: async ({wanted}) => {
      open()
      await wanted
    },
  }
  const shown = run('screen', 'k-clients', {who: 'anna@desk'}, {screen: viewer})
  await opened
  const client = {join: async () => left}
  // the console alone is nobody's: a plain --take leaves the screen to whoever has it
  expect(await run('console', 'k-clients', {...attach, take: 'ask'}, {console: client})).toMatchObject(left)
  expect(await Promise.race([shown, 'is shown'])).toBe('is shown')
  expect(await run('console', 'k-clients', {...attach, take: 'clients'}, {console: client})).toMatchObject(left)
  expect(await shown).toMatchObject({kind: 'screen', takenBy: 'me@here'})
})

test.each([
  ['is left', async () => left],
  [
    'fails',
    async () => {
      throw new Error('as a crash')
    },
  ],
] as const)('a coupled machine ends when its console %s', async (how, join) => {
  const label = `k-coupled${how.length}`
  const machine = await farm.start({label, machine: 'pc', args: ['-serial', 'unix:con,server=on,wait=off']})
  const coupled = run('console', label, {...attach, coupled: true}, {console: {join}})
  if (how === 'is left') expect(await coupled).toMatchObject({ended: 'detached', coupled: true})
  else await expect(coupled).rejects.toThrow('as a crash')
  await machine.ended
})

test('a console that its machine ends with is given to nobody, which is said at once', async () => {
  const label = 'k-given'
  const machine = await farm.start({label, machine: 'pc', args: ['-serial', 'unix:con,server=on,wait=off']})
  let leave: () => void = () => undefined
  const stays = new Promise<typeof left>((resolve) => {
    leave = () => resolve(left)
  })
  let begun: () => void = () => undefined
  const isOn = new Promise<void>((resolve) => {
    begun = resolve
  })
  const join = () => {
    begun()
    return stays
  }
  const coupled = run('console', label, {...attach, coupled: true}, {console: {join}})
  await isOn
  for (const take of ['ask', 'force'] as const) {
    await expect(run('console', label, {...attach, take}, {console: {join: async () => left}})).rejects.toMatchObject({
      code: 'CONSOLE_HELD',
      hint: expect.stringContaining('which is given to nobody'),
    })
  }
  leave()
  await coupled
  await machine.ended
})

test.each([
  ['as ss(8) shows it', {}],
  ['by its words where there is no ss', {PATH: 'without ss'}],
])('a client that is no ctys is named %s, asked for nothing, and ended only by force', async (name, env) => {
  const label = `k-foreign${Object.keys(env).length}`
  const {dir} = await farm.start({
    label,
    machine: 'pc',
    args: ['-serial', `unix:${farm.root}/${label}.con,server=on,wait=off`],
  })
  await expect.poll(() => existsSync(join(dir, `../${label}.con`)), {timeout: 10_000}).toBe(true)
  const nc = spawn('nc', ['-U', join(farm.root, `${label}.con`)], {stdio: ['pipe', 'ignore', 'ignore']})
  const blind: HostSession = {
    ...session,
    script: (script, args, options) =>
      session.script(
        name.includes('words') ? {...script, text: script.text.replaceAll('ss -x', 'no-ss -x')} : script,
        args,
        options,
      ),
  }
  const at = {console: {join: async () => left}, session: blind}
  const refused = () => run('console', label, {...attach, take: 'ask'}, at)
  await expect
    .poll(
      () =>
        refused().then(
          () => '',
          (error: {message: string}) => error.message,
        ),
      {timeout: 10_000},
    )
    .toMatch(new RegExp(`nc(\\.openbsd)? \\(process ${nc.pid}, \\S+, .*for \\d+ s\\) is on its console`))
  await expect(refused()).rejects.toMatchObject({hint: expect.stringContaining('--take --force')})
  expect(nc.exitCode).toBeNull()
  const ended = once(nc, 'exit')
  expect(await run('console', label, {...attach, take: 'force'}, at)).toMatchObject({ended: 'detached'})
  await ended
})

test('what looks like an ssh session is ended by nobody, and a port is held by whom /proc shows', async () => {
  const port = 20_000 + (process.pid % 20_000)
  await farm.start({
    ...{label: 'k-sshd', machine: 'pc'},
    args: ['-serial', `telnet:127.0.0.1:${port},server=on,wait=off`],
  })
  const listening = new RegExp(`:${port.toString(16).toUpperCase()} 00000000:0000 0A`)
  await expect.poll(() => readFileSync('/proc/net/tcp', 'utf8'), {timeout: 10_000}).toMatch(listening)
  const sshd = join(farm.root, 'sshd')
  copyFileSync(realpathSync('/bin/nc'), sshd)
  const far = spawn(sshd, ['127.0.0.1', String(port)], {stdio: ['pipe', 'ignore', 'ignore']})
  const refused = () => run('console', 'k-sshd', {...attach, take: 'force'}, {console: {join: async () => left}})
  await expect
    .poll(() => refused().then(String, (error: Error) => error.message), {timeout: 10_000})
    .toMatch(`sshd (process ${far.pid}, `)
  await expect(refused()).rejects.toMatchObject({hint: 'it is an ssh session, which is not ended'})
  expect([far.exitCode, far.signalCode]).toEqual([null, null])
  far.kill()
})

test('whoever lets go late is waited for without a word, while processes come and go', async () => {
  const qemuPid = String(2 ** 22 + process.pid)
  const words = ['-c', 'trap "" USR1; echo on; cat >/dev/null; :', 'ctys-console', qemuPid, 'anna@desk']
  const keeper = spawn('sh', words, {stdio: ['pipe', 'pipe', 'ignore']})
  await once(keeper.stdout, 'data')
  const take = spawn('sh', ['-c', consoleTakeScript.text, 'ctys-take', qemuPid, 'me@here'])
  let said = ''
  take.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  // grep itself, whose words name what it looks for, is over before they are read
  const [asked] = await once(take.stdout, 'data')
  keeper.stdin.end()
  await once(take, 'close')
  expect([String(asked), said]).toEqual(['1\n', ''])
})

test.each([
  ...[socketClientsScript, consoleKeeperScript, coupledKeeperScript, clientsTakeScript, endClientScript],
  consoleLogScript,
])('shellcheck has nothing to say of $name', ({text}) => {
  expect(spawnSync('shellcheck', ['-s', 'sh', '-'], {input: text, encoding: 'utf8'}).stdout).toBe('')
})

test('a machine that lies about its name is refused', async () => {
  await farm.start({label: 'k-lie', machine: 'pc', args: ['-serial', 'unix:con,server=on,wait=off']})
  const lying: HostSession = {
    ...session,
    open: async (to, limits) => {
      const stream = await session.open(to, limits)
      const {write} = stream
      stream.write = ((chunk: Buffer | string, ...rest: []) =>
        Reflect.apply(write, stream, [
          String(chunk).replaceAll('info name', 'info version').replaceAll('info uuid', 'info version'),
          ...rest,
        ])) as typeof write
      return stream
    },
  }
  let joined = false
  const client: ConsoleClient = {
    join: async () => {
      joined = true
      return left
    },
  }
  await expect(run('console', 'k-lie', attach, {console: client, session: lying})).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
  })
  expect(joined).toBe(false)
})

test('without a console it says where to look instead', async () => {
  await farm.start({label: 'k-none'})
  const refused = run('console', 'k-none', attach, {console: script('', 'x')})
  await expect(refused).rejects.toThrow(PreconditionError)
  await expect(refused).rejects.toMatchObject({code: 'NO_CONSOLE', hint: expect.stringContaining('ctys screenshot')})
})

test('the log of a console is followed beside whoever is attached, and nothing else that the words name', async () => {
  const {dir} = await farm.start({
    ...{label: 'k-log', machine: 'pc'},
    args: ['-M', 'pc,graphics=off', '-serial', 'unix:con,server=on,wait=off,logfile=con.log'],
  })
  await attached(dir)
  const seen: string[] = []
  const watch = {mode: 'watch', who} as const
  const done = await run('console', 'k-log', watch, {console: script('', 'SeaBIOS', seen)})
  expect(done).toMatchObject({ended: 'detached'})
  expect(seen[0]).toBe('this is its log')

  await farm.start({label: 'k-liar', machine: 'pc', args: ['-serial', 'unix:con,server=on,wait=off']})
  const {processes} = await scanQemu(session, {signal})
  const liar = processes.find(({label}) => label === 'k-liar')
  const options = [{name: 'serial', value: 'unix:con,server=on,logfile=/etc/passwd'}]
  const lied = {...liar, commandLine: {...liar?.commandLine, options}} as NonNullable<typeof liar>
  const opened = await followLog(lied, {session, signal})
  let text = ''
  opened.stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  await once(opened.stream, 'end')
  expect(text).toBe('')
})

test('a picture of the screen, and nothing left on the host', async () => {
  await farm.start({label: 'k-screen', machine: 'pc', args: ['-vga', 'std']})
  const {pictures, notShown} = await run('screenshot', 'k-screen', {})
  expect(pictures).toMatchObject([{label: 'k-screen', state: 'running'}])
  expect(notShown).toEqual([])
  const [data] = pictures
  const {width, height, rgb} = decodePng(Buffer.from(data?.png ?? '', 'base64'))
  expect([width, height]).toEqual([data?.width, data?.height])
  expect(rgb.length).toBe(width * height * 3)
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('ctys-screen.'))).toEqual([])
})

test('pictures of several machines of a host come of one look at its processes', async () => {
  for (const label of ['k-many1', 'k-many2']) await farm.start({label, machine: 'pc', args: ['-vga', 'std']})
  await farm.start({label: 'k-many3'})
  let scans = 0
  const counting: HostSession = {
    ...session,
    script: (script, args, options) => {
      if (script === processesScript) scans++
      return session.script(script, args, options)
    },
  }
  const more = ['k-many2', 'k-many3', 'k-nobody'].map((label) => ({machine: {label}}))
  const {pictures, notShown} = await run('screenshot', 'k-many1', {more}, {session: counting})
  expect(pictures.map(({label}) => label)).toEqual(['k-many1', 'k-many2'])
  expect(notShown.map(({machine, error}) => [machine, error.code])).toEqual([
    ['l:k-many3', 'MONITOR_FAILED'],
    ['l:k-nobody', 'NOT_RUNNING'],
  ])
  expect(scans).toBe(1)
})

/** The answer to the challenge of RFC 6143, 7.2.2: DES with the bits of each byte of the key turned round. */
function answered(challenge: Buffer, password: string): Buffer {
  const turned = (byte: number) => Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2)
  const key = Buffer.from([...Buffer.alloc(8).fill(password, 0, password.length)].map(turned))
  const cipher = createCipheriv('des-ede3', Buffer.concat([key, key, key]), null).setAutoPadding(false)
  return cipher.update(challenge)
}

test('a screen that is made now gets the password that was typed, and nobody comes in without it', async () => {
  await farm.start({label: 'k-secret', machine: 'pc', args: ['-vga', 'std', '-vnc', 'none,password=on']})
  const verdicts: number[] = []
  const login = async (stream: Duplex, password: string) => {
    const next = async () => ((await once(stream, 'data')) as [Buffer])[0]
    await next()
    stream.write('RFB 003.008\n')
    expect([...(await next())]).toEqual([1, 2])
    stream.write(Buffer.from([2]))
    stream.write(answered(await next(), password))
    verdicts.push((await next()).readUInt32BE(0))
    stream.destroy()
  }
  const client: ScreenClient = {
    secret: async (question) => (question.includes('k-secret') ? 'pass1' : undefined),
    show: async ({open}) => {
      await login(await open(), 'wrong')
      await login(await open(), 'pass1')
    },
  }
  await run('screen', 'k-secret', {who}, {screen: client})
  expect(verdicts).toEqual([1, 0])
  const nobody = run('screen', 'k-secret', {who}, {screen: {show: async () => undefined}})
  await expect(nobody).rejects.toMatchObject({code: 'NO_CONSOLE', message: expect.stringContaining('password')})
})

test('a machine without a display has no picture, in the words of QEMU', async () => {
  await farm.start({label: 'k-blind'})
  await expect(run('screenshot', 'k-blind', {})).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
    message: expect.stringContaining('no console'),
  })
})

test.each([
  ['QMP', {}],
  ['the human monitor', {qmp: false, hmp: true}],
])('keys are pressed over %s', async (_, spec) => {
  const label = `k-keys${'qmp' in spec ? '-hmp' : ''}`
  await farm.start({label, machine: 'pc', ...spec})
  expect(await run('keys', label, {strokes: [['ctrl', 'alt', 'delete'], ['a']]})).toMatchObject({strokes: 2, label})
})

test('the monitor answers a line, and a command of QMP with its arguments', async () => {
  await farm.start({label: 'k-ask'})
  expect(await run('monitor', 'k-ask', {line: 'info name'})).toMatchObject({reply: 'k-ask\n'})
  const qmp = {execute: 'qom-get', arguments: {path: '/machine', property: 'type'}}
  expect(await run('monitor', 'k-ask', {qmp})).toMatchObject({reply: 'none-machine'})
  const refused = run('monitor', 'k-ask', {qmp: {execute: 'no-such'}})
  await expect(refused).rejects.toMatchObject({code: 'MONITOR_FAILED', message: expect.stringContaining('no-such')})
})

test.each([
  ['QMP', {}],
  ['the human monitor', {qmp: false, hmp: true}],
])('a disc is listed, changed and taken out over %s', async (name, spec) => {
  const label = `k-media-${name.length}`
  const cd = ['-drive', 'if=none,id=cd,media=cdrom', '-device', 'ide-cd,drive=cd,bus=ide.1']
  await farm.start({label, machine: 'pc', ...spec, args: cd})
  const discs = ['a b".iso', 'second.iso'].map((file) => join(farm.root, `${name.length}${file}`))
  for (const disc of discs) writeFileSync(disc, Buffer.alloc(4096))
  expect(await run('media', label, {})).toMatchObject({
    kind: 'media',
    drives: [{name: 'cd', medium: '', locked: false}],
  })
  for (const file of discs) {
    const change = {do: 'insert', file, format: 'raw'} as const
    expect(await run('media', label, {change})).toMatchObject({done: 'insert', drives: [{name: 'cd', medium: file}]})
  }
  const eject = {do: 'eject', force: false} as const
  const gone = {do: 'insert', file: '/nowhere.iso', format: 'raw'} as const
  await expect(run('media', label, {change: gone})).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
    message: expect.stringContaining('/nowhere.iso'),
  })
  await expect(run('media', label, {change: {...eject, drive: 'fd'}})).rejects.toMatchObject({code: 'UNSUPPORTED'})
  await run('media', label, {change: {do: 'insert', file: discs[0] ?? '', format: 'raw'}})
  expect(await run('media', label, {change: eject})).toMatchObject({done: 'eject', drives: [{medium: ''}]})
})

/** Speaks RFC 6143 as far as the version. */
const greeted = (seen: string[]): ScreenClient => ({
  show: async ({open}) => {
    const stream = await open()
    const [chunk] = (await once(stream, 'data')) as [Buffer]
    seen.push(chunk.toString())
    stream.destroy()
  },
})

test.each([
  ['on a Unix socket', ['-vnc', 'unix:vnc']],
  ['nowhere, so it is made now', ['-vnc', 'none']],
])('a screen that listens %s', async (name, args) => {
  const label = `k-vnc${name.length}`
  await farm.start({label, machine: 'pc', args: ['-vga', 'std', ...args]})
  const seen: string[] = []
  expect(await run('screen', label, {who}, {screen: greeted(seen)})).toMatchObject({kind: 'screen', label})
  expect(seen).toEqual(['RFB 003.008\n'])
  expect(readdirSync(tmpdir()).filter((entry) => entry.startsWith('ctys-vnc.'))).toEqual([])
})

test('a machine without a VNC server says what is there instead', async () => {
  await farm.start({label: 'k-dark'})
  await expect(run('screen', 'k-dark', {who}, {screen: greeted([])})).rejects.toMatchObject({
    code: 'NO_CONSOLE',
    hint: expect.stringContaining('ctys screenshot'),
  })
})
