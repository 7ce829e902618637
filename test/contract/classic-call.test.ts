import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {record} from '../fixtures/inventory/make-records.js'
import {runBuilt} from './run-built.js'

// the classic call as it is typed; needs a build
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-classic-'))
  const database = join(home, '.ctys/db/default')
  mkdirSync(database, {recursive: true})
  mkdirSync(join(home, '.ctys/groups'), {recursive: true})
  writeFileSync(join(database, 'enum.fdb'), formatEnumFdb([record({host: 'h1', label: 'web01'})]))
  writeFileSync(join(home, '.ctys/groups/pair'), "CONTEXT'(-c off)'\nroot@h1'(-a cancel=l:web01 )'\nh2\n")
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const ctys = (...argv: string[]) => runBuilt(home, ['ctys', ...argv])

interface PlannedTask {
  readonly id: string
  readonly type: string
  readonly verb: string
  readonly target: {readonly host: string; readonly user?: string}
  readonly ask: Readonly<Record<string, unknown>>
  readonly record?: unknown
  readonly after?: unknown
}

async function tasksOf(...argv: string[]): Promise<readonly PlannedTask[]> {
  const {code, stdout, stderr} = await ctys('--json', '-n', ...argv)
  expect([code, stderr]).toEqual([0, expect.any(String)])
  return JSON.parse(stdout).plan.tasks
}

test('of an option or suboption given twice the last counts, keywords in any case', async () => {
  const words = [
    '-t',
    'xen',
    '-T',
    'ALL',
    '-t',
    'Kvm',
    '-a',
    'list',
    '-a',
    'CREATE=L:a,l:web01,Reuse',
    '-l',
    'x',
    '-l',
    'y',
  ]
  const tasks = await tasksOf(...words, 'h1')
  expect(tasks).toMatchObject([
    {type: 'QEMU', verb: 'create', target: {host: 'h1', user: 'y'}, ask: {machine: {label: 'web01'}, mode: 'reuse'}},
  ])
})

test('options of old scripts that change no result are let through', async () => {
  const old =
    '-A 0 -b async,par -C on,lifetime:60 -d 3,max,w:1 -f -F 01_11_022 -j 20100101:1 -S off,1,3 -w -x star'.split(' ')
  const more = '-y -Y -z pty,pty -Z nosudo -g 500x500:4 -L df -W 2 -D :0 -s all'.split(' ')
  expect(await tasksOf(...old, ...more, '-a', 'list', '--', 'h1')).toMatchObject([{verb: 'list'}])
})

test.each([
  [['-t', 'cli', '-a', 'create=l:test,cmd:uname%-a', 'h1'], ['CLI is not there yet']],
  [['-t', 'vnc', '-a', 'create=bulk:3,l:tst', 'h1'], ['VNC is not there yet']],
  [['-a', 'create=l:tst,bulk:3', 'h1'], ['VNC is not there yet']],
  [
    ['-T', 'QEMU,VNC,X11', '-a', 'list', 'h1'],
    ['VNC is not there yet', 'X11 is not there yet'],
  ],
  [['-t', 'PM', '-a', 'CREATE=WOL,b:x', 'relay'], ['type PM']],
  [['-a', 'show', 'h1'], ['SHOW is not there yet']],
  [['-a', 'getclientport=tst1', 'h1'], ['GETCLIENTPORT is not there yet']],
  [
    ['-a', 'create=l:a,reconnect,console:gterm', 'h1'],
    ['console:gterm', '(DISPLAY)'],
  ],
  [
    ['-a', 'create=l:a', '-Z', 'ksu', '-L', 'cf', '-g', ':3', '-r', '10x10', 'h1'],
    ['-Z KSU', '-r 10x10'],
  ],
  [['-a', 'cancel=all', '-s', 'usrlst=(root)', 'h1'], ['-s usrlst']],
  [['-a', 'list', 'h1[vm1]'], ['what runs inside a machine']],
  [['-a', 'list', '{{h1}}'], ['groups inside groups']],
  [['plugins', '-T', 'all', '-E'], ['ctys-plugins is not there yet']],
  [['ctys-genmconf', '-P', '-x', 'VM', 'root@host'], ['ctys-genmconf is not there yet']],
  [
    ['createConfVM', '-t', 'QEMU', '--label=tst488', '--auto-all'],
    ['ctys-createConfVM stands before', 'create-conf-vm'],
  ],
  [
    ['setupVDE', '-u', 'x', 'create', "host1'(-Z ksu)'"],
    ['ctys-setupVDE stands before', 'setup-vde'],
  ],
])('%j is refused by name, with everything that is not there', async (argv, names) => {
  const {code, stdout, stderr} = await ctys(...argv)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^ctys: UNSUPPORTED: /)
  for (const name of names) expect(stderr).toContain(name)
})

