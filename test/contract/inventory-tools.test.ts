import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../inventory/fdb/ascii.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {scanTypes} from '../../src/domain/machine/session-types.js'
import {expectSchema, type SchemaName} from '../fakes/schemas.js'
import {record} from '../fixtures/inventory/make-records.js'
import {type Answer, runBuilt} from './run-built.js'

// `ctys inventory ...` as it is shipped; needs a build
let home: string
let database: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-tools-'))
  database = join(home, '.ctys/db/default')
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const web = record({mac: '00:50:56:13:00:01', vram: '512', observedAt: '2026-01-01T00:00:00Z', source: 'scan'})
const db = record({label: 'db01', userString: 'evil\u001b[2J;', source: 'scan'})
beforeEach(() => {
  rmSync(join(home, '.ctys'), {recursive: true, force: true})
  mkdirSync(database, {recursive: true})
  writeInventory([web, db])
})

function writeInventory(records: readonly InventoryRecord[], more = ''): void {
  writeFileSync(join(database, 'enum.fdb'), Buffer.concat([formatEnumFdb(records), Buffer.from(more)]))
}

const inventory = () => parseEnumFdb(readFileSync(join(database, 'enum.fdb'))).records

function fileOf(name: string, text: string | Buffer): string {
  const path = join(home, name)
  writeFileSync(path, text)
  return path
}

function tool(argv: readonly string[], more?: NodeJS.ProcessEnv, input?: string): Promise<Answer> {
  return ctys(['inventory', ...argv], more, input)
}

const ctys = (argv: readonly string[], env?: NodeJS.ProcessEnv, input?: string) =>
  runBuilt(home, ['ctys', ...argv], {env, input})

function bodyOf({stdout}: Answer, schema: SchemaName = 'inventory-tools') {
  const body = JSON.parse(stdout)
  expectSchema(schema, body)
  return body
}

describe('convert', () => {
  test('writes the inventory as YAML for people, which is read back the same', async () => {
    const original = readFileSync('test/fixtures/inventory/vhost-machine.fdb')
    writeFileSync(join(database, 'enum.fdb'), original)
    const {code, stdout, stderr} = await tool(['convert'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(readFileSync('test/golden/inventory/vhost-machine.yaml', 'utf8'))
    const back = await tool(['convert', '--to', 'fdb', '-'], {}, stdout)
    expect(parseEnumFdb(back.stdout).records).toEqual(parseEnumFdb(original).records)
  })

  test('takes the format from the name of the output, and keeps its file for its owner', async () => {
    for (const [name, start] of [
      ['a.yml', 'machines:'],
      ['a.json', '{\n  "schemaVersion": 1'],
      ['a.fdb', 'h1;QEMU;web01;'],
    ]) {
      const output = join(home, name ?? '')
      expect((await tool(['convert', '-o', output])).code).toBe(0)
      expect(readFileSync(output, 'utf8').startsWith(start ?? '')).toBe(true)
      expect(statSync(output).mode & 0o777).toBe(0o600)
      const again = await tool(['convert', output, '--to', 'fdb'])
      expect(parseEnumFdb(again.stdout).records).toEqual([web, db])
    }
  })

  test('into a database keeps the file before it', async () => {
    const source = fileOf('one.yaml', 'machines:\n  - {host: h9, type: QEMU, label: only}\n')
    const before = readFileSync(join(database, 'enum.fdb'))
    expect((await tool(['convert', source, '-o', join(database, 'enum.fdb')])).code).toBe(0)
    expect(inventory()).toEqual([record({host: 'h9', label: 'only', id: ''})])
    expect(readFileSync(join(database, 'enum.fdb.bak'))).toEqual(before)
  })

  test('leaves out broken lines, says so and ends as partly done', async () => {
    writeInventory([web], 'half;a;line\n')
    const {code, stderr} = await tool(['convert'])
    expect(code).toBe(4)
    expect(stderr).toContain(`${join(database, 'enum.fdb')}:2: has 3 fields`)
  })

  test('refuses YAML with faults and writes nothing', async () => {
    const output = join(home, 'never.fdb')
    const source = fileOf('bad.yaml', 'machines:\n  - {host: h1, type: QEMU, vram: much}\n')
    const {code, stderr} = await tool(['convert', source, '-o', output])
    expect(code).toBe(2)
    expect(stderr).toContain('bad.yaml:2:28: machines[0].vram: "much" is not a whole number')
    expect(existsSync(output)).toBe(false)
  })

  test('an output that cannot be written is an error', async () => {
    const {code, stderr} = await tool(['convert', '-o', join(home, 'no/such/dir/x.yaml')])
    expect(code).toBe(2)
    expect(stderr).toContain('INVENTORY_IO: cannot write')
  })

  test('writes what is recorded, not what the address map fills in', async () => {
    writeFileSync(join(database, 'macmap.fdb'), 'web01.lab;10.0.0.1;00:50:56:13:00:01\n')
    for (const format of ['fdb', 'json', 'yaml']) {
      const {code, stdout} = await tool(['convert', '--to', format])
      expect([format, code]).toEqual([format, 0])
      expect(stdout).toContain('00:50:56:13:00:01')
      expect(stdout).not.toMatch(/10\.0\.0\.1|web01\.lab/)
    }
    const databases = await tool(['convert', '-p', `${database},${join(home, 'nowhere')}`, '--to', 'fdb'])
    expect(parseEnumFdb(databases.stdout).records).toEqual([web, db])
    expect((await tool(['export', 'hosts'])).stdout).toBe('10.0.0.1 web01.lab web01\n')
  })

  test('of several databases the first wins for a machine', async () => {
    const other = join(home, 'other')
    mkdirSync(other, {recursive: true})
    writeFileSync(join(other, 'enum.fdb'), formatEnumFdb([{...web, vram: '1'}, record({host: 'h2'})]))
    const {stdout} = await tool(['convert', '-p', `${database},${other}`, '--to', 'fdb'])
    expect(parseEnumFdb(stdout).records).toEqual([web, db, record({host: 'h2'})])
    const missing = await tool(['convert', '--to', 'fdb'], {CTYS_DBPATH: `${other},${join(home, 'nowhere')}`})
    expect(missing.stderr).toContain(`${join(home, 'nowhere')}: there is no such directory`)
    expect(parseEnumFdb(missing.stdout).records).toHaveLength(2)
  })
})

test('both doors of find ask several databases, the first wins, a missing one is said', async () => {
  const other = join(home, 'second')
  mkdirSync(other, {recursive: true})
  writeFileSync(join(other, 'enum.fdb'), formatEnumFdb([{...web, vram: '1'}, record({host: 'h7', label: 'web07'})]))
  const nowhere = join(home, 'nowhere')
  for (const more of [[], ['--']]) {
    const argv = ['find', '-X', '-p', `${database},${other},${nowhere}`, 'web', ...more]
    const {code, stdout, stderr} = await ctys(argv)
    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.split(';')[2])).toEqual(['web01', 'web07', undefined])
    expect(stdout).toContain(';512;')
    expect(stderr).toBe(`${nowhere}: there is no such directory\n`)
  }
})

