/** CONFIGURE: a line for each file. */
import type {ConfiguredFile} from '../../domain/work/configure.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {pastable} from '../../lib/shell-quote.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {VerbView} from '../shared/section.js'

export const configureView: VerbView<'configure'> = {
  text: (answers) =>
    answers.flatMap(({data}) => data.files.map((file) => `${escapeControls(lineOf(file))}\n`)).join(''),
  terse: (answers) =>
    rowsTerse(answers.flatMap(({host, data}) => data.files.map(({path, state}) => [host, path, state]))),
  notes: (answers) =>
    answers.flatMap(({data}) => {
      const [wrapper] = data.files.filter(({path}) => path.endsWith('.sh'))
      return wrapper === undefined ? [] : [`next: sh ${pastable(wrapper.path)} --check`]
    }),
}

function lineOf({path, state, backup}: ConfiguredFile): string {
  switch (state) {
    case 'replaced':
      return `${path} replaced; the old one is ${backup ?? ''}`
    case 'same':
      return `${path} is there like this`
    case 'kept':
      return `${path} was there and is kept`
    case 'written':
      return `${path} written`
  }
}
