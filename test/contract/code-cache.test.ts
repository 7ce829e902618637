import {execFileSync, spawnSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {crc32} from 'node:zlib'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {runBuilt} from './run-built.js'

/** Below a directory that is ours alone up to /, as the cache needs it: temporary directories are everybody's. */
let place: string
let home: string

beforeAll(() => {
  mkdirSync('node_modules/.cache', {recursive: true, mode: 0o755})
  place = mkdtempSync(join(process.cwd(), 'node_modules/.cache/code-'))
})
afterAll(() => rmSync(place, {recursive: true, force: true}))
beforeEach(() => {
  home = mkdtempSync(join(place, 'home-'))
})

const directory = () => join(home, '.cache/ctys')
const cached = () =>
  existsSync(directory()) ? readdirSync(directory()).filter((name) => name.startsWith('find-')) : []
const cacheFile = () => join(directory(), cached()[0] ?? '')
/** The answer of a question to an empty inventory; `env` may name another cache. */
async function ask(env: NodeJS.ProcessEnv = {}): Promise<void> {
  const {code, stdout, stderr} = await runBuilt(home, ['ctys', 'find', 'web01'], {env: {XDG_CACHE_HOME: '', ...env}})
  expect([code, stdout, stderr]).toEqual([3, '', expect.stringContaining('is empty')])
}

/** Puts something else in the place of the cached file. */
function other(kind: 'pipe' | 'device'): void {
  const path = cacheFile()
  rmSync(path)
  if (kind === 'pipe') execFileSync('mkfifo', [path])
  else symlinkSync('/dev/zero', path)
}

describe('the code cache', () => {
  test('is written by the first start and read by the next', async () => {
    await ask()
    expect(cached()).toHaveLength(1)
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o600)
    const {ino} = statSync(cacheFile())
    await ask()
    expect(statSync(cacheFile()).ino).toBe(ino)
  })

  test('of older builds is taken away, and nothing else', async () => {
    await ask()
    const own = cached()[0] ?? ''
    const at = (name: string) => join(directory(), name)
    const build = (number: number) => own.replace(/-\d+-\d+-\d+\.v8$/, `-1-2-${number}.v8`)
    const write = (name: string, days: number) => {
      writeFileSync(at(name), 'old')
      const then = Date.now() / 1000 - days * 86_400
      utimesSync(at(name), then, then)
    }
    for (let number = 1; number <= 5; number++) write(build(number), number)
    write(`${own}.4711`, 2)
    write(`${own}.4712`, 0)
    write(own.replace(/^find/, 'ctys-gone'), 100)
    write(own.replace(/^find/, 'ctys-list'), 80)
    const strange = ['find-notes.txt', 'find.v8', `${own}.bak`]
    for (const name of strange) write(name, 400)
    mkdirSync(at(build(6)))
    symlinkSync('/dev/null', at(build(7)))
    // written anew
    rmSync(at(own))
    await ask()
    const left = [
      own,
      build(1),
      build(2),
      build(6),
      build(7),
      `${own}.4712`,
      own.replace(/^find/, 'ctys-list'),
      ...strange,
    ]
    expect(readdirSync(directory()).sort()).toEqual(left.sort())
  })

  test('with flipped bits is thrown away', async () => {
    await ask()
    const good = readFileSync(cacheFile())
    for (let round = 0; round < 12; round++) {
      const bad = Buffer.from(good)
      // in the head, and all over the data
      for (let flip = 0; flip < 20; flip++) {
        const at = Math.floor((bad.length * (flip * 12 + round)) / 240)
        bad[at] = (bad[at] ?? 0) ^ (1 << (flip % 8))
      }
      writeFileSync(cacheFile(), bad)
      await ask()
      expect(readFileSync(cacheFile()).equals(bad)).toBe(false)
    }
  })

  test.each([
    ['empty', () => truncateSync(cacheFile(), 0)],
    ['cut off', () => truncateSync(cacheFile(), 5000)],
    ['larger than any', () => truncateSync(cacheFile(), 2 ** 34)],
    ['a pipe', () => other('pipe')],
    ['a device', () => other('device')],
    ['writable to others', () => chmodSync(cacheFile(), 0o666)],
  ])('that is %s costs time only', async (_, spoil) => {
    await ask()
    const path = cacheFile()
    spoil()
    await ask()
    await ask()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(path).size).toBeGreaterThan(10_000)
  })

  test.each([
    ['HOME is a device', {HOME: '/dev/null'}],
    ['HOME is below /proc', {HOME: '/proc'}],
    ['XDG_CACHE_HOME is below /proc', {XDG_CACHE_HOME: '/proc/x'}],
    ['XDG_CACHE_HOME is a file', {XDG_CACHE_HOME: '/etc/passwd'}],
  ])('is done without where %s', async (_, env) => {
    const {code, stderr} = await runBuilt(home, ['ctys', 'find', '-p', home, 'web01'], {env})
    expect([code, stderr]).toEqual([3, expect.stringContaining('is empty')])
  })

  test('is not looked for where XDG_CACHE_HOME is no absolute path', async () => {
    await ask({XDG_CACHE_HOME: 'relative'})
    expect(existsSync('relative')).toBe(false)
    expect(cached()).toHaveLength(1)
  })
})

