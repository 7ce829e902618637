/** PROBE: what a host is and can do, one block a host, then its findings with the remedy. Terse: one finding a line. */
import type {ProbeData, ProbeFinding} from '../../domain/work/answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {padText} from '../../lib/text-width.js'
import {recordLine} from '../find/machine-record.js'
import type {VerbView} from '../shared/section.js'
import {type Paints, paintsOf} from '../shared/style.js'

export const probeView: VerbView<'probe'> = {
  text: (answers, style) => answers.map(({host, data}) => block(host, data, paintsOf(style))).join(''),
  terse: (answers) => answers.map(({host, data}) => terse(host, data)).join(''),
  notes: () => [],
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
  const judged = findings.map(({name, ok, value, remedy}) => {
    const next = ok || remedy === undefined ? '' : `; next: ${remedy}`
    const line = `  ${padText(ok ? 'ok' : 'fault', nameWidth)}${escapeControls(`${name}: ${value}${next}`)}`
    return ok ? line : warn(line)
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
