import {existsSync, readFileSync} from 'node:fs'
import {chmod, copyFile, mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {createFileStore} from '../../../inventory/fdb/file-store.js'
import {record, scan} from '../../fixtures/inventory/make-records.js'
import {
  answerOf,
  childEnvironment,
  childPlace,
  killHard,
  mountNamespace,
  run,
  startChild,
} from '../../fixtures/inventory/run-child.js'

const base = childPlace()

let count = 0
const never = new AbortController().signal
async function newDirectory(): Promise<string> {
  const directory = join(base.path, `db-${count++}`)
  await mkdir(directory)
  return directory
}

async function add(directory: string, host: string, machines: number, env = childEnvironment()): Promise<unknown> {
  const argv = [base.script, 'add', directory, host, String(machines)]
  return answerOf((await run(process.execPath, argv, {env})).stdout)
}

describe('what lies in the directory', () => {
  test('is the file, the one before it and the lock, all for their owner only', async () => {
    const directory = join(await newDirectory(), 'new')
    const store = createFileStore({directory})
    await store.merge([scan([record()])], never)
    const before = await readFile(store.location)
    await store.merge([scan([record({vram: '1'})])], never)
    expect((await readdir(directory)).sort()).toEqual(['enum.fdb', 'enum.fdb.bak', 'enum.fdb.lock'])
    expect(await readFile(`${store.location}.bak`)).toEqual(before)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(directory)) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
  })

  test('is not written again by a merge that changes nothing', async () => {
    const store = createFileStore({directory: await newDirectory()})
    await store.merge([scan([record()])], never)
    const before = await stat(store.location, {bigint: true})
    await store.merge([scan([record()])], never)
    await store.merge([], never)
    const after = await stat(store.location, {bigint: true})
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs])
    expect(existsSync(`${store.location}.bak`)).toBe(false)
  })

  test('is dated anew when a machine was only seen again', async () => {
    const store = createFileStore({directory: await newDirectory()})
    await store.merge([scan([record({observedAt: '2026-01-01T00:00:00Z'})])], never)
    expect(await store.merge([scan([record({observedAt: '2026-01-02T00:00:00Z'})])], never)).toEqual([])
    expect((await store.all()).map(({observedAt}) => observedAt)).toEqual(['2026-01-02T00:00:00Z'])
  })

  test('loses what killed writers left, and nothing else', async () => {
    const directory = await newDirectory()
    for (const name of ['enum.fdb.tmp-1-abc', 'enum.fdb.old', 'macmap.fdb']) await writeFile(join(directory, name), 'x')
    await createFileStore({directory}).merge([scan([record()])], never)
    expect((await readdir(directory)).sort()).toEqual(['enum.fdb', 'enum.fdb.lock', 'enum.fdb.old', 'macmap.fdb'])
  })

  test('keeps the last good file when the present one is empty', async () => {
    const store = createFileStore({directory: await newDirectory()})
    await store.merge([scan([record()])], never)
    await copyFile(store.location, `${store.location}.bak`)
    await writeFile(store.location, '')
    await store.merge([scan([record({label: 'db01'})])], never)
    expect(parseEnumFdb(await readFile(`${store.location}.bak`)).records).toEqual([record()])
  })

  test('keeps broken lines byte for byte and reports them', async () => {
    const store = createFileStore({directory: await newDirectory()})
    const junk = Buffer.from('# mine\nhalf;a;line;web01\n\xff\xfe;;\n', 'latin1')
    await writeFile(store.location, Buffer.concat([junk, formatEnumFdb([record()])]))
    await store.merge([scan([record({vram: '1'})])], never)
    expect(await readFile(store.location)).toEqual(Buffer.concat([junk, formatEnumFdb([record({vram: '1'})])]))
    expect((await store.rejects()).map(({line, reason}) => `${line} ${reason}`)).toEqual([
      '2 has 4 fields instead of 43, 45, 47, 49, 50 or 51',
      '3 is not valid UTF-8',
    ])
    expect((await store.find(['web01'])).rejects).toMatchObject([{line: 2}])
  })

  test('is read again when another program changed it', async () => {
    const store = createFileStore({directory: await newDirectory()})
    await store.merge([scan([record()])], never)
    await store.all()
    await writeFile(store.location, formatEnumFdb([record({label: 'db01'})]))
    expect((await store.all()).map(({label}) => label)).toEqual(['db01'])
  })
})

