/** Where what runs disagrees with what is recorded. A value unknown on either side disagrees with nothing. */

import {normalizeMac, normalizeUuid} from '../../domain/machine/machine-address.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'
import {eachProcess, type LiveState, type MachineDifference} from '../../domain/machine/machine-view.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import {recordedHost} from '../../lib/host-name.js'

type Running = Extract<LiveState, {status: 'running'}>

export function findDifferences(
  machines: readonly MachineRecords[],
  live: readonly LiveState[],
): readonly MachineDifference[] {
  const running = live.filter((state): state is Running => state.status === 'running')
  const here = (host: string) => machines.filter(([record]) => recordedHost(record.host) === host)
  return [
    ...running.flatMap(({host, machine}) => factDifferences(host, recordedAs(machine, here(host)), machine)),
    ...placeDifferences(live, running),
  ]
}

/** The path the process was started from; else, by its UUID, any of this host. */
function recordedAs(machine: RunningMachine, here: readonly MachineRecords[]): MachineRecords | undefined {
  return here.find(([{id}]) => id === machine.id) ?? here[0]
}

function factDifferences(
  host: string,
  recorded: MachineRecords | undefined,
  machine: RunningMachine,
): readonly MachineDifference[] {
  if (recorded === undefined) return []
  const [record] = recorded
  const differences = singleFacts.flatMap(([field, normalize]): readonly MachineDifference[] => {
    const [before, after] = [record[field], machine[field]]
    const differs = before !== '' && after !== '' && normalize(before) !== normalize(after)
    return differs ? [{host, field, recorded: before, live: after}] : []
  })
  const recordedMacs = macSet(recorded.map(({mac}) => mac))
  const liveMacs = macSet(machine.macs)
  if (recordedMacs === '' || liveMacs === '' || recordedMacs === liveMacs) return differences
  return [...differences, {host, field: 'mac', recorded: recordedMacs, live: liveMacs}]
}

type SingleFact = 'label' | 'uuid' | 'id' | 'accelerator' | 'arch' | 'vncDisplay'

const asIs = (value: string): string => value
const singleFacts: readonly (readonly [field: SingleFact, normalize: (value: string) => string])[] = [
  ['label', asIs],
  ['uuid', normalizeUuid],
  ['id', asIs],
  ['accelerator', acceleratorOf],
  ['arch', (value) => value.toLowerCase()],
  ['vncDisplay', (value) => value.replace(/^:/, '')],
]

/** QEMU without an accelerator is TCG. */
function acceleratorOf(value: string): string {
  const name = value.toUpperCase()
  return name === 'TCG' ? 'QEMU' : name
}

function macSet(macs: readonly string[]): string {
  const known = macs.filter((mac) => mac !== '').map(normalizeMac)
  return [...new Set(known)].sort().join(', ')
}

function placeDifferences(live: readonly LiveState[], all: readonly Running[]): readonly MachineDifference[] {
  const running = eachProcess(all)
  const places = running.map(({host, machine}) => `${host} (pid ${machine.pid})`).join(', ')
  const hosts = [...new Set(running.map(({host}) => host))].join(', ')
  if (running.length > 1) return [{host: hosts, field: 'host', recorded: 'one machine', live: places}]
  if (running.length === 0) return []
  return live
    .filter(({status}) => status === 'notRunning')
    .map(({host}) => ({host, field: 'host', recorded: host, live: hosts}))
}
