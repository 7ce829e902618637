/**
 * Every command and every classic program as typed with --json: one body on stdout that obeys its schema and has the
 * exit status, and with --yaml the same. Needs a build.
 */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {load} from 'js-yaml'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {loadCommands} from '../../src/main.js'
import {expectSchema} from '../fakes/schemas.js'
import {runBuilt} from './run-built.js'

const COMMANDS = await loadCommands()

let home: string
const here = hostname().toLowerCase()

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-json-'))
  const records = ['json1', 'json2'].map((label, index) => ({
    ...emptyRecord(),
    ...{host: here, type: 'QEMU', label, id: `${home}/vm/${label}/${label}.ctys`, mac: `02:00:00:00:00:0${index}`},
    ...{uuid: `${index}`.repeat(32), tcp: `10.0.0.${index + 1}`, source: 'scan', observedAt: '2026-01-01T00:00:00Z'},
  }))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  writeFileSync(join(home, '.ctys/db/default/enum.fdb'), formatEnumFdb(records))
  writeFileSync(join(home, '.ctys/db/default/macmap.fdb'), 'json1;10.0.0.1;02:00:00:00:00:00\n')
  mkdirSync(join(home, '.ctys/groups'), {recursive: true})
  writeFileSync(join(home, '.ctys/groups/lab'), 'h1\nh2\n')
  mkdirSync(join(home, 'vm/json1'), {recursive: true})
  const config = ['#@#MAGICID-QEMU', '#@#LABEL = "json1"', `#@#UUID = "${'0'.repeat(32)}"`, '']
  writeFileSync(join(home, 'vm/json1/json1.ctys'), config.join('\n'))
  writeFileSync(
    join(home, 'dhcpd.conf'),
    'host json1 { hardware ethernet 02:00:00:00:00:00; fixed-address 10.0.0.1; }\n',
  )
  writeFileSync(join(home, 'other.fdb'), formatEnumFdb(records))
  writeFileSync(join(home, 'net.yaml'), 'segments: [{name: lan, hosts: localhost}]\n')
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

type Call = readonly [program: string, ...words: string[]]

