/** Starts and stops of the stories on a world of fake hosts, as the tests of places use them. */
import {runStart, runStop, type StartInput, type StopInput} from '../../src/app/run/run-command.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import type {Outcome} from '../../src/domain/work/outcome.js'
import {machine, record} from '../golden/report/samples.js'
import {createHostsWorld, type WorldHosts} from './hosts-world.js'
import {type PrintedTwice, printed} from './printed.js'
import {expectSchema} from './schemas.js'

/** `host CODE` or `host ok` of each task; the body has to obey its schema. */
export function summary(report: PrintedTwice) {
  expectSchema('report', report.json)
  const {outcomes} = report.json as {outcomes: readonly Outcome[]}
  return outcomes.map((outcome) => `${outcome.host} ${'error' in outcome ? outcome.error.code : outcome.status}`)
}

/** Starts web01, if nothing else is said. */
export async function start(
  records: readonly InventoryRecord[],
  hosts: WorldHosts,
  more: Partial<StartInput> = {},
  signal: AbortSignal = new AbortController().signal,
) {
  const {context, done} = createHostsWorld(records, hosts, {signal})
  const words = {
    type: 'qemu',
    machine: 'web01',
    targets: [],
    dryRun: false,
    mode: 'new',
    console: 'NONE',
    timeoutMs: 1000,
    ...more,
  } as const
  const report = printed(await runStart(words, context))
  return {report, done: done(), summary: summary(report)}
}

/** Stops web01, if nothing else is said. */
export async function stop(records: readonly InventoryRecord[], hosts: WorldHosts, more: Partial<StopInput> = {}) {
  const {context, done} = createHostsWorld(records, hosts)
  const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: false, how: 'poweroff', force: false, graceMs: 0}
  const report = printed(await runStop({...words, how: 'poweroff', ...more}, context))
  return {report, done: done(), summary: summary(report)}
}

/** One image on shared storage, and the machine that two hosts see there. */
export const disks = 'nfs/10.0.0.9/1:77'
export const shared = [record({disks}), record({host: 'h2', disks})]
/** Another machine that runs. */
export const other = (pid: number) =>
  machine({label: `other${pid}`, id: `/vm/o${pid}`, uuid: 'e'.repeat(30) + String(pid), pid})
