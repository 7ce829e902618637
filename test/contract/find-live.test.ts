import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {runBuilt} from './run-built.js'

// what asks hosts, through the built program, on this machine alone; needs a build
let home: string
let configuration: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-live-'))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  mkdirSync(join(home, 'vm/web01'), {recursive: true})
  mkdirSync(join(home, 'bin'))
  configuration = join(home, 'vm/web01/web01.ctys')
  configure('Debian')
  const guest = {...emptyRecord(), type: 'QEMU', host: hostname().toLowerCase()}
  const records = [
    {...guest, label: 'web01', id: configuration, uuid: '1'.repeat(32), tcp: '192.0.2.1', dist: 'recorded'},
    {...guest, label: 'web02', id: '/vm/web02/web02.ctys', tcp: '192.0.2.2'},
  ]
  writeFileSync(join(home, '.ctys/db/default/enum.fdb'), formatEnumFdb(records))
  const ping = '#!/bin/sh\necho "1 packets transmitted"\ncase "$*" in *192.0.2.1) exit 0 ;; esac\nexit 1\n'
  writeFileSync(join(home, 'bin/ping'), ping, {mode: 0o755})
})

afterAll(() => rmSync(home, {recursive: true, force: true}))

function configure(dist: string): void {
  writeFileSync(configuration, `#@#MAGICID-QEMU\n#@#LABEL = "web01"\n#@#DIST = "${dist}"\n`)
}

const ctys = (...argv: readonly string[]) =>
  runBuilt(home, ['ctys', ...argv], {env: {PATH: `${join(home, 'bin')}:${process.env.PATH}`}})

test.each([
  [['-R', 'PING,VM'], 'web01\n'],
  [['-x', 'R,PING,VM'], 'web02\n'],
  [['-x', '-,PING,VM'], 'web02\n'],
  [['-R', 'MARK,PING,VM'], 'R;web01\n-;web02\n'],
  [['-R', 'PING,PM'], 'web01\nweb02\n'],
  [['-R', 'SSH'], 'web01\nweb02\n'],
  [['-s', '-I', '0', '-l', 'root', '-L', 'root', '-M', 'first'], 'web01\n'],
])('ctys vhost %j', async (argv, stdout) => {
  expect(await ctys('vhost', '-o', 'label', ...argv)).toEqual({code: 0, stdout, stderr: ''})
})

test('-r asks this machine what runs', async () => {
  const {code, stdout, stderr} = await ctys('vhost', '-r')
  expect(stdout, stderr).toMatch(/state +\n.*\nweb01 .*\|off +\nweb02 .*\|off +\n$/)
  expect(code).toBe(0)
})

test('-i takes an address, as -o ctysaddress writes it', async () => {
  const {stdout} = await ctys('vhost', '-o', 'ctysaddress', 'web02')
  expect(await ctys('vhost', '-i', 'CTYSADDRESS', '-o', 'label', stdout.trim())).toMatchObject({stdout: 'web02\n'})
  expect(await ctys('vhost', '-i', 'CTYSADDRESS', 'a[l:x][l:y]')).toMatchObject({code: 2, stdout: ''})
})

test('-I talks on stderr', async () => {
  const {stdout, stderr} = await ctys('vhost', '-I', '2', '-o', 'label', 'web01')
  expect(stdout).toBe('web01\n')
  expect(stderr).toMatch(/^inventory: match=1 of total=2\n1 record in \d+\.\d s\n$/)
})

test('--max-age looks again at what was found, and without it nothing is looked at', async () => {
  expect(await ctys('find', '-X', '-o', 'label,dist', 'web01')).toMatchObject({stdout: 'web01;recorded\n'})
  configure('looked')
  expect(await ctys('find', '-X', '-o', 'label,dist', 'web01', '--max-age', '60s')).toEqual({
    code: 0,
    stdout: 'web01;looked\n',
    stderr: '',
  })
  configure('later')
  expect(await ctys('find', '-X', '-o', 'label,dist', '--max-age', '1h', 'web01')).toMatchObject({
    stdout: 'web01;looked\n',
  })
  expect(await ctys('find', '--max-age', 'soon', 'web01')).toMatchObject({code: 2})
})

test('the small door knows no host', () => {
  const small = readFileSync('dist/find.cjs', 'utf8')
  const great = readFileSync('dist/ctys.cjs', 'utf8')
  for (const word of ['packets transmitted', 'ctys_begin', 'setpgrp', 'known_hosts']) {
    expect(great).toContain(word)
    expect(small).not.toContain(word)
  }
})