test.each([
  [
    ['-a', 'crate=l:x', '-b', 'seqq', '-q', '-L', 'zf', 'h 1'],
    ['(create?)', '(seq?)', '-q: is an option of', '(df?)', "target 'h 1'"],
  ],
  [['-t', 'qemuu', '-a', 'list', 'h1'], ['(qemu?)']],
  [
    ['-a', 'create=l:a,reuze,console:vcn', 'h1(-a crate)'],
    ['(reuse?)', 'h1(...): -a: unknown action'],
  ],
  [
    ['-t', 'qemu', '-a', 'create=l:a,cmd:x,cosnole:vnc', 'h1'],
    ['cmd is for CLI, X11 and VNC, not for QEMU', '(console?)'],
  ],
  [['-a', 'cancel=l:a,l:b', 'h1'], ['label is given twice']],
  [
    ['-a', 'list', 'h1(-n)', 'h2(-d 1', 'h3'],
    ['-n: is for the whole call', 'the ) is missing'],
  ],
  [
    ['-t', 'qemu', '-a', 'create=1:tst323,reuse,instmode:CD%default%HDD%default%init,', 'b:/p', 'app1'],
    ["'b:/p' is a suboption of create and no host"],
  ],
  [
    ['-t', 'qemu', '-a', 'create=1:tst324,reuse', 'b:/p', '-c', 'local', 'app1'],
    ["'b:/p' is a suboption", 'with a comma'],
  ],
  [
    ['-t', 'qemu', '-a', 'create=1:tst324,reuse b:/p', '-c', 'local', 'app1'],
    ["a comma is missing in front of 'b:/p'"],
  ],
  [['-t', 'qemu', '-a', 'create=1:tst324,reuse,', '\\', 'app1'], ['the last character of that line']],
])('%j has all its faults told at once, with what was meant', async (argv, faults) => {
  const {code, stdout, stderr} = await ctys(...argv)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^ctys: USAGE: /)
  for (const fault of faults) expect(stderr).toContain(fault)
})

test.each([
  [['-a', 'info', '-W', 'delphi'], 'names a workspace for windows, and behind it no host'],
  [['-t', 'qemu', '-a', 'create=l:x,console:vbox', 'h1'], 'console:vbox: is for VBOX, not for QEMU'],
  [['-t', 'qemu', '-a', 'create=l:x,console:gterrm', 'h1'], '(gterm?)'],
])('%j is refused with what it means', async (argv, fault) => {
  const {code, stderr} = await ctys(...argv)
  expect([code, stderr]).toEqual([2, expect.stringContaining(fault)])
})

test('each target has the options of its context, its group and the front, the nearest last', async () => {
  const tasks = await tasksOf('-t', 'qemu', '-l', 'a', '--', '(-l b)', 'h3', 'h4(-l c -a info)', 'pair(-l d)')
  expect(tasks.map(({verb, target}) => `${verb} ${target.user}@${target.host}`)).toEqual([
    'list b@h3',
    'probe c@h4',
    'cancel root@h1',
    'list d@h2',
  ])
  expect(tasks[2]).not.toHaveProperty('record')
})

test('a stack is in order, and -b seq is', async () => {
  const stack = await tasksOf('VMSTACK{h1(-a create=l:web01)', 'h2(-a info)}(-l root)', 'h3')
  expect(stack.map(({verb, after}) => [verb, after])).toEqual([
    ['create', undefined],
    ['probe', {tasks: ['1'], mustSucceed: true}],
    ['list', undefined],
  ])
  const seq = await tasksOf('-b', 'seq', 'h1', 'h2', 'h3')
  expect(seq.map(({after}) => after)).toEqual([
    undefined,
    {tasks: ['1'], mustSucceed: false},
    {tasks: ['2'], mustSucceed: false},
  ])
})

