import {execFileSync, spawn} from 'node:child_process'
import {mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {homeDirectory} from '../../../src/lib/home.js'
import {makeDirectory} from '../../../src/lib/make-directory.js'
import {MiB, readIfThere, readInput, readRegularFile, readStream} from '../../../src/lib/regular-file.js'

let dir: string
const at = (name: string) => join(dir, name)
const limit = {maxBytes: MiB, what: 'a list'}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-regular-'))
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

const odd: readonly (readonly [string, () => string, string])[] = [
  ['a pipe', pipe, 'it is a named pipe, no regular file'],
  ['a device', () => '/dev/zero', 'it is a terminal or another device, no regular file'],
  ['a directory', () => dir, 'it is a directory, no regular file'],
  ['a link to a pipe', () => linkTo(pipe()), 'it is a named pipe, no regular file'],
  ['a link to a device', () => linkTo('/dev/zero'), 'it is a terminal or another device, no regular file'],
  ['a link that leads nowhere', () => linkTo('/nowhere/at/all'), 'it is a symbolic link that leads nowhere'],
]

function pipe(): string {
  execFileSync('mkfifo', [at('pipe')])
  return at('pipe')
}

function linkTo(path: string): string {
  symlinkSync(path, at('link'))
  return at('link')
}

describe('what ctys reads of its own accord', () => {
  test.each(odd)('is not %s', (_, make, message) => {
    const path = make()
    expect(() => readIfThere(path, limit)).toThrow(message)
  })

  test('is not a socket', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve))
    expect(() => readRegularFile(at('socket'), limit)).toThrow('it is a socket')
    await new Promise((resolve) => server.close(resolve))
  })

  test('is there or not', () => {
    expect(readIfThere(at('missing'), limit)).toBeUndefined()
    expect(readIfThere(at('missing/deeper'), limit)).toBeUndefined()
    writeFileSync(at('file'), 'text')
    expect(readIfThere(at('file'), limit)?.toString()).toBe('text')
    symlinkSync(at('file'), at('good'))
    expect(readRegularFile(at('good'), limit).toString()).toBe('text')
    expect(() => readIfThere(at('file/below'), limit)).toThrow('ENOTDIR')
  })

  test('below a directory that is a link that leads nowhere is not called missing', () => {
    const link = linkTo('/nowhere/at/all')
    expect(() => readIfThere(join(link, 'a/b'), limit)).toThrow(`${link} is a symbolic link that leads nowhere`)
  })

  test('has a limit, also where its size is not told', () => {
    writeFileSync(at('large'), '')
    truncateSync(at('large'), MiB)
    expect(readRegularFile(at('large'), limit)).toHaveLength(MiB)
    truncateSync(at('large'), MiB + 1)
    expect(() => readRegularFile(at('large'), limit)).toThrow('a list has 1 MiB at most')
    // proc(5): a regular file of size 0
    expect(readRegularFile('/proc/self/stat', limit).toString()).toContain(String(process.pid))
    expect(() => readRegularFile('/proc/self/maps', {maxBytes: 100, what: 'a list'})).toThrow('a list has')
  })
})

describe('what a person names as input', () => {
  const writer = (text: string) => spawn('sh', ['-c', text, 'sh', at('pipe')], {stdio: 'ignore'})

  test('may be a pipe, which is waited for', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const read = readInput(at('pipe'), limit)
    writer('{ printf one; sleep 0.1; printf two; } >"$1"')
    expect((await read).toString()).toBe('onetwo')
  })

  test('has a limit, also as a pipe, a device or a stream that does not end', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const read = readInput(at('pipe'), limit)
    writer('yes >"$1"')
    await expect(read).rejects.toThrow('a list has 1 MiB at most')
    await expect(readInput('/dev/zero', limit)).rejects.toThrow('a list has 1 MiB at most')
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(4096)
      })(),
    )
    await expect(readStream(endless, limit)).rejects.toThrow('a list has 1 MiB at most')
  })

  test('that never comes ends with a signal', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const read = readInput(at('pipe'), limit)
    process.emit('SIGTERM')
    await expect(read).rejects.toMatchObject({code: 'INTERRUPTED'})
  })

  test('is a file or an empty device, and no directory', async () => {
    writeFileSync(at('file'), 'text')
    expect((await readInput(at('file'), limit)).toString()).toBe('text')
    expect(await readInput('/dev/null', limit)).toHaveLength(0)
    await expect(readInput(dir, limit)).rejects.toThrow('it is a directory')
    await expect(readInput(at('missing'), limit)).rejects.toThrow('ENOENT')
  })
})

describe('a directory', () => {
  test('is made with those above it, closed to others', async () => {
    await makeDirectory(at('a/b/c'))
    await makeDirectory(at('a/b/c'))
    expect(statSync(at('a')).mode & 0o777).toBe(0o700)
    expect(statSync(at('a/b/c')).isDirectory()).toBe(true)
  })

  test.each(['/proc/ctys', '/proc/ctys/a/b', '/dev/null/a', '/proc/self/a'])(
    'that cannot be made ends: %s',
    async (path) => {
      await expect(makeDirectory(path)).rejects.toThrow(/^(ENOENT|ENOTDIR|EEXIST|EACCES|EROFS)/)
    },
  )

  test('is not where a file is or a link leads nowhere', async () => {
    writeFileSync(at('file'), '')
    symlinkSync('/nowhere', at('link'))
    await expect(makeDirectory(at('file/a'))).rejects.toThrow('ENOTDIR')
    await expect(makeDirectory(at('link/a'))).rejects.toThrow('EEXIST')
  })
})

describe('the home directory', () => {
  const {HOME} = process.env
  afterEach(() => {
    process.env.HOME = HOME
  })

  test.each([
    ['/some/where', '/some/where'],
    ['', userInfo().homedir],
    ['relative', userInfo().homedir],
  ])('of HOME=%j', (home, expected) => {
    process.env.HOME = home
    expect(homeDirectory()).toBe(expected)
  })
})