describe('what cannot be read or written', () => {
  test('is refused when it is of release 01.07, and stays as it is', async () => {
    const store = createFileStore({directory: await newDirectory()})
    const old = `${Array(15).fill('x').join(';')}\n`
    await writeFile(store.location, old)
    const refused = {code: 'INVENTORY_FORMAT', message: expect.stringContaining(store.location)}
    await expect(store.all()).rejects.toMatchObject(refused)
    await expect(store.find(['x'])).rejects.toMatchObject(refused)
    await expect(store.merge([scan([record()])], never)).rejects.toMatchObject(refused)
    expect(await readFile(store.location, 'utf8')).toBe(old)
  })

  test('is an error of reading, not an empty inventory', async () => {
    const store = createFileStore({directory: await newDirectory()})
    await mkdir(store.location)
    const error = {
      code: 'INVENTORY_IO',
      message: expect.stringContaining(`cannot read ${store.location}: it is a directory`),
    }
    await expect(store.all()).rejects.toMatchObject(error)
    await expect(store.find(['x'])).rejects.toMatchObject(error)
  })

  test('a directory that cannot be made is an error of writing', async () => {
    const file = join(await newDirectory(), 'file')
    await writeFile(file, '')
    const store = createFileStore({directory: join(file, 'db')})
    await expect(store.merge([scan([record()])], never)).rejects.toMatchObject({code: 'INVENTORY_IO'})
  })

  test('a limit on the size of files leaves the old file and no other', async () => {
    const directory = await newDirectory()
    await add(directory, 'h1', 1)
    const before = await readFile(join(directory, 'enum.fdb'))
    const command = 'ulimit -f 16; exec "$@"'
    const argv = ['-c', command, 'sh', process.execPath, base.script, 'add', directory, 'h2', '2000']
    const answer = answerOf((await run('sh', argv, {env: childEnvironment()})).stdout)
    expect(answer).toMatchObject({error: {code: 'INVENTORY_IO', message: expect.stringContaining('file too large')}})
    expect(await readFile(join(directory, 'enum.fdb'))).toEqual(before)
    expect((await readdir(directory)).sort()).toEqual(['enum.fdb', 'enum.fdb.lock'])
  })

  // mounts need root or user namespaces; where there are none, the limit above stands for the full disk
  test('a full disk leaves the old file and no other', async ({skip}) => {
    const namespace = await mountNamespace()
    if (namespace === undefined) {
      expect(process.getuid?.(), 'root can mount').not.toBe(0)
      return skip('mounts need root or user namespaces')
    }
    const directory = await newDirectory()
    const command = `mount -t tmpfs -o size=96k none "$1" && shift && "$@" h1 1 && cksum <"$0/enum.fdb" &&
      "$@" h2 4000 && cksum <"$0/enum.fdb" && ls "$0"`
    const argv = ['sh', '-c', command, directory, directory, process.execPath, base.script, 'add', directory]
    const {stdout} = await run(namespace[0] ?? '', [...namespace.slice(1), ...argv], {env: childEnvironment()})
    const [added, before, failed, after, ...names] = stdout.trim().split('\n')
    expect(JSON.parse(added ?? '')).toHaveLength(1)
    expect(JSON.parse(failed ?? '')).toMatchObject({
      error: {
        code: 'INVENTORY_IO',
        message: expect.stringContaining('no space left on device'),
        hint: expect.stringContaining('space'),
      },
    })
    expect(after).toBe(before)
    expect(names).toEqual(['enum.fdb', 'enum.fdb.lock'])
  })

  test('a directory that is read-only can be read and not merged into', async () => {
    const namespace = await mountNamespace()
    const directory = await newDirectory()
    await add(directory, 'h1', 1)
    const before = await readFile(join(directory, 'enum.fdb'))
    const command = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    const start = namespace === undefined ? ['sh', '-c', 'exec "$@"'] : [...namespace, 'sh', '-c', command]
    if (namespace === undefined) await chmod(directory, 0o500)
    const argv = [...start.slice(1), directory, process.execPath, base.script, 'add', directory, 'h2', '1']
    const answer = answerOf((await run(start[0] ?? '', argv, {env: childEnvironment()})).stdout)
    expect(answer).toMatchObject({
      error: {code: 'INVENTORY_IO', message: expect.stringMatching(/read-only file system|permission denied/)},
    })
    expect(await readFile(join(directory, 'enum.fdb'))).toEqual(before)
    await chmod(directory, 0o700)
    expect((await createFileStore({directory}).all()).length).toBe(1)
  })
})

describe('processes at the same time', () => {
  test.each([
    [2, 'flock(1)', childEnvironment()],
    [10, 'flock(1)', childEnvironment()],
    [6, 'an owner file', childEnvironment('/nonexistent')],
  ])('%i merging under %s lose nothing', async (processes, _, env) => {
    const directory = await newDirectory()
    const hosts = Array.from({length: processes}, (_, index) => `h${index}`)
    const answers = await Promise.all(hosts.map((host) => add(directory, host, 50, env)))
    for (const answer of answers) expect(answer).toHaveLength(50)
    const {records, rejects} = parseEnumFdb(await readFile(join(directory, 'enum.fdb')))
    expect(rejects).toEqual([])
    const perHost = hosts.map((host) => records.filter((it) => it.host === host).length)
    expect(perHost).toEqual(hosts.map(() => 50))
  })

  test('a lock that is held makes a merge give up with the name of the holder', async () => {
    const directory = await newDirectory()
    const holder = await startChild([base.script, 'hold', join(directory, 'enum.fdb.lock')])
    const store = createFileStore({directory, lockTimeoutMs: 200})
    await expect(store.merge([scan([record()])], never)).rejects.toMatchObject({
      code: 'INVENTORY_LOCKED',
      message: expect.stringContaining(`process ${holder.pid} `),
    })
    expect(await store.all()).toEqual([])
    await killHard(holder)
    expect(await store.merge([scan([record()])], never)).toHaveLength(1)
  })
})

test('a reader finds a whole file at every moment of merging, and so it does the one before', {
  timeout: 60_000,
}, async () => {
  const directory = await newDirectory()
  await add(directory, 'h1', 20)
  const child = await startChild([base.script, 'churn', directory, '20'])
  for (const name of ['enum.fdb', 'enum.fdb.bak']) {
    const path = join(directory, name)
    while (!existsSync(path)) await sleep(5)
    const marks = new Set<string>()
    for (const end = performance.now() + 20_000; marks.size < 15 && performance.now() < end; ) {
      const {records} = parseEnumFdb(readFileSync(path))
      expect(records).toHaveLength(20)
      marks.add(records[0]?.userString ?? '')
    }
    expect(marks.size).toBe(15)
  }
  await killHard(child)
})
