/**
 * PROBE: what a host is and can do, then its findings with the remedy. Several hosts are a table, and below it their
 * faults, each once with all hosts that have it; with --verbose each has its block. Terse: one finding a line.
 */
import type {ProbeData, ProbeFinding} from '../../domain/work/answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {listNames} from '../../lib/list-names.js'
import {plural} from '../../lib/plural.js'
import {padText} from '../../lib/text-width.js'
import {recordLine} from '../find/machine-record.js'
import type {Answers, VerbView} from '../shared/section.js'
import {type Paints, paintsOf, type ReportStyle} from '../shared/style.js'
import {type Column, formatTable} from '../shared/table.js'

export const probeView: VerbView<'probe'> = {
  text(answers, style) {
    const blocks = () => answers.map(({host, data}) => block(host, data, paintsOf(style))).join('')
    return answers.length < 2 || style.verbose ? blocks() : summary(answers, style)
  },
  terse: (answers) => answers.map(({host, data}) => terse(host, data)).join(''),
  notes(answers, {format}) {
    const faulty = answers.filter(({data}) => faultsOf(data).length > 0)
    if (answers.length < 2 || format !== 'text') return []
    return [faulty.length === 0 ? 'no faults' : `${plural(faulty.length, 'host')} of ${answers.length} with faults`]
  },
}

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'OS', drop: 3},
  {title: 'ARCH', drop: 4},
  {title: 'QEMU'},
  {title: 'ACCEL', drop: 1},
  {title: 'MEMORY FREE', drop: 2, keep: true},
  {title: 'FAULTS', wrap: true},
]

function summary(answers: Answers<'probe'>, style: ReportStyle): string {
  const {warn} = paintsOf(style)
  const rows = answers.map(({host, data}) => {
    const {os, arch, hypervisors, accelerators, memoryMiB} = data
    const releases = [...new Set(hypervisors.map(({version}) => version))].join(', ')
    const faults = faultsOf(data).map(({name}) => name)
    return {
      cells: [host, os, arch, releases, accelerators.join(', '), freeOf(memoryMiB), faults.join(', ')],
      ...(faults.length > 0 && {paint: warn}),
    }
  })
  const hostsByFault = new Map<string, string[]>()
  for (const {host, data} of answers) {
    for (const fault of faultsOf(data)) {
      const text = findingText(fault)
      hostsByFault.set(text, [...(hostsByFault.get(text) ?? []), host])
    }
  }
  const faults = [...hostsByFault].map(
    ([text, hosts]) => `${escapeControls(`${listNames(hosts, mostHosts)}: ${text}`)}\n`,
  )
  return formatTable(columns, rows, style.width) + faults.join('')
}

/** So many hosts are named for one fault; --json has them all. */
const mostHosts = 30

function faultsOf({findings}: ProbeData): readonly ProbeFinding[] {
  return findings.filter(({ok}) => !ok)
}

function findingText({name, ok, value, remedy}: ProbeFinding): string {
  return `${name}: ${value}${ok || remedy === undefined ? '' : `; next: ${remedy}`}`
}

function terse(host: string, {findings}: ProbeData): string {
  const line = ({name, ok, value, remedy = ''}: ProbeFinding) =>
    recordLine([host, name, ok ? 'ok' : 'fault', value, remedy])
  return findings.map(line).join('')
}

function block(host: string, data: ProbeData, {warn}: Paints): string {
  const {hostname, os, arch, hypervisors, accelerators, memoryMiB, diskMiB, findings} = data
  const facts = [
    ...hypervisors.map((hypervisor) => ['qemu', `${hypervisor.arch} ${hypervisor.version} ${hypervisor.path}`]),
    ['accelerators', accelerators.join(', ') || 'none'],
    ['memory', freeOf(memoryMiB)],
    ...diskMiB.map((disk) => ['disk', `${disk.path} ${freeOf(disk)}`]),
  ].map(([name = '', value = '']) => `  ${padText(name, nameWidth)}${escapeControls(value)}`)
  const judged = findings.map((finding) => {
    const line = `  ${padText(finding.ok ? 'ok' : 'fault', nameWidth)}${escapeControls(findingText(finding))}`
    return finding.ok ? line : warn(line)
  })
  return [escapeControls(`${host} (${hostname}, ${os}, ${arch})`), ...facts, ...judged].map((l) => `${l}\n`).join('')
}

const nameWidth = 14

function freeOf({total, free}: {readonly total: number; readonly free: number}): string {
  return `${gib(free)} of ${gib(total)} GiB free`
}

function gib(mib: number): string {
  return (mib / 1024).toFixed(1)
}