/** The words of a call and its exit status; HOME is put in. */
const calls: Readonly<Record<string, readonly (readonly [Call, number])[]>> = {
  adopt: [
    [['ctys', 'adopt', 'localhost', '-n'], 0],
    [['ctys', 'adopt', 'localhost'], 0],
  ],
  autostart: [[['ctys', 'autostart', 'on', 'json1', '-n'], 0]],
  clone: [[['ctys', 'clone', 'json1', 'json3', '-n'], 0]],
  compress: [[['ctys', 'compress', 'json1', '-n'], 0]],
  console: [[['ctys', 'console', 'json1'], 1]],
  'create-conf-vm': [[['ctys-createConfVM', '--nosuch'], 2]],
  'extract-arp': [[['ctys', 'extract-arp', 'localhost'], 0]],
  'extract-mac': [
    [['ctys', 'extract-mac', 'HOME/dhcpd.conf'], 0],
    [['ctys-extractMAClst', 'HOME/dhcpd.conf'], 0],
  ],
  find: [
    [['ctys', 'find', 'json1'], 0],
    [['ctys', 'find', '-o', 'label,age', '--sort', 'age'], 0],
    [['ctys', 'find', 'nosuch'], 3],
    [['ctys', 'find', 'mem>>1'], 2],
    [['ctys', 'find', '--consle'], 2],
  ],
  forget: [[['ctys', 'forget', 'json1', '-n'], 0]],
  groups: [
    [['ctys', 'groups'], 0],
    [['ctys-groups'], 0],
    [['ctys', 'groups', 'nosuch'], 2],
  ],
  guests: [
    [['ctys', 'guests'], 0],
    [['ctys', 'guests', 'show', 'openbsd-4.6'], 0],
    [['ctys', 'guests', 'show', 'nosuch'], 2],
    [['ctys', 'guests', 'verify', 'debian-12', '--kernel', '/k', '-n'], 0],
  ],
  images: [[['ctys', 'images'], 0]],
  'inventory:check': [[['ctys', 'inventory', 'check'], 0]],
  'inventory:convert': [[['ctys', 'inventory', 'convert'], 0]],
  'inventory:edit': [[['ctys', 'inventory', 'edit', 'json1'], 2]],
  'inventory:export': [[['ctys', 'inventory', 'export', 'hosts'], 0]],
  'inventory:merge': [[['ctys', 'inventory', 'merge', '-n', 'HOME/other.fdb'], 0]],
  keys: [[['ctys', 'keys', 'json1', 'ret'], 1]],
  list: [
    [['ctys', 'list'], 0],
    [['ctys', 'list', '--running', 'localhost'], 0],
    [['ctys', 'list', '-n', 'h1'], 0],
  ],
  forward: [[['ctys', 'forward', 'json1', '0:22'], 1]],
  ssh: [[['ctys', 'ssh', 'json1', '-n'], 0]],
  macmap: [
    [['ctys', 'macmap', 'json1'], 0],
    [['ctys-macmap', '-n', 'json1'], 0],
  ],
  media: [[['ctys', 'media', 'json1', 'list'], 1]],
  monitor: [[['ctys', 'monitor', 'json1', 'info status'], 1]],
  // what changes networks is only planned here
  'net:apply': [[['ctys', 'net', 'apply', '-f', 'HOME/net.yaml', '--diff', '-n'], 0]],
  'net:graph': [[['ctys', 'net', 'graph', 'localhost'], 0]],
  'net:trace': [[['ctys', 'net', 'trace', 'no1', 'no2', 'localhost'], 1]],
  'net:confirm': [[['ctys', 'net', 'confirm', 'localhost', '-n'], 0]],
  'net:down': [[['ctys', 'net', 'down', 'localhost', '-n'], 0]],
  'net:move': [[['ctys', 'net', 'move', 'localhost', '-i', 'eth0', '-n'], 0]],
  'net:pending': [[['ctys', 'net', 'pending', 'localhost'], 0]],
  'net:plan': [[['ctys', 'net', 'plan', 'localhost', '-n'], 0]],
  'net:status': [[['ctys', 'net', 'status', 'localhost'], 0]],
  'net:undo': [[['ctys', 'net', 'undo', 'localhost', '-n'], 0]],
  'net:up': [[['ctys', 'net', 'up', 'localhost', '-n'], 0]],
  new: [[['ctys', 'new', 'fresh', 'localhost', '-n'], 0]],
  pause: [[['ctys', 'pause', 'json1'], 1]],
  probe: [[['ctys', 'probe', 'localhost'], 0]],
  reboot: [[['ctys', 'reboot', 'json1'], 1]],
  remove: [[['ctys', 'remove', 'json1', '-n'], 0]],
  resize: [[['ctys', 'resize', 'json1', '--size', '20G', '-n'], 0]],
  restart: [[['ctys', 'restart', 'json1'], 1]],
  resume: [[['ctys', 'resume', 'json1'], 1]],
  run: [
    [['ctys', '-a', 'list', 'localhost'], 0],
    [['ctys', '-a', 'list=tab_tcp,id', 'localhost'], 0],
    [['ctys', '-a', 'enumerate=machine,b:HOME/vm', 'localhost'], 0],
    [['ctys', '-a', 'info', 'localhost'], 0],
    [['ctys', '-t', 'vbox', '-a', 'create=l:json1', 'localhost'], 2],
    [['ctys', '-a', 'create=l:json1,b:HOME/vm', '-t', 'qemu', '-n', 'localhost'], 0],
    [['ctys', '-a', 'dance', 'localhost'], 2],
  ],
  scan: [
    [['ctys', 'scan', '--base', 'HOME/vm', '-n', 'localhost'], 0],
    [['ctys', 'scan', '--base', 'HOME/vm', '--stdio', 'localhost'], 0],
  ],
  screenshot: [[['ctys', 'screenshot', 'json1'], 1]],
  set: [[['ctys', 'set', 'json1', 'VRAM=1G', '-n'], 0]],
  'setup-vde': [
    [['ctys-setupVDE', '-n', 'create', 'localhost'], 0],
    [['ctys-vnetctl', '-n', 'create', 'localhost'], 0],
  ],
  show: [
    [['ctys', 'show', 'json1'], 0],
    [['ctys', 'show', 'nosuch'], 3],
  ],
  snapshot: [[['ctys', 'snapshot', 'list', 'json1', '-n'], 0]],
  start: [
    [['ctys', 'start', 'json2'], 3],
    [['ctys', 'start', 'json1', 'json2', '-n'], 0],
  ],
  stop: [
    [['ctys', 'stop', 'json1'], 1],
    [['ctys', 'stop', 'json1', '-n'], 0],
  ],
  suspend: [[['ctys', 'suspend', 'json1'], 1]],
  type: [[['ctys', 'type', 'json1', 'abc'], 1]],
  vdbgen: [[['ctys-vdbgen', '--stdio', '--base=HOME/vm', '--', 'localhost'], 0]],
  vhost: [
    [['ctys-vhost', 'json1'], 0],
    [['ctys-vhost', '-r', 'json1'], 0],
    [['ctys-vhost', '-S', 'LISTDB'], 0],
    [['ctys-vhost', '-R', 'dance', 'json1'], 2],
    [['ctys-extractARPlst', 'localhost'], 0],
  ],
  vnc: [[['ctys', 'vnc', 'json1'], 1]],
  why: [
    [['ctys', 'why', 'json1'], 0],
    [['ctys', 'why', 'nosuch'], 3],
  ],
}