describe('check', () => {
  test('is silent on stdout and ends with 0 when all is well', async () => {
    const {code, stdout, stderr} = await tool(['check'])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toBe(`${join(database, 'enum.fdb')}: 2 machines in 2 records, 0 faults\n`)
  })

  test('tells the faults of both formats with file and line, and ends with 2', async () => {
    writeInventory([web, {...db, mac: 'nonsense'}], '# fine\nhalf;a;line\n')
    const yaml = fileOf('bad.yaml', 'machines:\n  - host: h1\n    type: QEMU\n    source: nobody\n')
    const {code, stdout} = await tool(['check', database, yaml])
    expect(code).toBe(2)
    expect(stdout.split('\n')).toEqual([
      `${join(database, 'enum.fdb')}:2: mac: "nonsense" is not six pairs of hexadecimal digits with colons between them`,
      `${join(database, 'enum.fdb')}:4: has 3 fields instead of 43, 45, 47, 49, 50 or 51`,
      `${yaml}:4:5: machines[0].source: "nobody" is not one of scan, process, hand, import`,
      '',
    ])
  })

  test('a file that is not there is an error, not an inventory without faults', async () => {
    expect((await tool(['check', join(home, 'nothing.yaml')])).code).toBe(2)
    rmSync(join(database, 'enum.fdb'))
    expect((await tool(['check'])).code).toBe(2)
  })

  test('hostile values reach the terminal escaped', async () => {
    const yaml = fileOf('evil.yaml', 'machines:\n  - {host: "h\\e[2J", type: QEMU, "k\\e[2J": 1}\n')
    const {stdout} = await tool(['check', yaml])
    expect(stdout).not.toContain('\u001b')
    expect(stdout.split('\n')).toHaveLength(3)
  })
})

/** An editor that runs a program of sed over the file. */
const sed = (program: string): NodeJS.ProcessEnv => ({EDITOR: `sed -i ${program}`})
const drafts = () => readdirSync(home).filter((name) => name.startsWith('ctys-edit-'))

