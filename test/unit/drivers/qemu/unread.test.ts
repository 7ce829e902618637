/** A machine of which only the process is known: its words are there, the files they name do not answer. */
import {describe, expect, test} from 'vitest'
import {PreconditionError} from '../../../../src/domain/errors.js'
import {emptyRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {MachineAddress} from '../../../../src/domain/machine/machine-address.js'
import type {ExecResult, HostSession} from '../../../../src/domain/ports/ports.js'
import type {TaskOf} from '../../../../src/domain/work/plan.js'
import {chooseMachines} from '../../../../src/drivers/qemu/cancel/find.js'
import {findRunning} from '../../../../src/drivers/qemu/create/judge.js'
import {scanQemu} from '../../../../src/drivers/qemu/process/processes.js'

const {signal} = new AbortController()
const uuid = '11111111222233334444555555555555'
const path = '/vm/web01/web01.ctys'

interface Host {
  /** Of the process, its own words behind the program. */
  readonly words: readonly string[]
  readonly uid?: string
  /** The files of its user answer; default false. */
  readonly answers?: boolean
  /** What the files of the machine say of it, or that they do not answer. */
  readonly evidence?: readonly string[] | 'hangs'
}

function hostWith({words, uid = '1000', answers = false, evidence = []}: Host): HostSession {
  const said = (text: string): ExecResult => ({exitCode: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0)})
  const argv = ['qemu-system-x86_64', ...words]
  const session = {
    target: {host: 'h1'},
    exec: async () => said('0\n'),
    script: async ({name}: {name: string}, [mark = '']: readonly string[]) => {
      const chunk = (...fields: readonly string[]) => `${fields.map((field) => `${field}\0`).join('')}\0${mark}\0`
      const facts = ['42', '7', '/usr/bin/qemu-system-x86_64', '/', uid, uid, 'anna', 'anna']
      if (name === 'processes') {
        return said(
          chunk('process', ...facts, '1', '42', 'qemu-system-x86', 'same', '0', '/') +
            chunk('words', '42', '7', ...argv) +
            (answers ? chunk('told', uid) : '') +
            chunk() +
            chunk('end', uid, 'anna') +
            chunk('whole'),
        )
      }
      if (name !== 'evidence') return said('')
      if (evidence === 'hangs') throw new PreconditionError('COMMAND_TIMEOUT', 'hangs')
      return said(evidence.join('\n'))
    },
  }
  return session as unknown as HostSession
}

const named = ['-name', 'web01']
const record = {...emptyRecord(), type: 'QEMU', host: 'h1', label: 'web01', uuid, id: path}

function stop(host: Host, machine: MachineAddress | 'all', rest: Partial<TaskOf<'cancel'>> & {foreign?: boolean} = {}) {
  const {foreign = false, ...task} = rest
  const ask = {machine, how: 'poweroff', force: true, foreign, graceMs: 0} as const
  const whole: TaskOf<'cancel'> = {
    ...{id: '1', target: {host: 'h1'}, type: 'QEMU', verb: 'cancel', ask, timeoutMs: 20_000},
    ...task,
  }
  return chooseMachines(whole, {session: hostWith(host), signal})
}

describe('a machine whose files do not answer is not ended for its words', () => {
  test.each([
    ['its name', {label: 'web01'}],
    ['its UUID', {uuid}],
    ['its process', {pid: 42}],
  ] as const)('named by %s', async (_what, machine) => {
    const host = {words: [...named, '-uuid', uuid]}
    await expect(stop(host, machine)).rejects.toMatchObject({
      code: 'STORAGE_WEDGED',
      message: expect.stringContaining('it was left alone'),
      hint: expect.stringContaining('ctys stop pid:42 h1 --foreign'),
    })
    expect((await stop(host, machine, {foreign: true})).processes).toMatchObject([{pid: 42}])
  })

  test('that runs as root', async () => {
    await expect(stop({words: named, uid: '0'}, {label: 'web01'})).rejects.toMatchObject({code: 'STORAGE_WEDGED'})
  })

  test('as one of all', async () => {
    expect(await stop({words: named}, 'all')).toMatchObject({processes: [], leftAlone: [], unread: [{pid: 42}]})
  })

  test('that is recorded, and whose own files do not answer either', async () => {
    await expect(stop({words: named, evidence: 'hangs'}, {label: 'web01'}, {record})).rejects.toMatchObject({
      code: 'STORAGE_WEDGED',
      details: ['process 42 of anna may be it; its address: pid:42'],
    })
  })

  test('that is recorded, where its own files say that it is another one', async () => {
    const host = {words: [...named, '-uuid', uuid], evidence: ['images 1', 'belongs 0', 'shown 42']}
    await expect(stop(host, {label: 'web01'}, {record})).rejects.toMatchObject({
      code: 'STORAGE_WEDGED',
      details: [expect.stringContaining('calls itself l:web01'), expect.anything()],
    })
  })

  test('but for a disk of it that it has open', async () => {
    const host = {words: named, evidence: ['images 1', 'belongs 0', 'shown 42', 'holds 42']}
    expect((await stop(host, {label: 'web01'}, {record})).processes).toMatchObject([{pid: 42}])
  })

  test('nor one that another program runs, which says so', async () => {
    const host = {words: [...named, '-pidfile', '/var/run/qemu-server/100.pid']}
    await expect(stop(host, {label: 'web01'})).rejects.toMatchObject({code: 'FOREIGN_MACHINE'})
  })
})

describe('a machine that is to be started', () => {
  const machine = {type: 'QEMU', label: 'web01', id: path, uuid, interfaces: []}
  const judged = async (host: Host) => {
    const session = hostWith(host)
    return findRunning(machine, await scanQemu(session, {signal}), {session, signal})
  }
  const words = [...named, '-uuid', uuid, '-drive', 'file=/vm/web01/web01.img']

  test('does not run because somebody whose files hang says so', async () => {
    const {running, saw} = await judged({words, evidence: ['images 1', 'belongs 0', 'shown 42']})
    expect(running).toBeUndefined()
    expect(saw).toEqual([expect.stringContaining('process 42 of anna calls itself web01')])
  })

  test.each([
    ['has its disk open', ['images 1', 'belongs 0', 'shown 42', 'holds 42']],
    ['is of its user', ['images 1', 'belongs 1000', 'shown 42']],
  ])('runs where the one whose files hang %s', async (_what, evidence) => {
    expect((await judged({words, evidence})).running?.pid).toBe(42)
  })

  test('may run, for all one knows, where its own files hang', async () => {
    await expect(judged({words, evidence: 'hangs'})).rejects.toMatchObject({code: 'STORAGE_WEDGED'})
  })
})
