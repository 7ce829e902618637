/**
 * A second session type that has its folder and a line in the registry, and nothing else: on this machine, with a real
 * QEMU beside it.
 */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, expect, test} from 'vitest'
import {findLive} from '../../../src/app/find/find-live.js'
import {listMachines} from '../../../src/app/list/list-machines.js'
import {runStart, runStop} from '../../../src/app/run/run-command.js'
import {runScan} from '../../../src/app/scan/run-scan.js'
import {showMachine} from '../../../src/app/show/show-machine.js'
import {whyMachine} from '../../../src/app/why/why-machine.js'
import type {CommandContext} from '../../../src/domain/ports/ports.js'
import type {Result} from '../../../src/domain/results/result.js'
import {qemu} from '../../../src/drivers/qemu/index.js'
import {registryOf} from '../../../src/drivers/registry.js'
import {ownHost} from '../../../src/lib/host-name.js'
import {createLocalTransport} from '../../../src/transport/local/local.js'
import type {Stored} from '../../fakes/driver-contract.js'
import {createHostsWorld} from '../../fakes/hosts-world.js'
import {printed} from '../../fakes/printed.js'
import {startYard} from '../../fakes/start-yard.js'
import {tape} from '../../fakes/tape/index.js'
import {tapeYard} from '../../fakes/tape/tape-yard.js'
import {styleOf} from '../../golden/report/samples.js'

const tapes = tapeYard()
const machines = startYard()
let context: CommandContext
let one: Stored

const hosts = {targets: ['localhost'], dryRun: false} as const
const starting = {...hosts, mode: 'new', console: 'NONE', timeoutMs: 20_000} as const
const start = (machine: string, type = 'TAPE') => runStart({...starting, type, machine}, context)
const stop = (machine: string, type = 'TAPE') =>
  runStop({...hosts, type, machine, how: 'poweroff', force: true, graceMs: 0}, context)
const scan = (dir: string) =>
  runScan({targets: ['localhost'], types: [], basePaths: [dir], states: [], mode: 'merge'}, context)
const codes = (result: Result) => {
  if (result.kind !== 'run') throw new Error(result.kind)
  return result.outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : outcome.status))
}

beforeEach(async () => {
  context = {
    ...createHostsWorld([], {}).context,
    registry: registryOf([qemu, tape]),
    transport: createLocalTransport(),
  }
  one = tapes.store()
  await scan(join(tapes.dir(), 'vm'))
})

test('a scan records its machines with their disks, by its own reader', async () => {
  const known = await context.inventory.all()
  const recorded = known.filter(({type}) => type === 'TAPE')
  expect(recorded).toMatchObject([{...one, host: ownHost, disks: expect.stringMatching(/\S/)}])
})

test('it is created, listed and stopped', async () => {
  expect(codes(await start(one.label))).toEqual(['ok'])
  expect(codes(await start(one.label))).toEqual(['ALREADY_RUNNING'])
  const rows = async () => {
    const list = await listMachines({...hosts, type: 'ALL', running: false}, context)
    if (list.kind !== 'list') throw new Error(list.kind)
    return list.machines.filter(({id}) => id === one.id)
  }
  expect(await rows()).toMatchObject([{type: 'TAPE', label: one.label, status: 'running'}])
  expect(codes(await stop(one.label))).toEqual(['ok'])
  expect(await rows()).toMatchObject([{type: 'TAPE', label: one.label, status: 'off'}])
})

test('vhost -r, show and why find it live', async () => {
  await start(one.label)
  const found = printed(await findLive({words: [one.label], runtime: true, output: 'label,live'}, context))
  expect(found.stdout).toContain(`${one.label};running`)
  const words = {...hosts, targets: [], type: 'QEMU', machine: one.label, offline: false}
  const shown = printed(await showMachine(words, context), styleOf({json: true}))
  expect(JSON.parse(shown.stdout).machine.live).toMatchObject([{host: ownHost, status: 'running'}])
  const why = printed(await whyMachine({words: [one.label], type: 'TAPE'}, context))
  expect([why.exitCode, why.stdout]).toEqual([0, expect.stringContaining(one.id)])
})

test('neither runs while the other has the same disk', async () => {
  const vm = machines.machine()
  writeFileSync(join(vm.home, `${vm.label}.img`), Buffer.alloc(512))
  await scan(join(machines.dir(), 'vm'))
  const [disks = ''] = (await context.inventory.all()).filter(({id}) => id === vm.config).map((record) => record.disks)
  expect(disks).not.toBe('')
  const shared = (await context.inventory.all()).map((record) => (record.type === 'TAPE' ? {...record, disks} : record))
  await context.inventory.merge(
    shared.map((record) => ({host: ownHost, type: record.type, records: [record], searched: [], kept: []})),
    context.signal,
  )
  expect(codes(await start(one.label))).toEqual(['ok'])
  expect(codes(await start(vm.label, 'QEMU'))).toEqual(['ALREADY_RUNNING'])
  expect(machines.ours()).toEqual([])
  await stop(one.label)
  expect(codes(await start(vm.label, 'QEMU'))).toEqual(['ok'])
  expect(machines.ours()).toHaveLength(1)
  expect(codes(await start(one.label))).toEqual(['ALREADY_RUNNING'])
  await stop(vm.label, 'QEMU')
})