test('records of every type, as a scan writes them, are taken by every tool', async () => {
  const types = Object.keys(scanTypes)
  const others = types.map((type) => record({type, label: `o-${type}`, id: `/vm/${type}`, source: 'scan'}))
  writeInventory([web, ...others])
  const file = fileOf('all.yaml', (await tool(['convert'])).stdout)
  for (const argv of [['check'], ['check', file], ['convert', file], ['merge', file]]) {
    expect([argv, (await tool(argv)).code]).toEqual([argv, 0])
  }
  for (const type of types) {
    const {code, stdout} = await ctys(['vhost', '-T', `${type.toLowerCase()}%PM`, '-o', 'label', `o-${type}`])
    expect([code, stdout.trim()]).toEqual([0, `o-${type}`])
  }
})

test.each([
  [['wbe01'], 'did you mean web01?', 'ctys find web01'],
  [['qemu', 'label=wbe01'], 'did you mean web01?', 'ctys find qemu web01'],
  [['state=running'], 'state is what a configuration says', 'ctys list HOST... shows what runs'],
  [['web*'], '* and ? stand for themselves', "ctys find 'label~^web.*$'"],
  [['label=w?b01', 'QEMU'], '* and ? stand for themselves', "ctys find 'label~^w.b01$' QEMU"],
  [['nosuch'], 'fits (2 records)', 'ctys scan HOST... if the machine is new'],
])('find of %j, which nothing fits, says what may have been meant', async (words, note, next) => {
  const {code, stderr} = await ctys(['find', ...words])
  expect(code).toBe(3)
  expect(stderr).toContain(note)
  expect(stderr).toContain(`  next: ${next}\n`)
})

describe('edit', () => {
  test('puts in what was changed and removes the draft', async () => {
    const {code, stdout, stderr} = await tool(['edit'], sed('s/vram:.512/vram:\\x201024/'))
    expect([code, stdout, stderr]).toEqual([
      0,
      expect.stringMatching(/^CHANGE .*\nchanged {2}web01 {2}h1 {4}QEMU/),
      `inventory ${join(database, 'enum.fdb')}: 0 added, 1 changed, 0 gone\n`,
    ])
    expect(inventory()).toEqual([{...web, vram: '1024', source: 'hand'}, db])
    expect(drafts()).toEqual([])
  })

  test('shows only the machines that fit the words, and takes out what was taken out there', async () => {
    const {code} = await tool(['edit', 'db01'], sed('-e /web01/q9 -e s/^machines:/machines:\\x20[]/ -e /^\\x20/d'))
    expect(code).toBe(0)
    expect(inventory()).toEqual([web])
  })

  test.each([['label=db01'], ['label~^db', 'type=qemu'], ['not', 'web01'], ['db0', 'or', 'nosuch']])(
    'takes the questions of find: %s %s %s',
    async (...words) => {
      const {code, stdout} = await tool(['edit', ...words], sed('s/label:.*/label:\\x20q9/'))
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^CHANGE .*\nchanged {2}q9 [^\n]*\n$/)])
    },
  )
  test('a question that is none is told, one that nothing fits names find', async () => {
    const wrong = await tool(['edit', 'hots=h1', 'mem>much'], {EDITOR: 'true'})
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/unknown field 'hots' \(host\?\)[\s\S]*mem>much/),
    ])
    const none = await tool(['edit', 'host=nosuch'], {EDITOR: 'true'})
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('next: ctys find host=nosuch')])
  })

  test('nothing changed leaves the file untouched', async () => {
    const before = statSync(join(database, 'enum.fdb'), {bigint: true}).mtimeNs
    const {code, stderr} = await tool(['edit'], {VISUAL: 'true', EDITOR: 'false'})
    expect([code, stderr]).toEqual([0, expect.stringContaining('0 added, 0 changed, 0 gone')])
    expect(statSync(join(database, 'enum.fdb'), {bigint: true}).mtimeNs).toBe(before)
    expect(drafts()).toEqual([])
  })

  test('a draft with faults is refused with its faults and kept, the inventory stays', async () => {
    const {code, stderr} = await tool(['edit'], sed('s/vram:.512/vram:\\x20much/'))
    expect(code).toBe(2)
    expect(stderr).toMatch(/inventory\.yaml:\d+:5: machines\[0\]\.vram: "much" is not a whole number/)
    expect(stderr).toContain('what was edited is kept in')
    expect(inventory()).toEqual([web, db])
    expect(drafts()).toHaveLength(1)
    for (const draft of drafts()) {
      expect(statSync(join(home, draft)).mode & 0o777).toBe(0o700)
      rmSync(join(home, draft), {recursive: true})
    }
  })

  test('a value that is wrong already does no harm while its machine is left alone', async () => {
    writeInventory([web, {...db, mac: 'nonsense'}])
    expect((await tool(['edit'], sed('s/vram:.512/vram:\\x201024/'))).code).toBe(0)
    expect(inventory()).toEqual([
      {...web, vram: '1024', source: 'hand'},
      {...db, mac: 'nonsense'},
    ])
  })

  test('what a scan changed meanwhile stays, is told, and the draft is kept', async () => {
    const scanned = fileOf('scanned.fdb', formatEnumFdb([{...web, vram: '777'}, db]))
    const editor = fileOf('editor', `sed -i s/512/1024/ "$1"; cp ${scanned} ${join(database, 'enum.fdb')}\n`)
    const {code, stderr} = await tool(['edit'], {EDITOR: `sh ${editor}`})
    expect(code).toBe(1)
    expect(stderr).toContain('h1 web01 /vm/web01/web01.ctys: was changed by others meanwhile; it was left as it is')
    expect(inventory()).toEqual([{...web, vram: '777'}, db])
    expect(drafts()).toHaveLength(1)
    for (const draft of drafts()) rmSync(join(home, draft), {recursive: true})
  })

  test.each([
    ['fails', 'false', "the editor 'false' ended with status 1"],
    ['is not there', '/no/such/editor -x', "cannot start the editor '/no/such/editor -x'"],
    ['looks like a shell command', 'true; touch pwned', "cannot start the editor 'true; touch pwned'"],
  ])('an editor that %s changes nothing', async (_, editor, message) => {
    const {code, stderr} = await tool(['edit'], {EDITOR: editor})
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    expect(drafts()).toEqual([])
    expect(inventory()).toEqual([web, db])
  })

  test('an emptied file is a fault, not an empty inventory', async () => {
    const {code, stderr} = await tool(['edit'], sed('d'))
    expect([code, stderr]).toEqual([2, expect.stringContaining('is empty')])
    expect(inventory()).toEqual([web, db])
    for (const draft of drafts()) rmSync(join(home, draft), {recursive: true})
  })
})

