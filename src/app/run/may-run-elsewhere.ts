import {type ErrorInfo, PreconditionError} from '../../domain/errors.js'
import {listNames} from '../../lib/list-names.js'
import {pastable} from '../../lib/shell-quote.js'

const mostTold = 10

/**
 * A machine may run on hosts that could not be asked, or told too little. `what` ends in front of their names, as in
 * `l:web01 may run on`.
 */
export function mayRunElsewhere(
  what: string,
  unknown: readonly {readonly host: string; readonly error: ErrorInfo}[],
  purpose: 'start' | 'act',
): PreconditionError {
  const errors = new Map(unknown.map(({host, error}) => [host, error]))
  const hosts = [...errors.keys()]
  const flags =
    hosts.length > mostTold ? '--not-on HOST for each' : hosts.map((host) => `--not-on ${pastable(host)}`).join(' ')
  const nameless = [...errors.values()].find(({code}) => code === 'NAME_NOT_RESOLVED')?.hint
  return new PreconditionError('MAY_RUN_ELSEWHERE', `${what} ${listNames(hosts)}, where nobody could see it`, {
    hint:
      nameless ??
      (purpose === 'start'
        ? `look there; if you know that it does not run: ${flags}`
        : 'name the host on which it is to be done'),
    details: [...errors].slice(0, mostTold).map(([host, {code, message}]) => `${host}: ${code}: ${message}`),
  })
}
