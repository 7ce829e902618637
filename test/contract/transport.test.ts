import {mkdtempSync, rmSync} from 'node:fs'
import {type AddressInfo, createServer, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CtysError} from '../../src/domain/errors.js'
import type {HostStream} from '../../src/domain/ports/host-stream.js'
import type {HostSession, Transport} from '../../src/domain/ports/ports.js'
import {createTransport} from '../../src/transport/route.js'
import {descendantsOf, eventually, processTable, type Sshd, startSshd, tryKill} from '../fakes/sshd.js'
import {rounds} from '../lab/rounds.js'

/** One contract for every way to a host, over a real sshd where there is one. */

let sshd: Sshd
let dir = ''
beforeAll(async () => {
  sshd = await startSshd()
  dir = mkdtempSync(join(tmpdir(), 'ctys-transport-'))
})
afterAll(async () => {
  await sshd.stop()
  rmSync(dir, {recursive: true, force: true})
})

const {signal} = new AbortController()
const codeOf = (error: unknown): string => (error as CtysError).code ?? String(error)

/** A number of seconds that no other sleep on this machine has, so that the process table can be asked for it. */
let seconds = 100_000 + (process.pid % 10_000) * 50
const unique = (): string => `${++seconds}`
const sleeping = (text: string): boolean => processTable().some(({args}) => args === `sleep ${text}`)
/** The helpers of a session below us or the sshd: a sleep, or the sh itself. */
const helpers = (): string[] => {
  const ours = new Set([...descendantsOf(process.pid), ...sshd.descendants()])
  return processTable()
    .filter(({pid, args}) => ours.has(pid) && /^(sh|sleep .*|setsid .*)$/.test(args))
    .map(({args}) => args)
}

const hostile: string[][] = [
  [''],
  ['', '', 'x', ''],
  ["it's", `"`, '`id`', '$(id)', '$HOME', `\${x}`, '\\', '\\\\', '\\n', '%s%n', '*', '?', '[a]', '~', '!', '!!', '#'],
  ['a b', ' a', 'a ', '\t', '\n', '\n\n', 'a\nb', '\r', '\r\n', '-', '--', '-n', '-e', '&', '&&', '|', ';', '<', '>'],
  ['\u001b[31m', '\u0007', '\u0001', '\u007f', '\u0081', '\u0088', 'é', '日本', '🐚', '\ufeff', '\u2028'],
  ["''", "'''", "'\\''", "'; touch /tmp/ctys-canary; '", 'EOF', 'ctys_job', 'x'.repeat(100_000)],
]

const shown = (argv: readonly string[]): string[] => ['printf', '%s\\0', ...argv]

