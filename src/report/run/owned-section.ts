/** OWNED: what the manager of a machine did, and whether the machine was seen to run. */
import {escapeControls} from '../../lib/escape-controls.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {VerbView} from '../shared/section.js'

export const ownedView: VerbView<'owned'> = {
  text: (answers) =>
    answers
      .map(({host, data: {label, owner, what, state, pid}}) => {
        const seen =
          state === 'running'
            ? `running${what === 'stop' ? ' still' : ''} (pid ${pid})`
            : state === 'off'
              ? 'off'
              : `${owner} was told to ${what} it; no process of it was seen`
        return `${host} ${escapeControls(label)} ${seen}\n`
      })
      .join(''),
  terse: (answers) =>
    rowsTerse(
      answers.map(({host, data: {label, owner, what, state, pid}}) => [
        host,
        label,
        owner,
        what,
        state,
        String(pid ?? ''),
      ]),
    ),
  notes: (answers) =>
    answers.flatMap(({host, data: {owner, said}}) => said.map((line) => `${host}: ${owner}: ${escapeControls(line)}`)),
}
