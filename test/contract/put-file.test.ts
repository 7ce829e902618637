import {spawnSync} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {HostSession, Transport} from '../../src/domain/ports/ports.js'
import {createLocalTransport} from '../../src/transport/local/local.js'
import {createTransport} from '../../src/transport/route.js'
import {putScript} from '../../src/transport/shell/put-script.js'
import {descendantsOf, eventually, processTable, type Sshd, startSshd, tryKill} from '../fakes/sshd.js'
import {mountNamespace} from '../fixtures/inventory/run-child.js'

/** Files put on a host, by every way to it. */

let sshd: Sshd
let base = ''
let dir = ''
beforeAll(async () => {
  sshd = await startSshd()
  base = mkdtempSync(join(tmpdir(), 'ctys-put-'))
})
beforeEach(() => {
  dir = mkdtempSync(join(base, 'd'))
})
afterAll(async () => {
  await sshd.stop()
  rmSync(base, {recursive: true, force: true})
})

const {signal} = new AbortController()
const options = {mode: 0o640, signal}
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8)
const from = (...pieces: readonly (string | Buffer)[]): Readable => Readable.from(pieces, {objectMode: false})
const only = (name: string) => eventually(() => readdirSync(dir).join() === name)

describe.each(['local', 'ssh', 'openssh'] as const)('%s', (name) => {
  let transport: Transport
  let session: HostSession
  const target = {host: name === 'local' ? 'localhost' : 'fake'}
  beforeAll(async () => {
    transport = createTransport({force: name, configFile: sshd.configFile})
    session = await transport.open(target, {signal})
  })
  afterAll(async () => {
    await session.close()
    await transport.close()
  })
  /** The put of that path on this machine, if it runs. */
  const putting = (path: string): number | undefined => {
    const ours = new Set([...descendantsOf(process.pid), ...sshd.descendants()])
    return processTable().find(({pid, args}) => ours.has(pid) && args.startsWith('sh -c') && args.includes(` ${path} `))
      ?.pid
  }

  test.each([0, 1, 32, 33, 34, 65_536, 5_000_000])('writes %d bytes of any kind', async (size) => {
    const path = join(dir, 'image')
    const bytes = randomBytes(size)
    await session.put(path, from(bytes.subarray(0, 1000), bytes.subarray(1000)), options)
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    )
    expect(readdirSync(dir)).toEqual(['image'])
  })

  test.each([0o600, 0o644, 0o755, 0o4711])('gives the file its mode whatever the umask: %o', async (mode) => {
    const path = join(dir, 'file')
    await session.put(path, from('x'), {mode, signal})
    expect(modeOf(path)).toBe(mode.toString(8))
  })

  test.each(["it's $HOME; é", '-rf', 'a\nb', '*', '\\', ' '])('to a file named %j', async (file) => {
    await session.put(join(dir, file), from('x'), options)
    expect(readdirSync(dir)).toEqual([file])
  })

  test('whoever looks sees the old file or the whole new one, never another mode', async () => {
    const path = join(dir, 'file')
    const [old, fresh] = ['o'.repeat(300_000), 'n'.repeat(200_000)]
    await session.put(path, from(old), {mode: 0o600, signal})
    let isDone = false
    const seen = new Set<string>()
    const inspect = async () => {
      while (!isDone) {
        const {mode, size, ino} = statSync(path)
        if (statSync(path).ino === ino) seen.add(`${(mode & 0o777).toString(8)} ${size}`)
        await new Promise(setImmediate)
      }
    }
    const reading = inspect()
    for (let round = 0; round < 4; round++) {
      await session.put(path, from(...(fresh.match(/.{1,50000}/g) ?? [])), {mode: 0o644, signal})
      await session.put(path, from(old), {mode: 0o600, signal})
    }
    isDone = true
    await reading
    expect([...seen].filter((each) => each !== '600 300000' && each !== '644 200000')).toEqual([])
  })

  test('a symbolic link is replaced, what it leads to stays', async () => {
    writeFileSync(join(dir, 'other'), 'other')
    symlinkSync('other', join(dir, 'link'))
    await session.put(join(dir, 'link'), from('x'), options)
    expect(lstatSync(join(dir, 'link')).isFile()).toBe(true)
    expect(readFileSync(join(dir, 'other'), 'utf8')).toBe('other')
  })

  test.each([
    ['missing/file', /no such directory/],
    ['folder', /it is a directory/],
  ])('refuses %s, reads no more of the content and leaves nothing', async (file, why) => {
    mkdirSync(join(dir, 'folder'))
    const content = from(...Array.from({length: 200}, () => Buffer.alloc(100_000)))
    await expect(session.put(join(dir, file), content, options)).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: expect.stringMatching(why),
    })
    expect(content.destroyed).toBe(true)
    expect(readdirSync(dir)).toEqual(['folder'])
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
  })

  test('a path that is none is refused before anything is sent', async () => {
    for (const path of ['file', '', `${dir}/`, `${dir}/a\0b`]) {
      await expect(session.put(path, from('x'), options)).rejects.toMatchObject({code: 'INTERNAL'})
    }
    expect(readdirSync(dir)).toEqual([])
  })

  test('content that ends in the middle leaves what was there', async () => {
    writeFileSync(join(dir, 'file'), 'old')
    async function* broken() {
      yield Buffer.alloc(100_000)
      throw new Error('the source is gone')
    }
    const put = session.put(join(dir, 'file'), Readable.from(broken(), {objectMode: false}), options)
    await expect(put).rejects.toThrow('the source is gone')
    expect(await only('file')).toBe(true)
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('old')
  })

  test('a signal ends it in the middle, and leaves what was there', async () => {
    writeFileSync(join(dir, 'file'), 'old')
    const abort = new AbortController()
    const content = new Readable({read: () => undefined})
    content.push(Buffer.alloc(100_000))
    const put = session.put(join(dir, 'file'), content, {mode: 0o600, signal: abort.signal})
    const ended = expect(put).rejects.toMatchObject({code: 'INTERRUPTED'})
    expect(await eventually(() => readdirSync(dir).length === 2)).toBe(true)
    abort.abort()
    await ended
    expect(content.destroyed).toBe(true)
    expect(await only('file')).toBe(true)
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('old')
    await expect(session.put(join(dir, 'b'), from('x'), {mode: 0o600, signal: abort.signal})).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
  })

  test('a session that ends in the middle leaves what was there', async () => {
    const other = await transport.open(target, {signal})
    const content = new Readable({read: () => undefined})
    content.push(Buffer.alloc(100_000))
    const put = expect(other.put(join(dir, 'file'), content, options)).rejects.toMatchObject({code: 'CONNECTION_LOST'})
    expect(await eventually(() => readdirSync(dir).length === 1)).toBe(true)
    await other.close()
    await put
    expect(await only('')).toBe(true)
  })

  test('a host that takes nothing for too long is told, a slow source is waited for', async () => {
    async function* slow() {
      yield 'a'
      await delay(900)
      yield 'b'
    }
    const patience = {mode: 0o600, signal, deadlineMs: 400}
    await session.put(join(dir, 'slow'), Readable.from(slow(), {objectMode: false}), patience)
    expect(readFileSync(join(dir, 'slow'), 'utf8')).toBe('ab')
    const path = join(dir, 'file')
    const content = new Readable({read: () => undefined})
    content.push('x')
    const put = session.put(path, content, patience)
    const ended = expect(put).rejects.toMatchObject({code: 'COMMAND_TIMEOUT'})
    expect(await eventually(() => putting(path) !== undefined && readdirSync(dir).length === 2)).toBe(true)
    const pid = putting(path) ?? 0
    tryKill(pid, 'SIGSTOP')
    content.push(null)
    await ended
    tryKill(pid, 'SIGCONT')
    expect(await eventually(() => putting(path) === undefined)).toBe(true)
  })

  test('several at a time go beside commands', async () => {
    const bytes = randomBytes(200_000)
    const names = ['a', 'b', 'c', 'd', 'e']
    const all = names.map((file) => session.put(join(dir, file), from(bytes), options))
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
    await Promise.all(all)
    expect(names.map((file) => readFileSync(join(dir, file)).equals(bytes))).toEqual(names.map(() => true))
  })
})

