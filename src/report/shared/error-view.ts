/** An error that ended ctys before or beside any task: `ctys: CODE: message`, all faults, the remedy. */
import type {ErrorResult} from '../../domain/results/error.js'
import {askedExit, askedNotes} from '../run/asked-hosts.js'
import type {ErrorBody} from './body.js'
import {exitCodeOfError} from './exit-code.js'
import {errorText} from './failures.js'
import type {View} from './view.js'

/** Nothing is "not found" while hosts that were asked could not tell: then it ends as they do. */
export const errorView: View<ErrorResult, ErrorBody> = {
  exit({error: {code}, asked}) {
    const open = code === 'MACHINE_NOT_FOUND' && asked !== undefined && askedExit(asked)
    return open || exitCodeOfError(code)
  },
  body: ({error}) => ({command: 'error', outcomes: [], error}),
  text: () => '',
  terse: () => '',
  notes({error, asked}) {
    const [head = '', ...rest] = errorText(error)
    return [...(asked === undefined ? [] : askedNotes(asked)), `ctys: ${head}`, ...rest]
  },
}