describe('merge', () => {
  const recent = {...web, vram: '2048', observedAt: '2026-03-01T00:00:00Z'}
  const added = record({host: 'h2'})

  test('takes what is new and what was seen later, and tells the differences', async () => {
    const other = join(home, 'merged')
    mkdirSync(other, {recursive: true})
    writeFileSync(join(other, 'enum.fdb'), formatEnumFdb([recent, added]))
    const {code, stderr} = await tool(['merge', other])
    expect(code).toBe(0)
    expect(stderr).toContain('h1 web01 /vm/web01/web01.ctys: vram differ in')
    expect(stderr).toContain('1 added, 1 changed, 0 gone')
    expect(inventory()).toEqual([recent, db, {...added, source: 'import'}])
    expect(parseEnumFdb(readFileSync(join(database, 'enum.fdb.bak'))).records).toEqual([web, db])
  })

  test('-n shows the same and writes nothing', async () => {
    const other = fileOf('other.json', JSON.stringify({schemaVersion: 1, records: [recent, added]}))
    const {code, stdout, stderr} = await tool(['merge', '-n', other])
    expect(code).toBe(0)
    expect(stdout).toMatch(/changed .*web01.*\nadded .*web01 .*h2/)
    expect(stderr).toContain('(nothing was written)')
    expect(inventory()).toEqual([web, db])
  })

  test('broken lines end as partly done, a YAML file with faults stops all', async () => {
    const broken = fileOf('broken.fdb', Buffer.concat([formatEnumFdb([added]), Buffer.from('x;y\n')]))
    const faulty = fileOf('faulty.yaml', 'machines: [{host: h1}]\n')
    expect((await tool(['merge', broken, faulty])).code).toBe(2)
    expect(inventory()).toEqual([web, db])
    expect((await tool(['merge', broken])).code).toBe(4)
    expect(inventory()).toHaveLength(3)
  })

  test('a database that cannot be written is an error', async () => {
    const other = fileOf('one.fdb', formatEnumFdb([added]))
    const nowhere = join(fileOf('file', ''), 'db')
    const {code, stderr} = await tool(['merge', '-p', nowhere, other])
    expect([code, stderr]).toEqual([2, expect.stringContaining('INVENTORY_IO')])
  })

  // the limit on the size of files stands for the full disk; test/host/inventory/file-store.test.ts fills a real one
  test('a write that fails half way leaves the old file and no other', async () => {
    const many = Array.from({length: 500}, (_, index) => record({host: 'h3', label: `m${index}`}))
    const other = fileOf('many.fdb', formatEnumFdb(many))
    const before = readFileSync(join(database, 'enum.fdb'))
    const argv = ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, 'bin/ctys.cjs', 'inventory', 'merge', other]
    const env = {PATH: process.env.PATH, HOME: home, NODE_ENV: 'production', XDG_CACHE_HOME: '/dev/null'}
    const stderr = await new Promise((resolve) => {
      execFile('sh', argv, {env, timeout: 20_000}, (_, __, text) => resolve(text))
    })
    expect(stderr).toContain('INVENTORY_IO')
    expect(readFileSync(join(database, 'enum.fdb'))).toEqual(before)
    expect(readdirSync(database).sort()).toEqual(['enum.fdb', 'enum.fdb.lock'])
  })

  test('needs a file', async () => {
    expect((await tool(['merge'])).code).toBe(2)
  })
})

