import {spawnSync} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import type {RemoteScript} from '../../../../src/domain/ports/ports.js'
import {probe, readProbe} from '../../../../src/drivers/host/probe/probe.js'
import {enumerateScript} from '../../../../src/drivers/host/remote/enumerate.js'
import {probeScript} from '../../../../src/drivers/host/remote/probe.js'
import {holderScript} from '../../../../src/drivers/qemu/remote/holder.js'
import {leaseFollowScript} from '../../../../src/drivers/qemu/remote/lease-follow.js'
import {locateScript} from '../../../../src/drivers/qemu/remote/locate.js'
import {startScript} from '../../../../src/drivers/qemu/remote/start.js'
import {startEndScript} from '../../../../src/drivers/qemu/remote/start-end.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {runHandler} from '../../../fakes/run-handler.js'

const scripts: readonly RemoteScript[] = [
  enumerateScript,
  locateScript,
  probeScript,
  startScript,
  startEndScript,
  holderScript,
  leaseFollowScript,
]
// a script that travels without its comments has no directives: here the shells and awks it starts read its variables
const excluded: Readonly<Record<string, string>> = {enumerate: 'SC2016,SC2034'}

describe.each(scripts)('the script $name', ({name, text}) => {
  test('has no finding of shellcheck', () => {
    const {status, stdout} = spawnSync('shellcheck', ['-s', 'sh', `--exclude=${excluded[name] ?? 'SC0000'}`, '-'], {
      input: text,
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([0, ''])
  })
  test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])('is read by %s', (shell, ...args) => {
    const {status, stderr} = spawnSync(shell, [...args, '-n'], {input: text, encoding: 'utf8'})
    expect([status, stderr]).toEqual([0, ''])
  })
})

test('probe tells the QEMUs of this machine, its memory and its disks', async () => {
  const {signal} = new AbortController()
  const session = await createLocalTransport().open({host: 'localhost'}, {signal})
  const task = {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'probe', ask: {}, timeoutMs: 60_000} as const
  const data = await runHandler(probe, task, {session, signal, note: () => undefined})
  await session.close()
  const names = data.hypervisors.map(({arch}) => arch)
  expect(names).toContain('x86_64')
  for (const {version} of data.hypervisors) expect(version).toMatch(/^\d+\.\d+/)
  expect(data.accelerators).toContain('tcg')
  expect(data.memoryMiB.total).toBeGreaterThan(100)
  expect(data.diskMiB.every(({total, free}) => total > 0 && free <= total)).toBe(true)
  expect(data.findings.find(({name}) => name === 'qemu')).toMatchObject({ok: true})
  for (const {ok, remedy} of data.findings) expect(remedy === undefined).toBe(ok)
})

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
  'a QEMU that never answers costs probe three seconds under %s and is left out',
  (shell, ...args) => {
    const dir = mkdtempSync(join(tmpdir(), 'ctys-probe-'))
    try {
      writeFileSync(join(dir, 'qemu-system-hang'), '#!/bin/sh\nexec sleep 60\n')
      chmodSync(join(dir, 'qemu-system-hang'), 0o755)
      const probe = (path: string) => {
        const began = performance.now()
        const env = {...process.env, PATH: path}
        const {stdout} = spawnSync(shell, [...args, '-c', probeScript.text, 'probe'], {encoding: 'utf8', env})
        return {stdout, ms: performance.now() - began}
      }
      const without = probe(process.env.PATH ?? '')
      const {stdout, ms} = probe(`${dir}:${process.env.PATH}`)
      expect(stdout).not.toContain('qemu-system-hang')
      expect(stdout).toMatch(/^sockets /m)
      expect(ms - without.ms).toBeGreaterThan(2_000)
      expect(ms - without.ms).toBeLessThan(3_000 + Math.max(2_000, without.ms))
    } finally {
      rmSync(dir, {recursive: true, force: true})
    }
  },
)

describe('the answer of a host', () => {
  const said = (...lines: string[]) => readProbe([...lines, 'sockets ok /var/tmp', ''].join('\n'))

  test('that ends early is none', () => {
    expect(readProbe('host h\nos Linux\n')).toBeUndefined()
  })

  test.each([
    ['ok', true, ['kvm', 'tcg']],
    ['noflag', false, ['tcg']],
    ['failed', false, ['tcg']],
    ['none', false, ['tcg']],
    ['denied', false, ['tcg']],
  ])('with kvm %s claims the accelerator: %s', (word, ok, accelerators) => {
    const data = said(`kvm ${word}`, 'accel tcg', 'accel kvm', 'accel qtest')
    expect(data?.accelerators).toEqual(accelerators)
    expect(data?.findings.find(({name}) => name === 'kvm')?.ok).toBe(ok)
  })

  test.each([
    ['Linux', 'debian', 'apt install qemu-system-x86'],
    ['Linux', 'alpine', 'apk add qemu-system-x86_64'],
    ['Linux', 'fedora', 'dnf install qemu-kvm'],
    ['FreeBSD', '', 'pkg install qemu'],
  ])('of %s %s without QEMU says: %s', (os, dist, remedy) => {
    const data = said(`os ${os}`, `dist ${dist}`)
    expect(data?.findings.find(({name}) => name === 'qemu')).toMatchObject({ok: false, remedy})
  })

  test('gives sizes in MiB and versions as numbers', () => {
    const data = said(
      'mem 2048000 1024000',
      'disk 10240 5120 /a b',
      'qemu /opt/q u/qemu-system-arm QEMU emulator version 8.0.2',
    )
    expect(data).toMatchObject({
      memoryMiB: {total: 2000, free: 1000},
      diskMiB: [{path: '/a b', total: 10, free: 5}],
      hypervisors: [{arch: 'arm', path: '/opt/q u/qemu-system-arm', version: '8.0.2'}],
    })
  })
})
