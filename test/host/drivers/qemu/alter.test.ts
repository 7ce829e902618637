import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import type {Change} from '../../../../src/domain/work/alter.js'
import {alter} from '../../../../src/drivers/qemu/alter/alter.js'
import {alterScript} from '../../../../src/drivers/qemu/remote/alter.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {runHandler} from '../../../fakes/run-handler.js'

/** Machines of this host that are off, changed under the shells of hosts. */

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-alter-'))
  mkdirSync(join(dir, 's'))
  process.env.CTYS_SOCKBASE = join(dir, 's')
})
afterEach(() => {
  rmSync(dir, {recursive: true, force: true})
  delete process.env.CTYS_SOCKBASE
})

function machine(label: string): void {
  mkdirSync(join(dir, label, 'seed'), {recursive: true})
  writeFileSync(join(dir, label, `${label}.ctys`), `#@#MAGICID-QEMU\n#@#LABEL = "${label}"\n`)
  writeFileSync(join(dir, label, `${label}.sh`), '#!/bin/sh\n')
  writeFileSync(join(dir, label, 'seed/meta-data'), '{}\n')
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(dir, label, `${label}.qcow2`), '1M'])
}

async function change(label: string, asked: Change, shell: readonly string[], recorded: readonly string[] = []) {
  const {signal} = new AbortController()
  const local = await createLocalTransport().open({host: 'localhost'}, {signal})
  const ask = {machine: {label, basePaths: [dir]}, change: asked}
  const task = {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'alter', ask, timeoutMs: 60_000} as const
  try {
    const under = sessionUnderShell(local, shell)
    const session: HostSession = {
      ...under,
      script: (script, args, options) => (script === alterScript ? under : local).script(script, args, options),
    }
    return await runHandler(alter, task, {session, signal, note: () => undefined, recorded: async () => recorded})
  } finally {
    await local.close()
  }
}

test('shellcheck has nothing to say', () => {
  const functions = 'SC2034,SC2154,SC2317,SC2329,SC2030,SC2031'
  execFileSync('shellcheck', ['-s', 'sh', '-e', functions, '-'], {input: alterScript.text})
})

describe.each([[['dash']], [['bash', '--posix']], [['mksh']], [['busybox', 'sh']]])('under %s', (shell) => {
  test('a removal takes the files of the machine and its directory, and no other', async () => {
    machine('web01')
    machine('web02')
    writeFileSync(join(dir, 'web02/notes'), '')
    const own = ['web01.qcow2', 'web01.sh', 'seed', 'web01.ctys'].map((name) => join(dir, 'web01', name))
    expect(await change('web01', {what: 'files'}, shell)).toMatchObject({files: own, kept: []})
    expect(existsSync(own[0] ?? '')).toBe(true)
    expect(await change('web01', {what: 'remove'}, shell)).toMatchObject({files: own, kept: []})
    expect(readdirSync(dir).sort()).toEqual(['s', 'web02'])
    expect(await change('web02', {what: 'remove'}, shell)).toMatchObject({kept: [join(dir, 'web02/notes')]})
    expect(readdirSync(join(dir, 'web02'))).toEqual(['notes'])
  })

  test('an image grows, keeps and gives back what it was, and no lease is left', async () => {
    machine('web01')
    expect(await change('web01', {what: 'resize', size: 2 ** 21}, shell)).toMatchObject({size: 2 ** 21})
    const snapshot = (how: 'list' | 'save' | 'load' | 'delete', name = '') =>
      change('web01', {what: 'snapshot', how, name}, shell)
    expect(await snapshot('save', 's1')).toMatchObject({snapshots: [{name: 's1'}]})
    expect(await snapshot('load', 's1')).toMatchObject({snapshots: [{name: 's1'}]})
    expect(await snapshot('list')).toMatchObject({snapshots: [{name: 's1', date: expect.stringMatching(/^\d{4}-/)}]})
    expect(await snapshot('delete', 's1')).toMatchObject({snapshots: []})
    await expect(snapshot('load', 'never')).rejects.toMatchObject({code: 'ALTER_FAILED'})
    expect(readdirSync(join(dir, 'web01')).filter((name) => name.includes('lease'))).toEqual([])
  })

  test('an image that another machine needs is left alone, wherever the inventory has that machine', async () => {
    machine('web01')
    const far = join(dir, 'far/away/clone')
    mkdirSync(far, {recursive: true})
    const image = join(dir, 'web01/web01.qcow2')
    const grow = {what: 'resize', size: 2 ** 21} as const
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image, '-F', 'qcow2', join(far, 'clone.qcow2')])
    writeFileSync(join(far, 'clone.ctys'), '#@#MAGICID-QEMU\n')
    for (const what of [grow, {what: 'remove'}, {what: 'snapshot', how: 'save', name: 'x'}] as const) {
      const refused = await change('web01', what, shell, [join(far, 'clone.ctys'), join(dir, 'gone/x.ctys')]).catch(
        (error: unknown) => error,
      )
      expect(refused).toMatchObject({
        code: 'IN_USE',
        message: expect.stringContaining(`is what ${far}/clone.qcow2 stands`),
      })
    }
    rmSync(join(far, 'clone.qcow2'))
    const names = (line: string) => writeFileSync(join(far, 'clone.ctys'), `#@#MAGICID-QEMU\n#@#${line}\n`)
    for (const line of [`HDB = "${image}"`, 'HDB="../../../web01/web01.qcow2"', `ARG1 = "file=${image},if=virtio"`]) {
      names(line)
      await expect(change('web01', grow, shell, [join(far, 'clone.ctys')])).rejects.toMatchObject({code: 'IN_USE'})
    }
    names(`HDB = "${image}.old"`)
    await expect(change('web01', grow, shell, [join(far, 'clone.ctys')])).resolves.toMatchObject({size: 2 ** 21})
    // several in one directory
    names('')
    machine('two')
    writeFileSync(join(dir, 'two/other.ctys'), '#@#MAGICID-QEMU\n#@#HDDBOOTIMAGE = "two.qcow2"\n')
    await expect(change('two', grow, shell)).rejects.toMatchObject({code: 'IN_USE'})
  })
})
