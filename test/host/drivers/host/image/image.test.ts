/** Images come to a host, real shells and real curl and wget: sent, gone on with, fetched, checked, never half there. */
import {execFileSync} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {HostSession} from '../../../../../src/domain/ports/ports.js'
import type {ImageAsk} from '../../../../../src/domain/work/image.js'
import {image} from '../../../../../src/drivers/host/image/image.js'
import {imageScript} from '../../../../../src/drivers/host/image/script.js'
import {createLocalTransport} from '../../../../../src/transport/local/local.js'
import {web} from '../../../../../src/transport/web.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const {signal} = new AbortController()
const content = Buffer.concat([Buffer.alloc(3_000_000, 'compressible '), randomBytes(500_000)])
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
let dir = ''
let base = ''
let file = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ctys-image it's-"))
  base = join(dir, 'vm')
  file = join(dir, 'a file.img')
  writeFileSync(file, content)
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

const wanted = (more: Partial<ImageAsk> = {}): ImageAsk => ({
  base,
  name: 'a.img',
  digest: {algorithm: 'sha256', hex: sha256(content)},
  from: {kind: 'here', path: file, bytes: content.length},
  ...more,
})

/** `shell`: the sh of the host. */
async function bring(ask: ImageAsk, {shell}: {shell?: readonly string[]} = {}) {
  const session = await createLocalTransport().open({host: 'localhost'}, {signal})
  const notes: string[] = []
  const put = (argv: readonly string[]) => (shell === undefined ? argv : [...shell, ...argv.slice(1)])
  const own: HostSession = {
    ...session,
    open: (to, limits) => session.open('argv' in to ? {argv: put(to.argv)} : to, limits),
    script: (script, args, options) => session.exec(put(['sh', '-c', script.text, script.name, ...args]), options),
  }
  const task = {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'image', ask, timeoutMs: 60_000} as const
  try {
    const data = await runHandler(image, task, {session: own, signal, note: (text) => notes.push(text), web})
    return {data, notes}
  } finally {
    await session.close()
  }
}

const place = () => join(base, '.images')
const part = () => join(place(), '.a.img.part')

test('shellcheck has nothing to say', () => {
  execFileSync('shellcheck', ['-s', 'sh', '-'], {input: imageScript.text})
})

describe.each([[['dash']], [['bash', '--posix']], [['mksh']], [['busybox', 'sh']]])('under %s', (shell) => {
  test('a file is sent once, compressed, and lies there whole and read-only', async () => {
    const {data} = await bring(wanted(), {shell})
    expect(data).toMatchObject({state: 'sent', path: join(place(), 'a.img')})
    expect(data.bytes).toBeLessThan(content.length / 2)
    expect(readFileSync(join(place(), 'a.img')).equals(content)).toBe(true)
    expect(statSync(join(place(), 'a.img')).mode & 0o777).toBe(0o444)
    expect(readdirSync(place())).toEqual(['a.img'])
    expect((await bring(wanted(), {shell})).data).toMatchObject({state: 'there', bytes: 0})
  })

  test('what an earlier attempt brought is gone on with', async () => {
    mkdirSync(place(), {recursive: true})
    writeFileSync(part(), content.subarray(0, 3_200_000))
    const {data} = await bring(wanted(), {shell})
    expect(data.bytes).toBeLessThan(400_000)
    expect(readFileSync(data.path).equals(content)).toBe(true)
  })

  test('what is not what was asked for is refused and removed', async () => {
    mkdirSync(place(), {recursive: true})
    writeFileSync(part(), 'something else')
    await expect(bring(wanted(), {shell})).rejects.toMatchObject({code: 'IMAGE_UNUSABLE'})
    expect(readdirSync(place())).toEqual([])
  })
})

test('a file that became shorter meanwhile is no image, and what came is kept', async () => {
  writeFileSync(file, content.subarray(0, 1_000_000))
  await expect(bring(wanted())).rejects.toMatchObject({code: 'CONNECTION_LOST'})
  expect(existsSync(join(place(), 'a.img'))).toBe(false)
  writeFileSync(file, content)
  expect((await bring(wanted())).data.state).toBe('sent')
})

