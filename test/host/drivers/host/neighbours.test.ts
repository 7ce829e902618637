import {spawnSync} from 'node:child_process'
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {readNeighbours} from '../../../../src/drivers/host/neighbours/neighbours.js'
import {neighboursScript} from '../../../../src/drivers/host/remote/neighbours.js'

const sample = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../fixtures/network', name), 'utf8')

test('the script has no finding of shellcheck', () => {
  const {status, stdout} = spawnSync('shellcheck', ['-s', 'sh', '-'], {input: neighboursScript.text, encoding: 'utf8'})
  expect([status, stdout]).toEqual([0, ''])
})

describe.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])('under %s', (shell = '', ...options) => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ctys-neighbours-'))
  })
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  /** The script with these commands in front of the path. */
  function ask(commands: Readonly<Record<string, string>>) {
    const bin = mkdtempSync(join(folder, 'bin-'))
    for (const [name, body] of Object.entries(commands)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    const env = {...process.env, PATH: `${bin}:${process.env.PATH}`}
    return spawnSync(shell, [...options, '-c', neighboursScript.text, 'neighbours'], {encoding: 'utf8', env})
  }

  test('the table of this host is read', () => {
    const data = readNeighbours(ask({}).stdout)
    expect(data).toMatchObject({kind: 'neighbours', rejects: []})
  })

  // busybox runs its own ip and cat, whatever the path says
  if (shell === 'busybox') return
  test('ip comes first, and its table may be empty', () => {
    expect(readNeighbours(ask({ip: ':'}).stdout)).toEqual({kind: 'neighbours', tool: 'ip', neighbours: [], rejects: []})
  })

  test('without ip the table of the kernel is read', () => {
    expect(readNeighbours(ask({ip: 'exit 1'}).stdout)).toMatchObject({tool: 'proc', rejects: []})
  })

  test('without both arp is asked', () => {
    const table = join(folder, 'table')
    writeFileSync(table, sample('arp-freebsd.txt'))
    const {stdout} = ask({cat: 'exit 1', ip: 'exit 1', arp: `[ "$*" = -an ] && sed '' ${table}`})
    const data = readNeighbours(stdout)
    expect(data).toMatchObject({tool: 'arp', rejects: []})
    expect(data?.neighbours.length).toBeGreaterThan(0)
  })

  test('without any of them it fails and says so', () => {
    const {status, stdout, stderr} = ask({cat: 'exit 1', ip: 'exit 1', arp: 'exit 1'})
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('neither ip neigh')
  })
})

test.each([[''], ['10.0.0.1 dev eth0 lladdr 52:54:00:aa:bb:01 REACHABLE'], ['ifconfig\n'], ['Ip\n']])(
  'an answer that does not say whose table it is, such as %j, is none',
  (text) => expect(readNeighbours(text)).toBeUndefined(),
)

test('lines are counted from the first one of the table', () => {
  const text = 'ip\n10.0.0.1 dev eth0 lladdr 52:54:00:aa:bb:01 REACHABLE\nnonsense\n'
  expect(readNeighbours(text)).toEqual({
    kind: 'neighbours',
    tool: 'ip',
    neighbours: [{name: '', ip: '10.0.0.1', mac: '52:54:00:AA:BB:01', interface: 'eth0'}],
    rejects: [{line: 2, reason: 'is no line of a neighbour table'}],
  })
})
