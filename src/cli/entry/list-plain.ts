import {listMachines} from '../../app/list/list-machines.js'
import {everyType} from '../../domain/machine/session-types.js'
import {tolerateClosedPipes} from '../base/closed-pipes.js'
import {expectReport} from '../base/expect-report.js'
import {withHosts} from '../base/with-hosts.js'
import {usualFanout} from '../flags/usual.js'
import {plainWords} from './plain-words.js'

/**
 * The quick way of `ctys list`: answers a call of plain words, with --running too, without loading oclif. Returns false,
 * having done nothing, for any other: then the command itself (commands/list.ts) answers. A test holds both to the same
 * answers. `root` is the folder of package.json.
 */
export function listPlain(argv: readonly string[], root: string): boolean {
  const call = plainWords(argv, ['--running'])
  if (call === undefined) return false
  const {words, given, ...flags} = call
  const {CTYS_SSH_CONFIG = ''} = process.env
  const config = CTYS_SSH_CONFIG === '' ? {} : {'ssh-config': CTYS_SSH_CONFIG}
  const connection = {...flags, ...config, yaml: false, verbose: false, fanout: usualFanout}
  const input = {type: everyType, targets: words, dryRun: false, running: given.has('--running')}
  tolerateClosedPipes()
  const answered = withHosts({command: 'list', root}, connection, (context) => listMachines(input, context))
  void answered.finally(expectReport(argv))
  return true
}
