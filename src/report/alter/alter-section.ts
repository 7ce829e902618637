/** ALTER: what was done to each machine, a line each; of snapshots those that are there. */
import type {AlterData} from '../../domain/work/alter.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {VerbView} from '../shared/section.js'

export const alterView: VerbView<'alter'> = {
  text: (answers) =>
    answers
      .flatMap(({host, data}) => linesOf(host, data))
      .map((line) => `${escapeControls(line)}\n`)
      .join(''),
  terse: (answers) => rowsTerse(answers.map(({host, data}) => [host, data.label, data.what, ...data.files])),
  notes: (answers) =>
    answers.flatMap(({host, data}) => [
      ...data.kept.map((path) => `${host}: ${data.label}: ${path} is not its own and stays`),
      ...(data.notes ?? []).map((note) => `${host}: ${data.clone?.label ?? data.label}: ${note}`),
    ]),
}

function linesOf(
  host: string,
  {what, label, files, size = 0, snapshots = [], used, autostart, clone}: AlterData,
): readonly string[] {
  const who = `${host} ${label}`
  switch (what) {
    case 'remove':
      return [`${who} removed, ${plural(files.length, 'file')}`]
    case 'files':
      return files.map((file) => `${who} ${file}`)
    case 'resize':
      return [`${who} ${files[0] ?? ''} has ${size} bytes now (${Math.round((size / 2 ** 30) * 10) / 10}G)`]
    case 'set':
      return [`${who} is set`]
    case 'compress':
      return [`${who} ${files[0] ?? ''} takes ${mib(used?.after)} MiB, before ${mib(used?.before)} MiB`]
    case 'autostart':
      return [`${who} autostart ${autostart?.isOn === true ? 'on' : 'off'} (${autostart?.by ?? ''})`]
    case 'clone':
      return [`${host} ${clone?.label ?? ''} ${clone?.state === 'there' ? 'was there' : `made of ${label}`}`]
    case 'snapshot':
      return snapshots.length === 0
        ? [`${who} has no snapshot`]
        : snapshots.map(({name, date}) => `${who} ${name} ${date}`)
  }
}

function mib(bytes = 0): number {
  return Math.round((bytes / 2 ** 20) * 10) / 10
}