test('--json obeys the schema, errors too', async () => {
  const other = fileOf('other.fdb', Buffer.concat([formatEnumFdb([record({host: 'h2'})]), Buffer.from('x;y\n')]))
  expect(bodyOf(await tool(['convert', '--json']))).toMatchObject({command: 'inventory convert', machines: 2})
  expect(bodyOf(await tool(['convert', '--json', '-o', join(home, 'x.fdb')]))).toMatchObject({format: 'fdb'})
  expect(bodyOf(await tool(['check', '--json', other]))).toMatchObject({exitCode: 2, faults: [{line: 2}]})
  expect(bodyOf(await tool(['merge', '--json', '-n', other]))).toMatchObject({dryRun: true, changes: [{what: 'added'}]})
  expect(bodyOf(await tool(['edit', '--json'], {EDITOR: 'true'}))).toMatchObject({changes: []})
  expect(bodyOf(await tool(['check', '--json', join(home, 'nothing')]), 'report')).toMatchObject({command: 'error'})
})

test.each([
  [['inventory', 'check', '--bogus'], 'unknown option --bogus', 'ctys inventory check --help'],
  [['inventory', 'convert', '--to', 'foo'], "--to: 'foo' is none of", 'ctys inventory convert --help'],
  [['inventory', 'foo'], "'inventory foo' is no command", 'ctys --help'],
  [['help', 'nix'], "there is no command and no topic 'nix'", 'ctys help'],
])('%j is a usage error like any other, as JSON too', async (argv, fault, next) => {
  const plain = await ctys(argv)
  expect([plain.code, plain.stdout]).toEqual([2, ''])
  expect(plain.stderr).toMatch(/^ctys: USAGE: /)
  expect(plain.stderr).toContain(fault)
  expect(plain.stderr).toContain(`next: ${next}`)
  const json = await ctys([...argv, '--json'])
  expect(json.code).toBe(2)
  expect(bodyOf(json, 'report')).toMatchObject({command: 'error', exitCode: 2, error: {code: 'USAGE'}})
})

test('every command counts alike: machines without the host itself, records as lines', async () => {
  const pm = record({type: 'PM', label: 'h1', id: ''})
  writeInventory([web, {...web, mac: '00:50:56:13:00:02', ifName: '1'}, pm])
  const output = join(home, 'counted.yaml')
  for (const [argv, told] of [
    [['inventory', 'check'], 'enum.fdb: 1 machine in 3 records, 0 faults'],
    [['inventory', 'convert', '-o', output], `${output}: 1 machine in 3 records`],
    [['why', 'nobody'], 'fits (1 machine in 3 records)'],
    [['find', 'nobody'], 'fits (3 records)'],
  ] as const) {
    expect((await ctys(argv)).stderr).toContain(told)
  }
  writeInventory([web])
  expect((await ctys(['find', 'nobody'])).stderr).toContain('fits (1 record)')
})

test('edit without a terminal is refused, and makes no draft, unless an editor was named', async () => {
  for (const more of [{}, {EDITOR: ' '}]) {
    const {code, stderr} = await tool(['edit'], {...more, PATH: '/nonexistent'})
    expect([code, stderr]).toEqual([2, expect.stringContaining('CONFIG: there is no terminal to edit at')])
    expect(stderr).toContain('next: set EDITOR')
  }
  expect(drafts()).toEqual([])
  expect(await tool(['edit'], {EDITOR: 'true'})).toMatchObject({code: 0})
})

test('edit of what is not there is not found, and opens no editor', async () => {
  const {code, stderr} = await tool(['edit', 'nosuch'], {EDITOR: '/nonexistent'})
  expect([code, stderr]).toEqual([3, expect.stringContaining('MACHINE_NOT_FOUND')])
})
