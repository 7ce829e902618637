/**
 * SHOW: one machine, all its recorded facts in groups with what runs beside them, one table for each path. Facts that
 * are not recorded are left out. A host that did not answer makes the state unknown with its code, never "not running".
 */
import type {InventoryRecord, RecordField} from '../../domain/inventory/inventory-record.js'
import {normalizeMac} from '../../domain/machine/machine-address.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'
import {eachProcess, type LiveState, type MachineView} from '../../domain/machine/machine-view.js'
import {ownerOf} from '../../domain/machine/session-types.js'
import type {ShowResult} from '../../domain/results/machine.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {ageText} from '../shared/age.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {ShowBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import {paintsOf, type ReportStyle} from '../shared/style.js'
import {type Column, formatTable} from '../shared/table.js'
import type {View} from '../shared/view.js'

export const showView: View<ShowResult, ShowBody> = {
  exit: ({outcomes}) => exitCodeOf(outcomes),
  body: ({outcomes, machine}) => ({command: 'show', outcomes, machine}),
  text: ({paths, machine}, style) =>
    paths.map((path) => tableOf(path, rowsOf(path, machine, style.now), {view: machine, style})).join('\n'),
  terse: ({paths, machine}, {now}) =>
    rowsTerse(
      paths.flatMap((path) => rowsOf(path, machine, now).map((row) => [path.records[0].host, ...cellsOf(row)])),
    ),
  notes: ({outcomes, plan, machine}) => [...failureLines(outcomes, {plan}), ...placeLines(machine)],
}

/** The groups a person looks for; every field of a record is in one of them, those of an interface are apart. */
export const factGroups: Readonly<Record<string, readonly RecordField[]>> = {
  identity: ['label', 'uuid', 'type', 'id', 'category', 'version', 'serial', 'vmState', 'suspended'],
  guest: ['dist', 'distRel', 'os', 'osRel', 'sshPort', 'contextString', 'userString'],
  hardware: [
    ...(['arch', 'platform', 'accelerator', 'vcpu', 'vram', 'hwCap', 'hwReq'] as const),
    ...(['hyperRel', 'hyperRelRun', 'exePath', 'stackCap', 'stackReq'] as const),
  ],
  interface: ['ifName', 'mac', 'tcp', 'netName', 'netmask', 'gateway', 'relay'],
  placement: [
    ...(['host', 'defaultHosts', 'execLocation', 'relocCap', 'defaultConsole', 'vncDisplay', 'vncBase'] as const),
    ...(['cport', 'sport', 'uid', 'gid'] as const),
  ],
  provenance: ['observedAt', 'source', 'disks', 'ctysRelease', 'index'],
}

type Path = ShowResult['paths'][number]

interface Row {
  readonly group: string
  readonly fact: string
  readonly recorded: string
  readonly live: string
  readonly note: string
}

function cellsOf({group, fact, recorded, live, note}: Row): readonly string[] {
  return [group, fact, recorded, live, note]
}

function rowsOf({host, records: machine}: Path, {live, differences}: MachineView, now: Date): readonly Row[] {
  const [record] = machine
  const states = live.filter((state) => state.host === host)
  const running = processOf(record, states)
  const differing = new Set(differences.filter((difference) => difference.host === host).map(({field}) => field))
  const elsewhere = differences.find(({host: at, field}) => at === host && field === 'host')
  return [
    ...states.flatMap((state) => liveRows(state)),
    ...Object.entries(factGroups).flatMap(([group, fields]): readonly Row[] => {
      if (group === 'interface') return interfaceRows(machine, running)
      const owner = group === 'identity' ? ownerOf(record.type) : undefined
      const owned = owner === undefined ? [] : [{group, fact: 'owner', recorded: owner, live: '', note: 'listed only'}]
      const rows = fields
        .filter((field) => record[field] !== '' || differing.has(field as 'arch'))
        .map((field) => ({
          group,
          fact: field,
          recorded: field === 'observedAt' ? `${record[field]} (${ageText(record[field], now)})` : record[field],
          live: field === 'host' ? (elsewhere?.live ?? '') : liveFact(field, running),
          note: field === 'host' && elsewhere ? 'runs elsewhere' : differing.has(field as 'arch') ? 'differs' : '',
        }))
      return [...rows, ...owned]
    }),
  ]
}

/** Of several processes the one that was started from this path. */
function processOf({id}: InventoryRecord, states: readonly LiveState[]): RunningMachine | undefined {
  const machines = states.flatMap((state) => (state.status === 'running' ? [state.machine] : []))
  return machines.find((machine) => machine.id === id) ?? machines[0]
}

function liveRows(state: LiveState): readonly Row[] {
  const row = (fact: string, live: string): Row => ({group: 'live', fact, recorded: '', live, note: ''})
  if (state.status === 'suspended') {
    const {since, image} = state
    const saved = since === '' ? [] : [row('since', since)]
    return [row('state', 'suspended'), ...saved, row('saved in', image)]
  }
  if (state.status !== 'running') return [row('state', stateText(state))]
  const {machine} = state
  const rows = [
    row('state', machine.state),
    row('pid', String(machine.pid)),
    row('VNC', machine.vncDisplay === '' ? '' : `:${machine.vncDisplay}`),
    row('monitor', machine.sport),
    row('user', machine.uid),
    row('QEMU', machine.version),
  ]
  return rows.filter(({live}) => live !== '')
}

function stateText(state: LiveState): string {
  if (state.status === 'running') return state.machine.state
  if (state.status === 'suspended') return 'suspended'
  return state.status === 'notRunning' ? 'not running' : `unknown (${state.code})`
}

const liveFields = [
  ...(['label', 'uuid', 'type', 'id', 'arch', 'accelerator', 'exePath'] as const),
  ...(['vncDisplay', 'cport', 'sport', 'uid', 'gid'] as const),
]

function liveFact(field: RecordField, running: RunningMachine | undefined): string {
  const known = liveFields.find((name) => name === field)
  return running === undefined || known === undefined ? '' : running[known]
}

/** Live MAC addresses stand beside the interface that has them; those no interface has come last. */
function interfaceRows(machine: MachineRecords, running: RunningMachine | undefined): readonly Row[] {
  const macs = (running?.macs ?? []).map(normalizeMac)
  const recorded = machine.map(({mac}) => normalizeMac(mac))
  const isNoted = macs.length > 0
  const rows = machine.flatMap((record, index) => {
    const group = machine.length === 1 ? 'interface' : `interface ${index + 1}`
    return (factGroups.interface ?? [])
      .filter((field) => record[field] !== '')
      .map((field): Row => {
        const isLive = field === 'mac' && macs.includes(normalizeMac(record.mac))
        const note = field === 'mac' && isNoted && !isLive ? 'differs' : ''
        return {group, fact: field, recorded: record[field], live: isLive ? record.mac : '', note}
      })
  })
  const unknown = macs.filter((mac) => !recorded.includes(mac))
  const note = recorded.some((mac) => mac !== '') ? 'differs' : ''
  return [...rows, ...unknown.map((mac): Row => ({group: 'interface', fact: 'mac', recorded: '', live: mac, note}))]
}

function tableOf(
  {host: name, records: [record]}: Path,
  rows: readonly Row[],
  {view, style}: {readonly view: MachineView; readonly style: ReportStyle},
): string {
  const {warn} = paintsOf(style)
  const {label, host, observedAt, source, suspended} = record
  const live = view.live.filter((state) => state.host === name).map(stateText)
  const states = live.length === 0 && suspended !== '' ? ['suspended'] : live
  const state = states.length === 0 ? '' : `: ${states.join(', ')}`
  const seen = observedAt === '' ? 'never observed' : `observed ${ageText(observedAt, style.now)} ago`
  const title = `${label || record.id} on ${host}${state} (${seen}${source === '' ? '' : `, from ${source}`})`
  const columns: readonly Column[] = [
    {title: 'GROUP', keep: true},
    {title: 'FACT', keep: true},
    {title: 'RECORDED', wrap: true},
    ...(view.live.length === 0 ? [] : [{title: 'LIVE', wrap: true} as const]),
    ...(rows.every(({note}) => note === '') ? [] : [{title: 'NOTE', keep: true}]),
  ]
  const shown = rows.map((row) => ({cells: cellsOf(row), ...(row.note !== '' && {paint: warn})}))
  return `${escapeControls(title)}\n${formatTable(columns, shown, style.width)}`
}

/** What concerns several hosts at once. */
function placeLines({live, differences}: MachineView): readonly string[] {
  const count = eachProcess(live).length
  if (count < 2) return []
  const places = differences.find(({field}) => field === 'host')?.live ?? ''
  return [`one machine runs ${count} times: ${places}`, '  next: stop all but one, their disks may be the same']
}
