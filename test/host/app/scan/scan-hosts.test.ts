import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {createFileStore} from '../../../../inventory/fdb/file-store.js'
import {createFilledStore} from '../../../../inventory/network/filled-store.js'
import {createMacmapStore} from '../../../../inventory/network/macmap-store.js'
import {createScanMemory} from '../../../../inventory/scan-memory/scan-memory.js'
import {runScan} from '../../../../src/app/scan/run-scan.js'
import {ConnectError} from '../../../../src/domain/errors.js'
import type {AppContext} from '../../../../src/domain/ports/ports.js'
import {defaultSettings} from '../../../../src/domain/settings.js'
import {registry} from '../../../../src/drivers/registry.js'
import {createLimiter} from '../../../../src/execute/limiter/limiter.js'
import {recordedHost} from '../../../../src/lib/host-name.js'
import {parseScan, type ScanInput} from '../../../../src/parse/request/parse-scan.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {createMemoryGroups} from '../../../fakes/memory-groups.js'
import {type PrintedTwice, printed} from '../../../fakes/printed.js'

let dir: string
let now: Date
let down: Set<string>
let opened: string[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-scan-'))
  // ahead of the clock that dates the files of the memory, however long a test takes
  now = new Date(Date.now() + 5_000)
  down = new Set()
  opened = []
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

/** Every host is this machine, but for those that are down. */
function context(): AppContext {
  const local = createLocalTransport()
  const {signal} = new AbortController()
  return {
    inventory: createFilledStore(
      createFileStore({directory: join(dir, 'db')}),
      createMacmapStore({directory: join(dir, 'db')}),
    ),
    macmap: undefined as never,
    documents: undefined as never,
    images: undefined as never,
    guests: {all: async () => [], saw: async () => undefined},
    web: undefined as never,
    groups: createMemoryGroups({lab: ['h1', 'h2']}),
    settings: {location: 'none', load: async () => defaultSettings},
    registry,
    transport: {
      ...local,
      async open(target, options) {
        opened.push(target.host)
        if (down.has(target.host)) throw new ConnectError('CONNECT_TIMEOUT', `${target.host}: no answer`)
        const session = await local.open({host: 'localhost'}, options)
        return {...sessionUnderShell(session, ['sh']), target}
      },
    },
    limiter: createLimiter({most: 4}),
    memory: createScanMemory(join(dir, 'db/scan')),
    signal,
    emit: () => undefined,
    now: () => now,
  }
}

const {scanned} = registry
const nothing = {targets: ['h1'], types: [], states: [], basePaths: [], mode: 'merge'} as const

async function scan(
  input: Partial<ScanInput> = {},
): Promise<PrintedTwice & {json: {changes: readonly {what: string}[]}}> {
  const style = {format: 'text', width: undefined, color: false, verbose: false, now} as const
  const asked = {...nothing, basePaths: [join(dir, 'vm')], ...input}
  return printed(await runScan(asked, context()), style) as PrintedTwice & {json: {changes: readonly {what: string}[]}}
}

function vm(name: string, more = '', folder = name): void {
  mkdirSync(join(dir, 'vm', folder), {recursive: true})
  const text = `#@#MAGICID-QEMU\n#@#LABEL = "${name}"\n#@#MAC0 = "00:50:56:00:00:0${name.length}"\n${more}`
  writeFileSync(join(dir, 'vm', folder, `${name}.ctys`), text)
}

async function known(): Promise<readonly string[]> {
  const records = await context().inventory.all()
  return records.map(({host, type, label}) => (type === 'PM' ? `${host} PM` : `${host} ${type} ${label}`)).sort()
}

describe('a scan', () => {
  test('records machines of every type and the host itself', async () => {
    vm('web01')
    mkdirSync(join(dir, 'vm/xen'))
    writeFileSync(join(dir, 'vm/xen/nbsd'), 'name = "nbsd"\nmemory = 64\nkernel = "/netbsd"\n')
    writeFileSync(join(dir, 'vm/mail-qemud.rc'), '')
    const report = await scan()
    expect([report.exitCode, report.stderr]).toEqual([0, expect.stringContaining('3 added')])
    expect([...new Set(await known())]).toEqual(['h1 PM', 'h1 QEMU web01', 'h1 QEMU-INIT mail', 'h1 XEN nbsd'])
  })

  test('has one record of the host, whatever it was called before', async () => {
    vm('web01')
    await scan()
    const records = await context().inventory.all()
    const old = records.filter(({type}) => type === 'PM').map((record) => ({...record, label: 'former', id: ''}))
    const store = context().inventory
    await store.merge(
      [{host: recordedHost('h1'), type: 'PM', records: old, searched: [''], kept: []}],
      new AbortController().signal,
    )
    await scan()
    const labels = (await store.all()).filter(({type}) => type === 'PM').map(({label}) => label)
    expect(labels).not.toContain('former')
    expect(labels).toHaveLength(old.length)
  })

  test('that looks first writes nothing and shows each difference', async () => {
    vm('web01')
    vm('old')
    await scan()
    vm('web01', '#@#VCPU = "2"\n')
    vm('new01')
    rmSync(join(dir, 'vm/old'), {recursive: true})
    const before = await known()
    const report = await scan({mode: 'preview'})
    expect(report.stdout).toBe(
      [
        `changed: h1 web01 ${dir}/vm/web01/web01.ctys\n    vcpu: (empty) -> 2\n`,
        `gone: h1 old ${dir}/vm/old/old.ctys\n`,
        `added: h1 new01 ${dir}/vm/new01/new01.ctys\n`,
      ].join(''),
    )
    expect(report.stderr).toContain('left as it is')
    expect(await known()).toEqual(before)
    expect((await scan()).json.changes.map(({what}) => what)).toEqual(['changed', 'gone', 'added'])
  })

  test('that looks first sees no change in what the address map fills in', async () => {
    vm('web01')
    await scan()
    writeFileSync(join(dir, 'db/macmap.fdb'), 'web01.lab;10.0.0.1;00:50:56:00:00:05\n')
    expect((await context().inventory.all()).map(({tcp}) => tcp)).toContain('10.0.0.1')
    const report = await scan({mode: 'preview'})
    expect(report.json.changes).toEqual([])
    expect(report.stdout).not.toContain('changed')
  })

  test('that looks first leaves the memory of scans as it was', async () => {
    const memory = () =>
      readdirSync(join(dir, 'db/scan')).map((name) => readFileSync(join(dir, 'db/scan', name), 'utf8'))
    vm('web01')
    await scan()
    const before = memory()
    vm('web02')
    await scan({mode: 'preview'})
    expect(memory()).toEqual(before)
    rmSync(join(dir, 'db'), {recursive: true})
    await scan({mode: 'preview'})
    expect(readdirSync(dir)).toEqual(['vm'])
  })

  test.each([
    ['with a UUID', '#@#UUID = "6842caf91e3e43249ed596b8b9f2c5c2"\n'],
    ['without a UUID', ''],
  ])('sees that a machine %s was moved', async (_, more) => {
    vm('web01', more)
    await scan()
    rmSync(join(dir, 'vm/web01'), {recursive: true})
    vm('web01', more, 'elsewhere')
    const report = await scan({mode: 'preview'})
    expect(report.stdout).toBe(`moved: h1 web01 ${dir}/vm/elsewhere/web01.ctys (was ${dir}/vm/web01/web01.ctys)\n`)
  })

  test('keeps what lies behind symbolic links it does not follow, until it is asked for what is there', async () => {
    vm('real01')
    mkdirSync(join(dir, 'store'))
    renameSync(join(dir, 'vm/real01'), join(dir, 'store/real01'))
    mkdirSync(join(dir, 'vm'), {recursive: true})
    symlinkSync('../store', join(dir, 'vm/link'))
    const link = join(dir, 'vm/link')
    await scan({basePaths: [link]})
    vm('web01')
    rmSync(join(dir, 'store/real01'), {recursive: true})
    const report = await scan()
    expect([report.exitCode, report.stderr]).toEqual([0, expect.not.stringContaining('not searched')])
    expect(await known()).toEqual(expect.arrayContaining(['h1 QEMU real01', 'h1 QEMU web01']))
    await scan({basePaths: [join(dir, 'vm'), link]})
    expect(await known()).not.toContain('h1 QEMU real01')
  })

  test('that adds only removes nothing', async () => {
    vm('web01')
    await scan()
    rmSync(join(dir, 'vm/web01'), {recursive: true})
    vm('db1')
    await scan({mode: 'append'})
    expect(await known()).toEqual(expect.arrayContaining(['h1 QEMU web01', 'h1 QEMU db1']))
  })

  test('that prints gives records of 47 fields and writes nothing', async () => {
    vm('web01')
    const report = await scan({mode: 'print', types: ['QEMU']})
    expect(report.stdout.split(';')).toHaveLength(47)
    expect(await known()).toEqual([])
  })

  test('keeps the records of a host that does not answer and says how old they are', async () => {
    vm('web01')
    await scan({targets: ['h1', 'h2']})
    down.add('h2')
    rmSync(join(dir, 'vm/web01'), {recursive: true})
    now = new Date(now.getTime() + 3 * 86_400_000)
    const report = await scan({targets: ['h1', 'h2']})
    expect(report.exitCode).toBe(4)
    expect(report.stderr).toContain('1 machine kept in the inventory as last seen 3d ago')
    expect(await known()).toEqual(expect.arrayContaining(['h2 QEMU web01']))
    expect(await known()).not.toContain('h1 QEMU web01')
  })
})

describe('nothing found is never the answer to "I did not look":', () => {
  test('a base that is not there', async () => {
    vm('web01')
    const report = await scan({basePaths: [join(dir, 'vm'), join(dir, 'nope')]})
    expect(report.exitCode).toBe(4)
    expect(report.stderr).toContain(`${dir}/nope: not searched: it does not exist`)
    expect((await scan({basePaths: [join(dir, 'nope')]})).exitCode).toBe(1)
  })

  test('types that are off', async () => {
    vm('web01')
    const report = await scan({types: ['XEN,PM']})
    expect(report.exitCode).toBe(3)
    expect(report.stderr).toContain('1 machine not recorded: type not asked for (-t): 1 QEMU')
    expect(report.stderr).not.toContain('nothing found')
    expect(await known()).not.toContain('h1 QEMU web01')
  })

  test('a filter that hides everything', async () => {
    vm('web01', '#@#VMSTATE = "BACKUP"\n')
    const report = await scan({states: ['active%custom']})
    expect(report.exitCode).toBe(3)
    expect(report.stderr).toContain('1 machine not recorded: VMSTATE not asked for (--match-state): 1 BACKUP')
    expect((await scan({states: ['backup']})).exitCode).toBe(0)
    expect(await known()).toContain('h1 QEMU web01')
    expect((await scan({states: ['ACTIVE']})).exitCode).toBe(3)
    expect(await known()).toContain('h1 QEMU web01')
  })

  test('a directory that is really empty says where was searched, and is no failure', async () => {
    mkdirSync(join(dir, 'vm'))
    const report = await scan()
    expect(report.exitCode).toBe(0)
    expect(report.stderr).toContain(`nothing found below ${dir}/vm`)
  })
})

describe('--since', () => {
  test('asks no host whose answer is young, and asks it when anything about the question differs', async () => {
    vm('web01')
    await scan()
    opened = []
    now = new Date(now.getTime() + 60_000)
    const report = await scan({since: '5m'})
    expect([opened, report.exitCode]).toEqual([[], 0])
    expect(report.stderr).toMatch(/h1: not asked again: it answered 1m|6\ds ago/)
    await scan({since: '30s'})
    await scan({since: '5m', basePaths: [dir]})
    await scan({since: '5m', targets: ['root@h1']})
    expect(opened).toEqual(['h1', 'h1', 'h1'])
  })

  test('asks a host again whose answer had gaps', async () => {
    vm('web01')
    const basePaths = [join(dir, 'vm'), join(dir, 'nope')]
    expect((await scan({basePaths})).exitCode).toBe(4)
    expect((await scan({basePaths, since: '5m'})).exitCode).toBe(4)
    expect((await scan({basePaths, since: '5m'})).exitCode).toBe(4)
    expect(opened).toHaveLength(3)
  })

  test('asks when the inventory has lost what the host answered', async () => {
    vm('web01')
    await scan()
    rmSync(join(dir, 'db/enum.fdb'))
    opened = []
    await scan({since: '5m'})
    expect(opened).toEqual(['h1'])
    expect(await known()).toContain('h1 QEMU web01')
  })
})

describe('the memory', () => {
  const files = () => readdirSync(join(dir, 'db/scan')).map((name) => join(dir, 'db/scan', name))

  test('is private', async () => {
    vm('web01')
    await scan()
    expect(files().map((file) => statSync(file).mode & 0o777)).toEqual([0o600])
    expect(statSync(join(dir, 'db/scan')).mode & 0o777).toBe(0o700)
  })

  test.each([
    ['is broken', () => '{"layout":2'],
    ['is cut off', (text: string) => text.slice(0, -1)],
    ['lacks what it should have', (text: string) => text.replace('"listing"', '"other"')],
    ['is of another release', (text: string) => text.replace('"layout":2', '"layout":1')],
    ['is of another target', (text: string) => text.replace('"target":"h1"', '"target":"h2"')],
  ])('that %s is not used', async (_, damage) => {
    vm('web01')
    await scan()
    const memory = createScanMemory(join(dir, 'db/scan'))
    expect(await memory.load('h1')).toBeDefined()
    const [file = ''] = files()
    writeFileSync(file, damage(readFileSync(file, 'utf8')))
    expect(await memory.load('h1')).toBeUndefined()
    expect((await scan()).exitCode).toBe(0)
    expect(await known()).toContain('h1 QEMU web01')
  })

  test('that somebody else could have written is not used, and the next one is private again', async () => {
    vm('web01')
    await scan()
    for (const file of files()) chmodSync(file, 0o666)
    const memory = createScanMemory(join(dir, 'db/scan'))
    expect(await memory.load('h1')).toBeUndefined()
    await scan()
    expect(await memory.load('h1')).toBeDefined()
  })

  test('that cannot be kept costs nothing else', async () => {
    vm('web01')
    mkdirSync(join(dir, 'db'))
    writeFileSync(join(dir, 'db/scan'), 'in the way')
    expect((await scan()).exitCode).toBe(0)
  })
})

describe('the words of a scan', () => {
  test('are read', () => {
    const words = {
      ...nothing,
      types: ['kvm,xen', 'pm'],
      basePaths: ['/vm%srv%', '/with%%sign'],
      states: ['active%BACKUP'],
      since: '2h',
      mode: 'append',
    } as const
    expect(parseScan(words, scanned)).toEqual({
      targets: [{host: 'h1'}],
      types: ['QEMU', 'XEN', 'PM'],
      basePaths: ['/vm', 'srv', '/with%sign'],
      states: ['ACTIVE', 'BACKUP'],
      sinceMs: 7_200_000,
      mode: 'append',
    })
    expect(parseScan({...nothing, states: ['all'], types: ['ALL']}, scanned)).not.toHaveProperty('states')
  })

  test.each(['', '%'])("refuse the base '%s': it is not the home directory", (base) => {
    expect(() => parseScan({...nothing, basePaths: ['/vm', base]}, scanned)).toThrow(
      `--base '${base}' names no directory`,
    )
  })

  test('have all their faults in one message', () => {
    const words = {...nothing, targets: ['a b'], types: ['quemu'], states: ['activ'], since: 'soon'}
    expect(() => parseScan(words, scanned)).toThrow(
      expect.objectContaining({code: 'USAGE', details: expect.arrayContaining([expect.stringContaining('(qemu?)')])}),
    )
    try {
      parseScan(words, scanned)
    } catch (error) {
      expect((error as {details: readonly string[]}).details).toHaveLength(3)
    }
  })
})
