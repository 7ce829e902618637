import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {load} from 'js-yaml'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {exportFormats} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {expectSchema, type SchemaName} from '../fakes/schemas.js'
import {record} from '../fixtures/inventory/make-records.js'
import {type Answer, runBuilt} from './run-built.js'

// `ctys inventory export` as it is shipped; needs a build
let home: string
let database: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-export-'))
  database = join(home, '.ctys/db/default')
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const web = record({mac: '52:54:00:00:00:01', dist: 'debian'})
const db = record({host: 'h2', label: 'db01', mac: '52:54:00:00:00:02', tcp: '10.0.0.2'})
const off = record({host: 'h2', label: 'off\u001b[2J'})

beforeEach(() => {
  rmSync(join(home, '.ctys'), {recursive: true, force: true})
  mkdirSync(database, {recursive: true})
  writeInventory([web, db])
  // the address of web01 is known to the address map only
  writeFileSync(join(database, 'macmap.fdb'), 'web01;10.0.0.1;52:54:00:00:00:01\n')
})

function writeInventory(records: readonly InventoryRecord[], more = ''): void {
  writeFileSync(join(database, 'enum.fdb'), Buffer.concat([formatEnumFdb(records), Buffer.from(more)]))
}

const ctysExport = (...argv: readonly string[]) => runBuilt(home, ['ctys', 'inventory', 'export', ...argv])

function bodyOf({stdout}: Answer, schema: SchemaName = 'inventory-tools') {
  const body = JSON.parse(stdout)
  expectSchema(schema, body)
  return body
}

describe('the text goes to stdout', () => {
  test.each([
    ['hosts', '10.0.0.1 web01\n10.0.0.2 db01\n'],
    ['ethers', '52:54:00:00:00:01 web01\n52:54:00:00:00:02 db01\n'],
    ['dnsmasq', 'dhcp-host=52:54:00:00:00:01,10.0.0.1,web01\ndhcp-host=52:54:00:00:00:02,10.0.0.2,db01\n'],
  ])('%s with the addresses the map knows', async (format, text) => {
    expect(await ctysExport(format)).toEqual({code: 0, stdout: text, stderr: ''})
  })

  test('narrowed by words as ctys find takes them', async () => {
    expect((await ctysExport('hosts', 'db01')).stdout).toBe('10.0.0.2 db01\n')
    expect((await ctysExport('HOSTS', 'host=h1', 'or', 'label=nope')).stdout).toBe('10.0.0.1 web01\n')
    // the filled address is found as well
    expect((await ctysExport('hosts', 'ip=10.0.0.1')).stdout).toBe('10.0.0.1 web01\n')
  })

  test('of the inventory that -p names', async () => {
    const other = join(home, 'other')
    mkdirSync(other, {recursive: true})
    writeFileSync(join(other, 'enum.fdb'), formatEnumFdb([record({label: 'elsewhere', tcp: '10.9.9.9'})]))
    expect((await ctysExport('hosts', '-p', other)).stdout).toBe('10.9.9.9 elsewhere\n')
    expect((await ctysExport('hosts', '-p', `${database},${other}`)).stdout).toContain('web01\n10.0.0.2 db01\n10.9')
  })

  test('or to a file in one step, readable as the umask lets', async () => {
    const output = join(home, 'targets.json')
    expect(await ctysExport('prometheus', '-o', output)).toEqual({
      code: 0,
      stdout: '',
      stderr: `${output}: 2 machines\n`,
    })
    expect(JSON.parse(readFileSync(output, 'utf8'))).toHaveLength(2)
    expect(statSync(output).mode & 0o777).toBe(0o666 & ~process.umask())
  })

  test.each(['enum.fdb', 'macmap.fdb'])('but not over %s of the inventory', async (name) => {
    const file = join(database, name)
    const before = readFileSync(file)
    const {code, stderr} = await ctysExport('hosts', '-o', file)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`-o: ${file} is a file of an inventory`)])
    expect(readFileSync(file)).toEqual(before)
  })
})

describe('other programs of this machine read it', () => {
  test('ssh takes address and jump', async () => {
    const output = join(home, 'ssh_config')
    writeInventory([web, {...db, host: hostname().toLowerCase()}])
    expect((await ctysExport('ssh-config', '-o', output)).code).toBe(0)
    const read = (name: string) =>
      execFileSync('ssh', ['-G', '-F', output, name], {encoding: 'utf8', stdio: 'pipe', timeout: 20_000})
    const far = read('web01')
    expect(far).toMatch(/^hostname 10\.0\.0\.1$/m)
    expect(far).toMatch(/^proxyjump h1$/m)
    const near = read('db01')
    expect(near).toMatch(/^hostname 10\.0\.0\.2$/m)
    expect(near).not.toMatch(/^proxyjump/m)
  })

  test('ssh and ctys reach the scanned hosts as before, with the file among their settings', async () => {
    const output = join(home, 'ssh_config')
    const settings = join(home, 'settings')
    const h1 = record({type: 'PM', label: 'h1', id: '/etc/ctys.d/pm.conf', tcp: '10.77.0.1'})
    writeInventory([web, h1])
    expect(await ctysExport('ssh-config', '-o', output)).toMatchObject({code: 0, stderr: `${output}: 1 machine\n`})
    writeFileSync(settings, `Include ${output}\nHost h1\n  HostName 127.0.0.1\n  Port 1\n`)
    const read = execFileSync('ssh', ['-G', '-F', settings, 'h1'], {encoding: 'utf8', timeout: 20_000})
    expect(read).toMatch(/^hostname 127\.0\.0\.1$/m)
    expect(read).toMatch(/^port 1$/m)
    expect(read).not.toMatch(/^proxyjump/m)
    const {stderr} = await runBuilt(home, ['ctys', 'list', '--ssh-config', settings, 'h1'])
    expect(stderr).toContain('cannot connect to 127.0.0.1 port 1')
  })

  test('YAML, JSON and CSV readers take what is theirs', async () => {
    expect(load((await ctysExport('ansible')).stdout)).toMatchObject({
      all: {hosts: {web01: {ansible_host: '10.0.0.1'}}, children: {dist_debian: {hosts: {web01: {}}}}},
    })
    expect(JSON.parse((await ctysExport('prometheus', 'web01')).stdout)).toEqual([
      {targets: ['10.0.0.1:9100'], labels: expect.objectContaining({ctys_label: 'web01', ctys_dist: 'debian'})},
    ])
    const [head = '', first = ''] = (await ctysExport('csv')).stdout.split('\r\n')
    expect(head.split(',').slice(0, 3)).toEqual(['host', 'type', 'label'])
    expect(first.split(',')[6]).toBe('10.0.0.1')
  })
})