describe.each(['local', 'ssh', 'openssh'] as const)('%s', (name) => {
  let transport: Transport
  let session: HostSession
  const target = {host: name === 'local' ? 'localhost' : 'fake'}
  const open = (): Promise<HostSession> => transport.open(target, {signal})
  beforeAll(async () => {
    transport = createTransport({force: name, configFile: sshd.configFile})
    session = await open()
  })
  afterAll(async () => {
    await session.close()
    await transport.close()
    expect(await eventually(() => helpers().length === 0)).toBe(true)
  })

  test.each(hostile)('passes hostile arguments exactly: %j', async (...argv) => {
    const {stdout} = await session.exec(shown(argv))
    expect(stdout.toString()).toBe(argv.map((word) => `${word}\0`).join(''))
  })

  test('passes any arguments and any input exactly', {timeout: 120_000}, async () => {
    const word = fc.string({unit: 'binary'}).map((text) => text.replaceAll('\0', ''))
    await fc.assert(
      fc.asyncProperty(fc.array(word, {minLength: 1}), word, async (argv, input) => {
        const all = await session.exec(['sh', '-c', 'cat; printf "\\0"; printf "%s\\0" "$@"', 'sh', ...argv], {input})
        expect(all.stdout.toString()).toBe([input, ...argv].map((text) => `${text}\0`).join(''))
        expect(all.exitCode).toBe(0)
      }),
      {numRuns: rounds(200)},
    )
  })

  test('refuses a NUL in an argument before anything is sent', async () => {
    await expect(session.exec(['echo', 'a\0b'])).rejects.toMatchObject({code: 'INTERNAL'})
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
  })

  test.each([
    [['true'], 0],
    [['false'], 1],
    [['sh', '-c', 'exit 255'], 255],
    [['sh', '-c', 'kill -9 $$'], 137],
    [['ctys-no-such-command'], 127],
    [['/'], 126],
  ] as const)('tells the exit status of %j', async (argv, exitCode) => {
    expect((await session.exec(argv)).exitCode).toBe(exitCode)
  })

  test('runs a constant script with arguments', async () => {
    const script = {name: 'shout', text: 'echo "$0:$1" && exit 3'}
    const result = await session.script(script, ["a'b"])
    expect([result.exitCode, result.stdout.toString()]).toEqual([3, "shout:a'b\n"])
  })

  test('keeps bytes as they are and the two streams apart', async () => {
    const text =
      'i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf %03o $i)"; i=$((i+1)); done; printf "err\\n\\n" >&2'
    const {stdout, stderr} = await session.exec(['sh', '-c', text])
    expect(stdout).toEqual(Buffer.from(Array.from({length: 256}, (_, i) => i)))
    expect(stderr.toString()).toBe('err\n\n')
  })

  test('has an empty standard input without input, and takes a megabyte', async () => {
    expect((await session.exec(['cat'])).stdout.length).toBe(0)
    const input = 'x'.repeat(1024 * 1024)
    expect((await session.exec(['wc', '-c'], {input})).stdout.toString().trim()).toBe(`${input.length}`)
    expect((await session.exec(['true'], {input})).exitCode).toBe(0)
  })

  test('reads 5 MB', async () => {
    const {stdout} = await session.exec(['head', '-c', '5000000', '/dev/zero'], {maxBytes: 8_000_000})
    expect(stdout.equals(Buffer.alloc(5_000_000))).toBe(true)
  })

  test('ends a command that prints too much and goes on', async () => {
    const flood = session.exec(['sh', '-c', 'while :; do echo yyyyyyyyyyyyyyyyyyy; done'], {maxBytes: 100_000})
    await expect(flood).rejects.toMatchObject({code: 'OUTPUT_TOO_LARGE'})
    const errors = session.exec(['sh', '-c', 'while :; do echo yyyyyyyyyyyyyyyyyyy >&2; done'], {maxBytes: 100_000})
    await expect(errors).rejects.toMatchObject({code: 'OUTPUT_TOO_LARGE'})
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
  })

  test('ends the whole process tree at the deadline, stubborn or not', async () => {
    const [a, b] = [unique(), unique()]
    const text = `sleep ${a} & (trap "" TERM; sleep ${b}; sleep ${b}) & wait`
    const run = session.exec(['sh', '-c', text], {deadlineMs: 300})
    expect(await eventually(() => sleeping(a) && sleeping(b))).toBe(true)
    await expect(run).rejects.toMatchObject({code: 'COMMAND_TIMEOUT'})
    expect([sleeping(a), sleeping(b)]).toEqual([false, false])
  })

  test('ends the command when the signal fires, and one that waits its turn never starts', async () => {
    const [a, b] = [unique(), unique()]
    const abort = new AbortController()
    const first = session.exec(['sleep', a], {signal: abort.signal}).catch(codeOf)
    const second = session.exec(['sleep', b], {signal: abort.signal}).catch(codeOf)
    expect(await eventually(() => sleeping(a))).toBe(true)
    abort.abort()
    expect(await Promise.all([first, second])).toEqual(['INTERRUPTED', 'INTERRUPTED'])
    expect([sleeping(a), sleeping(b)]).toEqual([false, false])
  })

  test('leaves nothing of a task behind but what made a session of its own', async () => {
    const [left, daemon] = [unique(), unique()]
    const text = `sleep ${left} & setsid sleep ${daemon} </dev/null >/dev/null 2>&1 & sleep 0.2`
    expect((await session.exec(['sh', '-c', text])).exitCode).toBe(0)
    const other = await open()
    await other.exec(['sh', '-c', text])
    await other.close()
    expect(sleeping(left)).toBe(false)
    const daemons = processTable().filter(({args}) => args === `sleep ${daemon}`)
    expect(daemons.length).toBe(2)
    for (const {pid} of daemons) tryKill(pid)
  })

  test('closing ends the running command, twice closing is once', async () => {
    const other = await open()
    const a = unique()
    const run = other.exec(['sh', '-c', `trap "" TERM; sleep ${a}; sleep ${a}`]).catch(codeOf)
    expect(await eventually(() => sleeping(a))).toBe(true)
    await Promise.all([other.close(), other.close()])
    await other.close()
    expect(await run).toBe('CONNECTION_LOST')
    expect(sleeping(a)).toBe(false)
    await expect(other.exec(['true'])).rejects.toMatchObject({code: 'CONNECTION_LOST'})
  })

  test('runs 200 commands one after the other and several sessions side by side', async () => {
    for (let i = 0; i < 200; i++) expect((await session.exec(['echo', `${i}`])).stdout.toString()).toBe(`${i}\n`)
    const others = await Promise.all([open(), open(), open(), open(), open()])
    const said = await Promise.all(others.map((other, i) => other.exec(['echo', `${i}`])))
    expect(said.map(({stdout}) => stdout.toString())).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n'])
    await Promise.all(others.map((other) => other.close()))
  })

  test('commands sent together run in order', async () => {
    const file = join(dir, `order-${name}`)
    const sent = [1, 2, 3].map((i) => session.exec(['sh', '-c', 'sleep 0.0$1; echo $1 >>"$2"', 'sh', `${4 - i}`, file]))
    await Promise.all(sent)
    expect((await session.exec(['cat', file])).stdout.toString()).toBe('3\n2\n1\n')
  })

  test.each(['plain', "it's $HOME:%d \\ é"])(
    'connects to the Unix socket %j, and tells one that is missing',
    async (file) => {
      const path = join(dir, `${name} ${file}`)
      const server = await echoServer((echo) => echo.listen(path))
      const socket = await session.open({unix: path})
      socket.write('hello')
      expect(await read(socket, 5)).toBe('hello')
      socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await expect(session.open({unix: `${path}.missing`})).rejects.toMatchObject({code: 'UNREACHABLE'})
      expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
    },
  )

  test.each(['127.0.0.1', '::1'])(
    'connects to a TCP port of the host on %s, and tells one that is shut',
    async (address) => {
      const server = await echoServer((echo) => echo.listen(0, address))
      const {port} = server.address() as AddressInfo
      const stream = await session.open({tcp: port, address})
      stream.write('hello')
      expect(await read(stream, 5)).toBe('hello')
      stream.destroy()
      await new Promise((resolve) => server.close(resolve))
      await expect(session.open({tcp: port, address})).rejects.toMatchObject({code: 'UNREACHABLE'})
    },
  )

  test('a stream is a command: any arguments, any bytes both ways, in pieces of any size', async () => {
    const words = hostile.flat().filter((word) => word.length < 1000)
    const stream = await session.open({argv: ['sh', '-c', 'printf "%s\\0" "$@"; exec cat', 'sh', ...words]})
    const expected = words.map((word) => `${word}\0`).join('')
    expect(await read(stream, Buffer.byteLength(expected))).toBe(expected)
    const bytes = Buffer.from(Array.from({length: 300_000}, (_, i) => (i * 7) % 256))
    const echoed = readBytes(stream, bytes.length)
    stream.end(bytes)
    expect((await echoed).equals(bytes)).toBe(true)
    expect(await stream.ended).toMatch(/status 0/)
  })

  test('a stream ends with its command, which ends with the stream', async () => {
    const short = await session.open({argv: ['sh', '-c', 'echo last; exit 3']})
    expect(await read(short, 5)).toBe('last\n')
    expect(await short.ended).toMatch(/status 3/)
    await expect(session.open({argv: ['ctys-no-such-command']})).rejects.toMatchObject({code: 'UNREACHABLE'})
    const a = unique()
    const long = await session.open({
      argv: ['sh', '-c', 'cat', a],
    })
    const running = () => processTable().some(({args}) => args === `sh -c cat ${a}`)
    expect(await eventually(running)).toBe(true)
    long.destroy()
    expect(await eventually(() => !running())).toBe(true)
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
  })

  test('streams and commands of one session do not wait for each other, and no stream outlives it', async () => {
    const other = await open()
    const a = unique()
    const stream = await other.open({argv: ['sh', '-c', 'cat', a]})
    const slow = other.exec(['sh', '-c', 'sleep 0.3; echo done'])
    stream.write('hello')
    expect(await read(stream, 5)).toBe('hello')
    expect((await slow).stdout.toString()).toBe('done\n')
    await other.close()
    await stream.ended
    expect(stream.destroyed).toBe(true)
    expect(await eventually(() => !processTable().some(({args}) => args === `sh -c cat ${a}`))).toBe(true)
    await expect(other.open({argv: ['cat']})).rejects.toMatchObject({code: 'CONNECTION_LOST'})
  })

  test('a stream to what accepts and never answers does not hold the session', async () => {
    const path = join(dir, `${name}-silent`)
    const server = await echoServer((echo) => echo.removeAllListeners('connection').listen(path))
    const stream = await session.open({unix: path})
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
    stream.destroy()
    server.close()
    const abort = new AbortController()
    abort.abort()
    await expect(session.open({unix: path}, {signal: abort.signal})).rejects.toMatchObject({code: 'INTERRUPTED'})
  })

  test('does not open when the run is over already', async () => {
    const abort = new AbortController()
    abort.abort()
    await expect(transport.open(target, {signal: abort.signal})).rejects.toMatchObject({code: 'INTERRUPTED'})
  })
})

async function echoServer(listen: (server: Server) => Server): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket))
  await new Promise<void>((resolve) => listen(server).once('listening', resolve))
  return server
}

async function read(stream: HostStream, length: number): Promise<string> {
  return (await readBytes(stream, length)).toString()
}

async function readBytes(stream: HostStream, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  await new Promise<void>((resolve) => {
    const take = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      if (size < length) return
      stream.off('data', take)
      resolve()
    }
    stream.on('data', take)
  })
  return Buffer.concat(chunks)
}