describe('the code cache of a command', () => {
  const call = async (...argv: string[]) =>
    (await runBuilt(home, ['ctys', ...argv], {env: {XDG_CACHE_HOME: '', TERM: 'dumb'}})).code
  const names = () =>
    readdirSync(directory())
      .map((name) => name.replace(/-v\d.*/, ''))
      .sort()

  test('is its own, and what is no command has that of the classic call', async () => {
    for (const words of [
      ['groups'],
      ['why', 'nosuch'],
      ['-n', '-a', 'list'],
      ['localhost', '-n'],
      ['inventory', 'check'],
    ])
      await call(...words)
    expect(names()).toEqual(['ctys', 'ctys-groups', 'ctys-inventory', 'ctys-why'])
  })

  test('is written anew when a longer call needed more code', async () => {
    expect(await call('probe', '--nosuch')).toBe(2)
    const [name = ''] = readdirSync(directory())
    const small = statSync(join(directory(), name)).size
    const {status} = spawnSync(process.execPath, ['-e', longCall, 'probe', 'localhost'], {
      env: {PATH: process.env.PATH, HOME: home},
    })
    expect(status).toBe(0)
    expect(statSync(join(directory(), name)).size).toBeGreaterThan(small)
  })
})

/** ctys in a process that is older than half a second. */
const longCall = `
  process.uptime = () => 1
  process.argv.splice(1, 0, 'ctys')
  require(${JSON.stringify(join(process.cwd(), 'bin/ctys.cjs'))})
`

describe('code that another wrote into the cache', () => {
  const foreign = `require('node:fs').writeFileSync(process.env.HOME + '/ran', '')`

  /** As the program itself would write it: V8 takes it for the bundle, because the sources are equally long. */
  function plant(): void {
    const bundle = join(process.cwd(), 'dist/find.cjs')
    const script = join(home, 'plant.cjs')
    const text = [
      `const vm = require('node:vm'), Module = require('node:module'), fs = require('node:fs')`,
      `const length = Module.wrap(fs.readFileSync(process.argv[2], 'utf8')).length`,
      `const source = Module.wrap(${JSON.stringify(`${foreign};exports.findPlain = () => true;`)}).padEnd(length)`,
      `const script = new vm.Script(source, {filename: process.argv[2]})`,
      `const m = {exports: {}}`,
      `script.runInThisContext().call(m.exports, m.exports, () => fs, m, '', '')`,
      `fs.writeFileSync(process.argv[3], script.createCachedData())`,
    ]
    writeFileSync(script, text.join('\n'))
    execFileSync(process.execPath, [script, bundle, join(home, 'data')], {env: {HOME: home}})
    rmSync(join(home, 'ran'))
    const data = readFileSync(join(home, 'data'))
    const bytes = Buffer.concat([Buffer.from('ctys-v9\n'), Buffer.alloc(8), data])
    bytes.writeUInt32BE(1_000_000_000, 12)
    bytes.writeUInt32BE(crc32(bytes.subarray(12)), 8)
    writeFileSync(cacheFile(), bytes, {mode: 0o600})
  }

  const hasRun = async () => {
    await runBuilt(home, ['ctys', 'find', 'web01'], {env: {XDG_CACHE_HOME: ''}})
    return existsSync(join(home, 'ran'))
  }

  test('would run where only we can write: so the others below prove something', async () => {
    await ask()
    plant()
    expect(await hasRun()).toBe(true)
  })

  test.each([
    ['the cache', () => chmodSync(directory(), 0o777)],
    ['~/.cache', () => chmodSync(join(home, '.cache'), 0o775)],
    ['the home', () => chmodSync(home, 0o1777)],
    ['the file', () => chmodSync(cacheFile(), 0o620)],
  ])('does not run where others can write to %s', async (_, open) => {
    await ask()
    plant()
    open()
    expect(await hasRun()).toBe(false)
  })

  test.runIf(process.getuid?.() === 0).each([
    ['the home', () => home],
    ['~/.cache', () => join(home, '.cache')],
    ['the cache', () => directory()],
    ['the file', () => cacheFile()],
  ])('does not run where another user owns %s', async (_, which) => {
    await ask()
    plant()
    chownSync(which(), 65_534, 65_534)
    expect(await hasRun()).toBe(false)
  })

  test('does not run through a link into a directory that others can write to', async () => {
    await ask()
    plant()
    renameSync(join(home, '.cache'), join(home, 'open'))
    chmodSync(join(home, 'open'), 0o777)
    symlinkSync(join(home, 'open'), join(home, '.cache'))
    expect(await hasRun()).toBe(false)
  })
})
