import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {expectSchema} from '../fakes/schemas.js'
import {record} from '../fixtures/inventory/make-records.js'
import {type BuiltOptions, runBuilt} from './run-built.js'

// the tools around the address map, through the built ctys and its classic doors; needs a build
const sample = (name: string): string => join(process.cwd(), 'test/fixtures/network', name)

let folder: string
let home: string
let count = 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ctys-macmap-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))
beforeEach(() => {
  home = join(folder, `home${++count}`)
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
})

const mapFile = (directory = join(home, '.ctys/db/default')): string => join(directory, 'macmap.fdb')

const run = (program: string, argv: readonly string[], more?: BuiltOptions) => runBuilt(home, [program, ...argv], more)

const rows = ['db01;10.0.0.2;52:54:00:AA:BB:02', 'web01;10.0.0.1;52:54:00:AA:BB:01']
const dhcpd = `host web01 { hardware ethernet 52:54:00:aa:bb:01; fixed-address 10.0.0.1; }
host db01 { hardware ethernet 52:54:00:aa:bb:02; fixed-address 10.0.0.2; }
`

describe('extract-mac', () => {
  test.each([
    ['isc', dhcpd],
    ['dnsmasq', 'dhcp-host=52:54:00:aa:bb:01,web01,10.0.0.1\ndhcp-host=52:54:00:aa:bb:02,db01,10.0.0.2\n'],
    ['dnsmasq-hosts', '52:54:00:aa:bb:01,web01,10.0.0.1\n52:54:00:aa:bb:02,db01,10.0.0.2\n'],
    [
      'kea',
      JSON.stringify({
        Dhcp4: {
          reservations: [
            {'hw-address': '52:54:00:aa:bb:01', 'ip-address': '10.0.0.1', hostname: 'web01'},
            {'hw-address': '52:54:00:aa:bb:02', 'ip-address': '10.0.0.2', hostname: 'db01'},
          ],
        },
      }),
    ],
  ])('tells %s by its text, and reads it from standard input', async (format, text) => {
    const guessed = await run('ctys', ['extract-mac', '-'], {input: text})
    expect(guessed).toEqual({code: 0, stdout: rows.map((row) => `${row}\n`).join(''), stderr: ''})
    expect(await run('ctys', ['extract-mac', '--format', format, '-'], {input: text})).toEqual(guessed)
  })

  test('reads /etc/ethers, which has either name or address', async () => {
    const input = '52:54:0:aa:bb:1 web01\n52:54:00:aa:bb:02 10.0.0.2\n'
    const {stdout} = await run('ctys', ['extract-mac', '-'], {input})
    expect(stdout).toBe(';10.0.0.2;52:54:00:AA:BB:02\nweb01;;52:54:00:AA:BB:01\n')
  })

  test.each([
    ['-n', 'db01;10.0.0.2;52:54:00:AA:BB:02'],
    ['-i', '10.0.0.1;web01;52:54:00:AA:BB:01'],
    ['-m', '52:54:00:AA:BB:01;web01;10.0.0.1'],
    ['-E', '52:54:00:AA:BB:01 web01'],
  ])('%s leads the rows, or makes them lines of /etc/ethers', async (flag, first) => {
    const {stdout} = await run('ctys-extractMAClst', [flag, '-'], {input: dhcpd})
    expect(stdout.split('\n')[0]).toBe(first)
  })

  test('says where the file is broken and what it includes, and -q does not', async () => {
    const loud = await run('ctys', ['extract-mac', sample('dhcpd.conf')])
    expect(loud.code).toBe(0)
    expect(loud.stderr).toContain('dhcpd.conf:42: host nomac: has no Ethernet address')
    expect(loud.stderr).toContain('dhcpd.conf:7: includes /etc/dhcp/keys.conf, which was not read')
    expect(await run('ctys', ['extract-mac', '-q', sample('dhcpd.conf')])).toEqual({...loud, stderr: ''})
  })

  test('a name from a hostile file cannot reach the terminal', async () => {
    const input = 'host "a\u001b[2J\u202eb" { hardware ethernet 52:54:00:aa:bb:01; fixed-address 10.0.0.1; }\n'
    const {stdout, code} = await run('ctys', ['extract-mac', '--format', 'isc', '-'], {input})
    expect(code).toBe(0)
    expect(stdout).toMatch(/^[\x20-\x7e]+\n$/)
  })

  test.each([
    ['no address at all', 'subnet 10.0.0.0 netmask 255.0.0.0 { }\n', 3],
    ['nothing but faults', 'host web01 { fixed-address 10.0.0.1; }\n', 1],
    ['a format nobody knows', 'hello\n', 2],
  ])('%s is not taken for success', async (_, input, code) => {
    const answer = await run('ctys', ['extract-mac', '-P', '-'], {input})
    expect(answer).toMatchObject({code, stdout: ''})
    expect(answer.stderr).not.toBe('')
    expect(existsSync(mapFile())).toBe(false)
  })

  test('a file that cannot be read is an error of this machine', async () => {
    const answer = await run('ctys', ['extract-mac', join(folder, 'nothing')])
    expect(answer).toMatchObject({code: 2, stderr: expect.stringContaining('CONFIG: cannot read')})
  })

  test.each([[['-n', '-m']], [['-E', '-P']], [['--format', 'xml']]])('%j is wrong usage', async (flags) => {
    expect((await run('ctys', ['extract-mac', ...flags, '-'], {input: dhcpd})).code).toBe(2)
    expect(existsSync(mapFile())).toBe(false)
  })
})