test('another ctys that brings the same is told; what a dead one left is no hindrance', async () => {
  mkdirSync(`${part()}.lock`, {recursive: true})
  const host = execFileSync('uname', ['-n']).toString().trim()
  writeFileSync(`${part()}.lock/by`, `${host} ${process.pid}\n`)
  await expect(bring(wanted())).rejects.toMatchObject({code: 'BUSY'})
  writeFileSync(`${part()}.lock/by`, `${host} 4194305\n`)
  expect((await bring(wanted())).data.state).toBe('sent')
})

test('a packed file is checked as it came, and unpacked there', async () => {
  const packed = gzipSync(content)
  writeFileSync(file, packed)
  const ask = wanted({
    digest: {algorithm: 'sha512', hex: createHash('sha512').update(packed).digest('hex')},
    packing: 'gz',
    from: {kind: 'here', path: file, bytes: packed.length},
  })
  expect(readFileSync((await bring(ask)).data.path).equals(content)).toBe(true)
})

describe('an address', () => {
  let server: Server
  let asked: (string | undefined)[] = []
  let ranges = true
  beforeEach(async () => {
    asked = []
    ranges = true
    server = createServer(({url = '', headers: {range}}, response) => {
      asked.push(range)
      if (!url.startsWith('/a%20b.img')) return void response.writeHead(404).end()
      const from = ranges ? Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0) : 0
      if (from >= content.length)
        return void response.writeHead(416, {'content-range': `bytes */${content.length}`}).end()
      const head = {'content-length': content.length - from, 'accept-ranges': ranges ? 'bytes' : 'none'}
      const tail = {'content-range': `bytes ${from}-${content.length - 1}/${content.length}`}
      response.writeHead(from > 0 ? 206 : 200, from > 0 ? {...head, ...tail} : head).end(content.subarray(from))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => new Promise((resolve) => server.close(resolve)))
  const urlOf = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  const at = (path: string) => wanted({from: {kind: 'url', url: urlOf(path)}})

  test('is fetched by the host, and gone on with', async () => {
    mkdirSync(place(), {recursive: true})
    writeFileSync(part(), content.subarray(0, 3_200_000))
    const {data} = await bring(at('/a%20b.img?x=$(touch%20X)'))
    expect(data.state).toBe('fetched')
    expect(asked).toContain('bytes=3200000-')
    expect(readFileSync(data.path).equals(content)).toBe(true)
  })

  test('what was there of something else is thrown away', async () => {
    mkdirSync(place(), {recursive: true})
    writeFileSync(part(), Buffer.alloc(content.length + 5))
    expect(readFileSync((await bring(at('/a%20b.img'))).data.path).equals(content)).toBe(true)
  })

  test('that is not there, or holds something else, is refused', async () => {
    await expect(bring(at('/none.img'))).rejects.toMatchObject({
      code: 'IMAGE_UNUSABLE',
      message: expect.stringMatching(/404/),
    })
    const other = {...at('/a%20b.img'), digest: {algorithm: 'sha256', hex: 'a'.repeat(64)}} as const
    await expect(bring(other)).rejects.toMatchObject({
      code: 'IMAGE_UNUSABLE',
      message: expect.stringContaining(sha256(content)),
    })
    expect(readdirSync(place())).toEqual([])
  })

  test('without ranges the rest is taken of the whole', async () => {
    ranges = false
    const stream = (await web.open(urlOf('/a%20b.img'), {offset: 3_200_000, signal})).stream
    const pieces: Buffer[] = []
    for await (const piece of stream) pieces.push(Buffer.from(piece as Uint8Array))
    expect(Buffer.concat(pieces).equals(content.subarray(3_200_000))).toBe(true)
  })

  // the search path of the script would find the programs of this machine again
  test.skipIf(process.getuid?.() !== 0)('goes through here where the host has no program for it', async () => {
    const {data, notes} = await bring(at('/a%20b.img'), {shell: ['unshare', '-m', 'sh', '-c', hidden, 'sh', 'sh']})
    expect(notes.join('\n')).toContain('through this machine')
    expect(data.state).toBe('through')
    expect(readFileSync(data.path).equals(content)).toBe(true)
  })
})

/** Covers curl and wget in a mount namespace of its own, then becomes what it was asked for. */
const hidden =
  'for f in /usr/bin/curl /usr/bin/wget; do [ ! -e "$f" ] || { : >/tmp/none.$$ && chmod 644 /tmp/none.$$ && mount --bind /tmp/none.$$ "$f" && rm -f /tmp/none.$$; }; done; exec "$@"'