test('a full disk has its code, and leaves what was there', async ({skip}) => {
  const namespace = await mountNamespace()
  if (namespace === undefined) return skip('mounts need root or user namespaces')
  const [unshare = '', ...flags] = namespace
  const full = join(base, 'full')
  mkdirSync(full)
  // every shell of the session has the small disk for itself
  const mounts = 'mount -t tmpfs -o size=128k none "$0" && printf old >"$0/file" && exec sh'
  const transport = createLocalTransport({shell: [unshare, ...flags, 'sh', '-c', mounts, full]})
  const session = await transport.open({host: 'localhost'}, {signal})
  try {
    const content = from(...Array.from({length: 100}, () => Buffer.alloc(100_000)))
    const error = await session.put(join(full, 'file'), content, options).catch((caught) => caught)
    expect(error).toMatchObject({code: 'DISK_FULL', hint: expect.stringContaining(`df -h ${full}`)})
    expect(content.destroyed).toBe(true)
  } finally {
    await session.close()
  }
})

describe.each([['dash'], ['bash'], ['busybox', 'sh'], ['mksh']])('the script under %s %s', (...shell: string[]) => {
  const [file = '', ...args] = shell
  const mark = 'f'.repeat(32)
  const run = (path: string, input: string | Buffer) =>
    spawnSync(file, [...args, '-c', putScript.text, 'put-file', path, '644', mark], {input, encoding: 'utf8'})

  test('writes what came whole, and nothing else', () => {
    const path = join(dir, 'file')
    const bytes = Buffer.from(Array.from({length: 100_000}, (_, i) => (i * 7) % 256))
    const done = run(path, Buffer.concat([bytes, Buffer.from(`\n${mark}`)]))
    expect([done.stdout, done.stderr, done.status]).toEqual(['written\n', '', 0])
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(modeOf(path)).toBe('644')
    for (const cut of ['', 'x', mark, `${mark}\n`, `\n${mark}x`, Buffer.alloc(33)]) {
      expect(run(path, cut).stdout).toBe('cut\nits content did not come whole\n')
    }
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(readdirSync(dir)).toEqual(['file'])
  })

  test('tells a full disk, and leaves what was there', async ({skip}) => {
    const namespace = await mountNamespace()
    if (namespace === undefined) return skip('mounts need root or user namespaces')
    const inside =
      'd=$1; shift; mount -t tmpfs -o size=64k none "$d" && printf old >"$d/file"; ' +
      'yes | head -c 1000000 | "$@"; cat "$d/file"; ls -A "$d"'
    const argv = [file, ...args, '-c', putScript.text, 'put-file', join(dir, 'file'), '644', mark]
    const [unshare = '', ...flags] = namespace
    const {stdout} = spawnSync(unshare, [...flags, 'sh', '-c', inside, 'sh', dir, ...argv], {encoding: 'utf8'})
    expect(stdout).toMatch(/^full\n.*No space left on device\nold *file\n$/)
  })

  test('tells a directory nobody may write into', () => {
    // root may write everywhere, so another account does it
    const account = process.getuid?.() === 0 ? {uid: 65_534, gid: 65_534} : {}
    chmodSync(base, 0o755)
    chmodSync(dir, 0o555)
    const input = `x\n${mark}`
    const argv = [...args, '-c', putScript.text, 'put-file', join(dir, 'file'), '644', mark]
    const {stdout} = spawnSync(file, argv, {input, encoding: 'utf8', ...account})
    expect(stdout).toMatch(/^failed\n.*[Pp]ermission denied/)
    chmodSync(dir, 0o700)
  })
})

test('shellcheck finds nothing in the script', () => {
  const {stdout, status} = spawnSync('shellcheck', ['-s', 'sh', '-'], {input: putScript.text, encoding: 'utf8'})
  expect([stdout, status]).toEqual(['', 0])
})