describe('storing', () => {
  test('-P stores into the default database, and macmap answers from it', async () => {
    const stored = await run('ctys-extractMAClst', ['-P', '-'], {input: dhcpd})
    expect(stored).toEqual({code: 0, stdout: '', stderr: `${mapFile()}: 2 added\n`})
    expect((await run('ctys-macmap', ['.'])).stdout).toBe(`${rows.join('\n')}\n`)
    const again = await run('ctys', ['extract-mac', '-P', '-'], {input: dhcpd})
    expect(again.stderr).toBe(`${mapFile()}: nothing new\n`)
  })

  test('-P goes where CTYS_DBPATH says, -p DIR into that directory whatever it says', async () => {
    const env = {CTYS_DBPATH: join(home, 'one')}
    await run('ctys', ['extract-mac', '-P', '-'], {input: dhcpd, env})
    await run('ctys', ['extract-mac', '-p', join(home, 'two'), '-'], {input: dhcpd, env})
    for (const name of ['one', 'two']) {
      expect(
        readFileSync(mapFile(join(home, name)), 'utf8')
          .trim()
          .split('\n')
          .sort(),
      ).toEqual(rows)
    }
    expect(existsSync(mapFile())).toBe(false)
  })

  test('without -P and -p nothing is stored, even with CTYS_DBPATH', async () => {
    const env = {CTYS_DBPATH: join(home, 'one')}
    expect((await run('ctys', ['extract-mac', '-'], {input: dhcpd, env})).stdout).not.toBe('')
    expect(existsSync(join(home, 'one'))).toBe(false)
  })

  test('extract-arp reads the table of this machine and stores it', async () => {
    const shown = await run('ctys', ['extract-arp', '--json'])
    const body = JSON.parse(shown.stdout)
    expectSchema('report', body)
    expect(body).toMatchObject({command: 'extract-arp', exitCode: 0, outcomes: [{status: 'ok'}]})
    const plan = await run('ctys-extractARPlst', ['--dry-run'])
    expect(plan.stdout).toContain('read the neighbour table')
    expect(existsSync(mapFile())).toBe(false)
  })
})

