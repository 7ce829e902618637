/** IMAGE: what became of each image on its host. */
import type {ImageData} from '../../domain/work/image.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {VerbView} from '../shared/section.js'

export const imageView: VerbView<'image'> = {
  text: (answers) => answers.map(({host, data}) => `${imageLine(host, data)}\n`).join(''),
  terse: (answers) => rowsTerse(answers.map(({host, data}) => [host, data.name, data.state, data.path])),
  notes: () => [],
}

const states: Readonly<Record<ImageData['state'], string>> = {
  there: 'is there already',
  sent: 'was sent',
  fetched: 'was fetched by the host',
  through: 'was fetched through this machine',
}

export function imageLine(host: string, {name, state, bytes}: ImageData): string {
  const size = state === 'there' ? '' : `, ${Math.ceil(bytes / 2 ** 20)} MiB`
  return escapeControls(`${host}: ${name} ${states[state]}${size}`)
}