test('every command that answers, and every program, is called', () => {
  const texts = ['completion', 'help']
  expect(Object.keys(calls).sort()).toEqual(
    Object.keys(COMMANDS)
      .filter((id) => !texts.includes(id))
      .sort(),
  )
  const {bin} = JSON.parse(readFileSync('package.json', 'utf8')) as {bin: object}
  const called = Object.values(calls).flatMap((list) => list.map(([[program]]) => program))
  expect([...new Set(called)].sort()).toEqual(Object.keys(bin).sort())
})

test.each(Object.values(calls).flat())('%j answers by its schema and ends with %i', async (call, status) => {
  const {code, stdout, stderr} = await asked(call, '--json')
  const body = JSON.parse(stdout) as Body
  const isTool = body.command.startsWith('inventory ') || body.command === 'forget'
  expectSchema(isTool ? 'inventory-tools' : 'report', body)
  expect([code, body.exitCode], stderr).toEqual([status, status])
})

test.each(Object.values(calls).flatMap((list) => list.slice(0, 1).map(([call]) => [call])))(
  '%j --yaml has the fields of --json',
  async (call) => {
    const bodies = await Promise.all([asked(call, '--json'), asked(call, '--yaml')])
    const [json, yaml] = bodies.map(({stdout}) => load(stdout) as Body)
    expect([yaml?.command, yaml?.exitCode, Object.keys(yaml ?? {})]).toEqual([
      json?.command,
      json?.exitCode,
      Object.keys(json ?? {}),
    ])
    expect(bodies[1].stdout).toMatch(/^schemaVersion: [12]\ncommand: /)
  },
)

interface Body {
  readonly command: string
  readonly exitCode: number
}

const answers = new Map<string, ReturnType<typeof runBuilt>>()

/** The call with that option in front of what are no options any more; each is made once. */
function asked(call: Call, option: string) {
  const key = JSON.stringify([call, option])
  const answer = answers.get(key) ?? made(call, option)
  answers.set(key, answer)
  return answer
}

function made(call: Call, option: string) {
  const [program, ...words] = call.map((word) => word.replace('HOME', home)) as [string, ...string[]]
  const at = words.includes('--') ? words.indexOf('--') : words.length
  return runBuilt(home, [program, ...words.slice(0, at), option, ...words.slice(at)])
}