describe('macmap', () => {
  beforeEach(() => writeFileSync(mapFile(), `${rows.join('\n')}\nbroken\n`))

  test.each<[string, readonly string[], readonly string[]]>([
    ['a name', ['WEB'], [rows[1] ?? '']],
    ['a MAC address', ['bb:02$'], [rows[0] ?? '']],
    ['the columns asked for, in the order of the file', ['-m', '-n', 'web'], ['web01;52:54:00:AA:BB:01']],
    ['capital letters', ['-n', '-u', '^web'], ['WEB01']],
    ['everything', [], rows],
  ])('finds %s', async (_, argv, found) => {
    const answer = await run('ctys-macmap', argv)
    expect(answer).toMatchObject({code: 0, stdout: found.map((row) => `${row}\n`).join('')})
    expect(answer.stderr).toBe(`${mapFile()}:3: has 1 field instead of 3\n`)
  })

  test('answers as JSON that obeys the schema', async () => {
    const body = JSON.parse((await run('ctys', ['macmap', 'web01', '--json'])).stdout)
    expectSchema('report', body)
    expect(body.entries).toEqual([{name: 'web01', ip: '10.0.0.1', mac: '52:54:00:AA:BB:01'}])
  })

  test.each([[','], [':'], ['%']])('reads several databases with %s between them', async (separator) => {
    const other = join(home, 'other')
    mkdirSync(other)
    writeFileSync(mapFile(other), 'web02;10.0.0.3;52:54:00:AA:BB:03\n')
    const directories = [join(home, '.ctys/db/default'), other].join(separator)
    const {stdout} = await run('ctys-macmap', ['-p', directories, '-n'])
    expect(stdout).toBe('db01\nweb01\nweb02\n')
  })

  test('says that nothing fits, or that there is no map at all, with exit 3', async () => {
    const nothing = await run('ctys', ['macmap', 'nobody'])
    expect(nothing).toMatchObject({code: 3, stdout: '', stderr: expect.stringContaining('fits (2 entries)')})
    const empty = await run('ctys', ['macmap', '-p', join(home, 'none')])
    expect(empty).toMatchObject({code: 3, stderr: expect.stringContaining('is empty')})
  })

  test('a pattern that is none is wrong usage', async () => {
    expect(await run('ctys', ['macmap', '('])).toMatchObject({code: 2, stderr: expect.stringContaining('USAGE')})
  })
})

describe('before a create', () => {
  const web = record({host: 'h1', label: 'web01', id: '/vm/web01.ctys', uuid: 'a'.repeat(32), mac: '52:54:00:AA:BB:01'})
  const db = record({host: 'h2', label: 'db01', id: '/vm/db01.ctys', uuid: 'b'.repeat(32), mac: '52-54-00-AA-BB-01'})
  const copy = {...web, host: 'h2', id: '/vm/copy.ctys'}
  const write = (...records: Parameters<typeof formatEnumFdb>[0]): void =>
    writeFileSync(join(home, '.ctys/db/default/enum.fdb'), formatEnumFdb(records))

  test('the inventory warns of a MAC address another machine has', async () => {
    write(web, db)
    const plan = await run('ctys', ['-n', '-t', 'qemu', '-a', 'create=l:web01', 'h1'])
    expect(plan.code).toBe(0)
    expect(plan.stderr).toContain(
      'h1: collision: the MAC address 52:54:00:AA:BB:01 of web01 is also that of db01 on h2 (/vm/db01.ctys)\n',
    )
    const body = JSON.parse((await run('ctys', ['start', 'web01', 'h1', '--dry-run', '--json'])).stdout)
    expectSchema('report', body)
    expect(body.collisions).toMatchObject([{kind: 'mac', records: [{label: 'web01'}, {label: 'db01'}]}])
  })

  test('the warning stands in front of what came of the start, which is tried all the same', async () => {
    const here = {...web, host: hostname().toLowerCase(), id: join(home, 'nothing.ctys')}
    write(here, db)
    const start = await run('ctys', ['start', 'web01', 'localhost'])
    expect(start.code).not.toBe(0)
    expect(start.stderr).toMatch(/^localhost: collision: .*\n {2}next: .*\nlocalhost: [A-Z_]+: /)
  })

  test.each([
    ['a copy of the machine itself', [web, copy], ['start', 'web01', 'h1']],
    ['a label that others have too', [web, {...db, label: 'web01', mac: ''}], ['start', 'web01', 'h1']],
    ['a stop', [web, db], ['stop', 'web01', 'h1']],
    ['a start that only connects', [web, db], ['start', 'web01', 'h1', '--connect']],
  ])('it does not warn of %s', async (_, records, argv) => {
    write(...records)
    const plan = await run('ctys', [...argv, '--dry-run'])
    expect(plan).toMatchObject({code: 0, stderr: expect.not.stringContaining('collision')})
  })
})
