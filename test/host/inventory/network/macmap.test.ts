import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {formatMacmap, parseMacmap} from '../../../../inventory/network/macmap.js'
import {mergeMacmap} from '../../../../inventory/network/macmap-merge.js'
import {createMacmapStore} from '../../../../inventory/network/macmap-store.js'
import {findInMacmap, type MacmapInput} from '../../../../src/app/network/macmap.js'
import type {NetworkEntry} from '../../../../src/domain/network/network-entry.js'
import type {MacmapStore} from '../../../../src/domain/ports/ports.js'
import {entryColumns} from '../../../../src/lib/entry-row.js'
import {readIp, readMac} from '../../../../src/lib/network-address.js'
import {entryRows} from '../../../../src/report/find/entries-section.js'
import {type PrintedTwice, printed} from '../../../fakes/printed.js'
import {entryOf} from '../../../fixtures/network/make-entries.js'

const mac = (last: number): string => `00:50:56:13:00:${last.toString(16).padStart(2, '0').toUpperCase()}`
const web = entryOf('web01', '192.168.1.1', mac(1))
const db = entryOf('db01', '192.168.1.2', mac(2))

const anyEntry: fc.Arbitrary<NetworkEntry> = fc
  .record({
    name: fc.oneof(
      fc.string({unit: 'grapheme'}),
      fc.string({unit: fc.constantFrom(';', '\n', '\r', '%', '#', ' ', '\t', '\ufeff', '\u2028', 'a', ':', '%41')}),
    ),
    ip: fc.oneof(
      fc.constant(''),
      fc.ipV4(),
      fc.ipV6().map((ip) => readIp(ip) ?? ''),
    ),
    mac: fc
      .array(fc.integer({min: 0, max: 255}), {minLength: 6, maxLength: 6})
      .map((bytes) => readMac(bytes.map((byte) => byte.toString(16)).join(':')) ?? ''),
  })
  .filter(({name, ip}) => name !== '' || ip !== '')

describe('macmap.fdb', () => {
  test('gives back any entries, whatever stands in their names', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, {maxLength: 5}), (entries) => {
        const {entries: read, rejects} = parseMacmap(formatMacmap(entries))
        expect(rejects).toEqual([])
        expect(read).toEqual(entries.map((entry, index) => ({...entry, line: index + 1})))
      }),
      {numRuns: 300},
    )
  })

  test.each([
    ['0:50:56:13:0:a', '00:50:56:13:00:0A'],
    ['00-50-56-13-00-0a', '00:50:56:13:00:0A'],
    ['00:50-56:13:00:0a', undefined],
    ['00:50:56:13:00', undefined],
    ['00:50:56:13:00:0a:0b', undefined],
    ['005056130000', undefined],
    ['00:50:56:13:00:0g', undefined],
    ['00:50:56:13:00:0a\n', undefined],
  ])('takes %j for the MAC address %s', (text, expected) => {
    expect(readMac(text)).toBe(expected)
  })

  test.each([
    ['192.168.1.1', '192.168.1.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['fe80::1%eth0', undefined],
    ['192.168.1.1/24', undefined],
    ['192.168.1.256', undefined],
    ['192.168.1.1\n', undefined],
    ['web01', undefined],
    ['', undefined],
  ])('takes %j for the IP address %s', (text, expected) => {
    expect(readIp(text)).toBe(expected)
  })
})

describe('a question to the address map', () => {
  const map: MacmapStore = {
    location: 'memory',
    read: async () => ({entries: [entryOf('web02', '192.168.1.10', mac(10)), web, db, web], rejects: []}),
    merge: async () => [],
  }
  const ask = async (pattern: string, asked: Partial<MacmapInput> = {}): Promise<PrintedTwice> =>
    printed(await findInMacmap({pattern, name: false, ip: false, mac: false, upperCase: false, ...asked}, map))

  test.each([
    ['web', {}, ['web01;192.168.1.1;00:50:56:13:00:01', 'web02;192.168.1.10;00:50:56:13:00:0A']],
    ['DB01', {mac: true}, ['00:50:56:13:00:02']],
    ['00:50:56:.3:..:0[12]', {name: true, mac: true}, ['db01;00:50:56:13:00:02', 'web01;00:50:56:13:00:01']],
    ['^web', {name: true, ip: true, upperCase: true}, ['WEB01;192.168.1.1', 'WEB02;192.168.1.10']],
    ['1;.*[[:digit:]]1$', {name: true}, ['web01']],
    ['', {ip: true}, ['192.168.1.1', '192.168.1.10', '192.168.1.2']],
  ])('%s with %o finds %j', async (pattern, asked, rows) => {
    expect(await ask(pattern, asked)).toMatchObject({stdout: rows.map((row) => `${row}\n`).join(''), exitCode: 0})
  })

  test('that nothing fits is said with exit 3', async () => {
    const report = await ask('nothing')
    expect(report).toMatchObject({stdout: '', exitCode: 3, json: {entries: []}})
    expect(report.stderr).toContain('memory fits (4 entries)')
  })

  test('that is no regular expression is wrong usage', async () => {
    await expect(ask('(')).rejects.toMatchObject({code: 'USAGE'})
  })

  test('has one line for each entry, though a name holds a line end', () => {
    expect(entryRows([{...web, name: 'a\nb;c'}], entryColumns)).toEqual(['a%0Ab%3Bc;192.168.1.1;00:50:56:13:00:01'])
  })
})

