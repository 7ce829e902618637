import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import type {EnumeratedMachine} from '../../../../src/domain/work/answers.js'
import {findWrapper} from '../../../../src/drivers/qemu/create/locate.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'

/** Start scripts that the system cannot execute, on a real host. */

const {signal} = new AbortController()
let dir = ''
let session: HostSession
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-scripts-'))
  session = await createLocalTransport().open({host: 'localhost'}, {signal})
})
afterAll(async () => {
  await session.close()
  spawnSync('umount', [join(dir, 'noexec')])
  rmSync(dir, {recursive: true, force: true})
})

function place(folder: string, script: string): EnumeratedMachine {
  mkdirSync(join(dir, folder), {recursive: true})
  const id = join(dir, folder, 'web01.ctys')
  writeFileSync(id, '#@#VMSTATE="ACTIVE"\n')
  writeFileSync(join(dir, folder, 'web01.sh'), script)
  chmodSync(join(dir, folder, 'web01.sh'), 0o755)
  return {id, label: 'web01', interfaces: [{vmState: 'ACTIVE', exePath: 'sh'}]} as unknown as EnumeratedMachine
}

test.each([
  ['crlf', '#!/bin/sh\r\nexec true\r\n', /CRLF/, /sed -i 's\/\\r\$\/\/' \S+web01\.sh$/],
  ['missing', '#!/opt/no/such/sh -e\n', /its interpreter \/opt\/no\/such\/sh is not there/, /install it/],
  ['env', '#! /usr/bin/env no-such-shell\n', /its interpreter no-such-shell is not there/, /install it/],
])('%s', async (folder, script, message, hint) => {
  await expect(findWrapper(place(folder, script), {session, signal})).rejects.toMatchObject({
    code: 'WRAPPER_MISSING',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })
})

test.each(['#!/bin/sh\n', '#! /bin/sh -e\n', '#!/usr/bin/env -S sh -e\n', 'exec true\n', ''])(
  '%j is executed',
  async (script) => {
    const machine = place('good', script)
    expect(await findWrapper(machine, {session, signal})).toMatchObject({path: join(dir, 'good/web01.sh')})
  },
)

test.runIf(process.getuid?.() === 0)('a file system that is mounted noexec', async () => {
  mkdirSync(join(dir, 'noexec'))
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'noexec', 'none', join(dir, 'noexec')]).status).toBe(0)
  await expect(findWrapper(place('noexec', '#!/bin/sh\n'), {session, signal})).rejects.toMatchObject({
    code: 'WRAPPER_MISSING',
    message: expect.stringContaining(`${join(dir, 'noexec')} is mounted noexec`),
    hint: expect.stringContaining('mount -o remount,exec'),
  })
})