describe('what is left out is told on stderr', () => {
  test('with reason, machines and counts, and it was partly done', async () => {
    const evil = record({host: 'h2', label: 'h1', tcp: '10.0.0.66'})
    writeInventory([web, db, off, evil])
    const {code, stdout, stderr} = await ctysExport('hosts')
    expect([code, stdout]).toEqual([4, '10.0.0.1 web01\n10.0.0.2 db01\n'])
    expect(stderr.split('\n')).toEqual([
      'left out, has no IP address of its own: h2 off\\x1b[2J (1 machine)',
      "left out, its name 'h1' is the name of a host: h2 h1 (1 machine)",
      '2 of 4 machines written as hosts',
      '',
    ])
  })

  test('a name of a host is no name of a machine, also where nothing of that host is asked for', async () => {
    writeInventory([web, record({host: 'h2', label: 'h1', tcp: '10.0.0.66'})])
    const {code, stdout, stderr} = await ctysExport('ssh-config', 'host=h2')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain("its label 'h1' is the name of a host")
  })

  test('many machines are counted, the first of them named', async () => {
    writeInventory([web, ...Array.from({length: 20}, (_, index) => record({label: `vm${index}`}))])
    const {stderr} = await ctysExport('hosts')
    expect(stderr).toBe(
      'left out, has no IP address of its own: h1 vm0, h1 vm1, h1 vm2, h1 vm3, h1 vm4, h1 vm5, h1 vm6, h1 vm7 ... and 12 more ' +
        '(20 machines)\n1 of 21 machines written as hosts\n',
    )
  })

  test('lines that cannot be read are told, and it was partly done', async () => {
    writeInventory([web], 'half;a;line\n')
    const {code, stdout, stderr} = await ctysExport('hosts')
    expect([code, stdout]).toEqual([4, '10.0.0.1 web01\n'])
    expect(stderr).toContain(`${join(database, 'enum.fdb')}:2: has 3 fields`)
  })
})

describe('nothing to export', () => {
  test('is not found where nothing fits, and an output stays as it was', async () => {
    const output = join(home, 'kept')
    writeFileSync(output, 'before')
    const {code, stdout, stderr} = await ctysExport('csv', 'nosuch', '-o', output)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('nothing in the inventory')
    expect(readFileSync(output, 'utf8')).toBe('before')
  })

  test('is nothing done where all is left out, and no output is made', async () => {
    writeInventory([off])
    const output = join(home, 'never')
    const {code, stderr} = await ctysExport('prometheus', '-o', output)
    expect([code, existsSync(output)]).toEqual([1, false])
    expect(stderr).toContain('0 of 1 machine written as prometheus')
  })
})

test('all faults of the command line are told at once, the near format is proposed', async () => {
  const {code, stdout, stderr} = await ctysExport('hots', 'nofield=1')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain("unknown format 'hots' (hosts?)")
  expect(stderr).toContain("unknown field 'nofield'")
  expect(stderr).toContain(exportFormats.join(', '))
})

test('the format is required', async () => {
  expect(await ctysExport()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('FORMAT is missing: hosts, ethers'),
  })
})

test('an output that cannot be written is an error', async () => {
  const {code, stderr} = await ctysExport('hosts', '-o', join(home, 'no/such/dir/x'))
  expect([code, stderr]).toEqual([2, expect.stringContaining('INVENTORY_IO: cannot write')])
})

test('--json obeys the schema in every format, and where nothing was done', async () => {
  writeInventory([web, db, off])
  for (const format of exportFormats) {
    expect(bodyOf(await ctysExport(format, '--json'))).toMatchObject({command: 'inventory export', format})
  }
  const {text, ...body} = bodyOf(await ctysExport('hosts', '--json'))
  expect(text).toBe('10.0.0.1 web01\n10.0.0.2 db01\n')
  expect(body).toMatchObject({exitCode: 4, machines: 2, leftOut: [{record: {label: off.label}}]})
  const output = join(home, 'hosts')
  expect(bodyOf(await ctysExport('hosts', '--json', '-o', output))).toMatchObject({output, machines: 2})
  expect(bodyOf(await ctysExport('hosts', '--json', 'nosuch'))).toMatchObject({exitCode: 3, machines: 0})
  expect(bodyOf(await ctysExport('hosts', '--json', 'off'))).toMatchObject({exitCode: 1, leftOut: [{}]})
  expect(bodyOf(await ctysExport('hots', '--json'), 'report')).toMatchObject({command: 'error'})
})