describe('what was found, put over the file', () => {
  const text = `# mine\r\nweb01;${mac(1)};192.168.1.1\nbroken\ndb01;192.168.1.2;${mac(2)}\n`

  test.each<[string, readonly NetworkEntry[], string, readonly string[]]>([
    ['the same in any case', [{...web, name: 'WEB01'}, db], text, []],
    ['a new one comes last', [entryOf('new', '192.168.1.9', mac(9))], `${text}new;192.168.1.9;${mac(9)}\n`, ['added']],
    [
      'a new address takes the place of the old one and keeps its name',
      [entryOf('', '192.168.1.7', mac(1))],
      text.replace(`web01;${mac(1)};192.168.1.1`, `web01;192.168.1.7;${mac(1)}`),
      ['changed'],
    ],
    ['one without a name says nothing new', [{...web, name: ''}], text, []],
    ['one without an address says nothing of a known MAC address', [{...web, ip: '', name: 'x'}], text, []],
    ['one without a MAC address says nothing', [{...web, mac: ''}], text, []],
    ['IPv6 stands beside IPv4', [{...web, ip: '2001:db8::1'}], `${text}web01;2001:db8::1;${mac(1)}\n`, ['added']],
    [
      'two addresses of one MAC address stand together, each once',
      [web, {...web, ip: '192.168.1.8'}, web],
      text.replace(`web01;${mac(1)};192.168.1.1`, `web01;192.168.1.1;${mac(1)}\nweb01;192.168.1.8;${mac(1)}`),
      ['changed'],
    ],
  ])('%s', (_, found, expected, changes) => {
    const merged = mergeMacmap(text, found)
    expect(merged.text).toBe(expected)
    expect(merged.changes.map(({what}) => what)).toEqual(changes)
  })

  test('a line without an address gives way to one with', () => {
    expect(mergeMacmap(`web01;;${mac(1)}`, [web]).text).toBe(`web01;192.168.1.1;${mac(1)}\n`)
    expect(mergeMacmap('no line end', [web]).text).toBe(`no line end\nweb01;192.168.1.1;${mac(1)}\n`)
  })

  test('says the same a second time without any change, and holds what was found', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, {maxLength: 6}), fc.array(anyEntry, {maxLength: 6}), (before, found) => {
        const once = mergeMacmap(`# top\n${formatMacmap(before)}`, found)
        expect(mergeMacmap(once.text, found)).toEqual({text: once.text, changes: []})
        const {entries, rejects} = parseMacmap(once.text)
        expect(rejects).toEqual([])
        const addresses = entries.map(({ip, mac}) => `${ip} ${mac}`)
        for (const {ip, mac} of found) if (ip !== '') expect(addresses).toContain(`${ip} ${mac}`)
        for (const {mac} of before) expect(entries.some((entry) => entry.mac === mac)).toBe(true)
      }),
      {numRuns: 300},
    )
  })
})

describe('the file in its directory', () => {
  let base: string
  let count = 0
  const never = new AbortController().signal
  const newStore = () => createMacmapStore({directory: join(base, `db-${count++}`)})
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'ctys-macmap-'))
  })
  afterAll(() => rm(base, {recursive: true, force: true}))

  test('is written with the one before it beside it, for its owner only, and only when something changed', async () => {
    const store = newStore()
    expect(await store.read()).toEqual({entries: [], rejects: []})
    await store.merge([web], never)
    expect(await store.merge([web, db], never)).toEqual([{what: 'added', entry: db}])
    const before = await stat(store.location, {bigint: true})
    expect(await store.merge([db], never)).toEqual([])
    expect((await stat(store.location, {bigint: true})).mtimeNs).toBe(before.mtimeNs)
    expect(before.mode & 0o777n).toBe(0o600n)
    expect(await readFile(`${store.location}.bak`, 'utf8')).toBe(formatMacmap([web]))
    expect((await readdir(join(store.location, '..'))).sort()).toEqual([
      'macmap.fdb',
      'macmap.fdb.bak',
      'macmap.fdb.lock',
    ])
    expect((await store.read()).entries).toHaveLength(2)
  })

  test('loses nothing when eight write at once', async () => {
    const store = newStore()
    const all = Array.from({length: 8}, (_, index) => entryOf(`vm${index}`, `10.0.0.${index}`, mac(index)))
    await Promise.all(all.map((entry) => store.merge([entry], never)))
    expect(entryRows((await store.read()).entries, entryColumns)).toEqual(entryRows(all, entryColumns))
  })

  test('is not touched after the signal', async () => {
    const store = newStore()
    await expect(store.merge([web], AbortSignal.abort())).rejects.toMatchObject({code: 'INTERRUPTED'})
    expect((await store.read()).entries).toEqual([])
  })

  test('that is a directory cannot be read, which is an error and no empty map', async () => {
    const store = newStore()
    await mkdir(store.location, {recursive: true})
    const error = {code: 'INVENTORY_IO', message: expect.stringContaining(store.location)}
    await expect(store.read()).rejects.toMatchObject(error)
    await expect(store.merge([web], never)).rejects.toMatchObject(error)
  })

  test('that is not UTF-8 is read but not rewritten', async () => {
    const store = newStore()
    await mkdir(join(store.location, '..'), {recursive: true})
    const bytes = Buffer.from(`# gr\xfcn\n${formatMacmap([web])}`, 'latin1')
    await writeFile(store.location, bytes)
    expect((await store.read()).entries).toHaveLength(1)
    await expect(store.merge([db], never)).rejects.toMatchObject({code: 'INVENTORY_FORMAT'})
    expect(await readFile(store.location)).toEqual(bytes)
  })

  test('keeps what is not ours, comments and broken lines', async () => {
    const store = newStore()
    await mkdir(join(store.location, '..'), {recursive: true})
    await writeFile(store.location, '# by hand\nhalf;a line\n')
    await store.merge([web], never)
    expect(await readFile(store.location, 'utf8')).toBe(`# by hand\nhalf;a line\n${formatMacmap([web])}`)
    expect((await store.read()).rejects.map(({line}) => line)).toEqual([2])
  })
})
