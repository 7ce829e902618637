/** MEDIA: what lies in the removable drives, and what became of a change. */
import {escapeControls} from '../../lib/escape-controls.js'
import type {Answers, VerbView} from '../shared/section.js'
import {formatTable} from '../shared/table.js'

export const mediaView: VerbView<'media'> = {
  text: (answers, {width}) => {
    const rows = answers.flatMap(({host, data}) =>
      data.drives.map(({name, medium, locked, open}) => ({
        cells: [host, data.label || `pid:${data.pid}`, name, medium, stateText(locked, open)],
      })),
    )
    const columns = [
      {title: 'HOST', identity: true},
      {title: 'MACHINE', identity: true},
      {title: 'DRIVE', identity: true},
      {title: 'MEDIUM', identity: true},
      {title: 'STATE', drop: 1},
    ]
    return formatTable(columns, rows, width)
  },
  terse: (answers) =>
    answers
      .flatMap(({host, data}) =>
        data.drives.map(({name, medium, locked, open}) =>
          [host, data.label, name, medium, stateText(locked, open)].map(escapeControls).join(';'),
        ),
      )
      .map((line) => `${line}\n`)
      .join(''),
  notes: (answers) => emptyNotes(answers),
}

function stateText(locked: boolean, open: boolean): string {
  return [...(open ? ['open'] : []), ...(locked ? ['locked'] : [])].join(', ')
}

function emptyNotes(answers: Answers<'media'>): readonly string[] {
  return answers.flatMap(({host, data}) =>
    data.drives.length === 0 ? [`${host} ${data.label || `pid:${data.pid}`}: has no removable drive`] : [],
  )
}