test('a label that is no machine meant a desktop where no type is named', async () => {
  const untyped = await ctys('-a', 'create=1:ROOT,reuse', '-c', 'on,only', 'localhost')
  expect([untyped.code, untyped.stderr]).toEqual([2, expect.stringContaining('UNSUPPORTED')])
  expect(untyped.stderr).toContain('without -t this means a desktop (VNC) or a shell (CLI)')
  const machine = await ctys('-t', 'qemu', '-a', 'create=1:ROOT,reuse', '-c', 'on,only', 'localhost')
  expect([machine.code, machine.stderr]).toEqual([3, expect.stringContaining('MACHINE_NOT_FOUND')])
  expect((await tasksOf('-a', 'create=1:web01,reuse', 'h1'))[0]).toMatchObject({type: 'QEMU', record: {label: 'web01'}})
})

test('-H ACTION shows what it may be told, from the table', async () => {
  const {code, stdout} = await ctys('-H', 'create')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^CREATE: .*\n(?: {2}\(LABEL\|L\|1\):LABEL .*\n)/)])
  expect((await ctys('help', 'cancel')).stdout).toMatch(/^CANCEL: /)
  expect((await ctys('-t', 'qemu', '-a', 'list', '-H', 'create')).stdout).toMatch(/^CREATE: /)
  expect((await ctys('stop', '-H', 'create')).stdout).toContain('$ ctys stop')
})

test('lists are of the types and users that are asked for', async () => {
  const all = await ctys('-a', 'list=type,uid')
  expect([all.code, all.stdout]).toEqual([0, expect.stringContaining('PM;root\n')])
  expect((await ctys('-t', 'pm', '-a', 'list=type')).stdout).toBe('PM\n')
  expect((await ctys('-a', 'list=type', '-s', 'usrlst=(nobody)')).stdout).not.toContain('PM')
  const table = await ctys('-M', 'all of it', '-t', 'pm', '-a', 'list=tab_tcp:7%%6%%3%%,sort:1')
  const lines = table.stdout.split('\n')
  expect(lines.slice(0, 3)).toEqual([
    'all of it',
    'TCP-con|TCP-guest        |IF      |label |stype    |acc|c|user      |group     '.replace('acc|c|', 'accel|c  |'),
    '-------+-----------------+--------+------+---------+-----+---+----------+----------',
  ])
})

test('enumerate without a type finds configurations of every type, and says what it leaves out', async () => {
  const vm = join(home, 'vm')
  mkdirSync(join(vm, 'tst'), {recursive: true})
  writeFileSync(join(vm, 'tst/tst.ctys'), '#@#MAGICID-QEMU\n#@#LABEL="tst"\n#@#VMSTATE="BACKUP"\n')
  mkdirSync(join(vm, 'xen'), {recursive: true})
  writeFileSync(join(vm, 'xen/d1.cfg'), 'name = "d1"\nmemory = 64\nkernel = "/k"\ndisk = ["file:/x,xvda,w"]\n')
  const labels = async (...more: string[]) => (await ctys(...more)).stdout.trim().split('\n').sort()
  expect(await labels('-a', `enumerate=type,label,b:${vm}`)).toEqual(expect.arrayContaining(['QEMU;tst', 'XEN;d1']))
  expect(await labels('-t', 'xen', '-a', `enumerate=label,b:${vm}`)).toEqual(['d1'])
  const active = await ctys('-t', 'qemu', '-a', `enumerate=label,matchvstat:active,b:${vm}`)
  expect([active.stdout, active.stderr]).toEqual([
    '',
    expect.stringContaining('1 machine of other types or states left out'),
  ])
})

test('a type that the environment leaves out is refused by name, and asked by nothing that asks all', async () => {
  const call = (...argv: string[]) => runBuilt(home, ['ctys', ...argv], {env: {QEMU_IGNORE: '1'}})
  for (const argv of [
    ['-t', 'qemu', '-a', 'list', 'h1'],
    ['-a', 'cancel=l:web01', 'h1'],
  ]) {
    const {code, stderr} = await call('-n', ...argv)
    expect([code, stderr]).toEqual([2, expect.stringContaining('-t QEMU: left out, as QEMU_IGNORE=1')])
  }
  expect(await call('-n', '-a', 'list', 'h1')).toMatchObject({code: 0})
})
