/**
 * MAKE: new machines in directories of their own. `check` looks: the place, QEMU and qemu-img, the image they are made
 * of, what is there already. `run` makes one after the other, each whole or not at all; what exists is left as it is.
 */
import {ActionError, CtysError, toErrorInfo} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {handler} from '../../../domain/work/handler.js'
import type {MadeMachine, MakeData, NewMachine, NotMade} from '../../../domain/work/make.js'
import {on} from '../../../lib/command-on.js'
import {enumerateBases} from '../../host/scan/enumerate.js'
import {makeScript} from '../remote/make.js'
import {answerArguments} from './answers.js'
import {configText, imageName} from './config-text.js'
import {inspectForMake, type MakePlace} from './inspect.js'
import {wrapperText} from './wrapper.js'

const stepMs = 60_000
/** A whole image is copied. */
const copyMs = 3_600_000

export const make = handler<'make', MakePlace>({
  check: ({ask}, context) => inspectForMake(ask, context),
  async run({ask}, context, place) {
    const {session, signal, note} = context
    const machines: MadeMachine[] = []
    const notMade: NotMade[] = []
    for (const machine of ask.machines) {
      const {label} = machine
      const made = await makeOne(machine, ask.serial, {place, context}).catch((error: unknown) =>
        asNotMade(error, label),
      )
      if ('state' in made) machines.push(made)
      else notMade.push(made)
      note(`${label}: ${'state' in made ? made.state : made.code}`)
    }
    const directories = machines.map(({directory}) => directory)
    const read = directories.length > 0 && !signal.aborted
    const stored = read ? (await enumerateBases(session, directories, {signal})).machines : []
    return {kind: 'make', machines, notMade, stored} satisfies MakeData
  },
})

/** A machine that was not made is no reason to leave the others; a host that is gone is. */
function asNotMade(error: unknown, label: string): NotMade {
  const {code, message, hint} = toErrorInfo(error)
  if (!(error instanceof CtysError) || code === 'CONNECTION_LOST') throw error
  return {label, code, reason: message, ...(hint !== undefined && {hint})}
}

async function makeOne(
  machine: NewMachine,
  serial: string,
  {place, context: {session, signal}}: {readonly place: MakePlace; readonly context: HostContext},
): Promise<MadeMachine | NotMade> {
  const {label, disk, fingerprint} = machine
  const directory = `${place.base}/${label}`
  const known = place.labels.get(label)
  const live = known === undefined ? place.liveMac(machine) : undefined
  if (live !== undefined) return live
  if (known !== undefined && known !== fingerprint) return taken(label, directory)
  const config = configText(place.absolute(machine), {serial, starter: place.starter, arch: place.arch})
  const {from} = disk
  const args = [
    ...[place.base, label, fingerprint, imageName(machine), disk.format, String(disk.size ?? '')],
    ...[from?.how ?? '', from === undefined ? '' : place.image.path, from === undefined ? '' : place.image.format],
    config,
    ...[machine.seed?.userData ?? '', machine.seed?.metaData ?? '', machine.seed?.networkConfig ?? ''],
    ...answerArguments(place.absolute(machine)),
  ]
  const options = {input: wrapperText, deadlineMs: from?.how === 'full' ? copyMs : stepMs, signal}
  const {stdout, stderr} = await session.script(makeScript, args, options)
  const [word = '', what = ''] = (stdout.toString().trimEnd().split('\n').at(-1) ?? '').split(' ')
  if (word === 'made' || word === 'completed' || word === 'there') return {label, state: word, directory}
  if (word === 'taken') return taken(label, directory)
  const said =
    stderr
      .toString()
      .split('\n')
      .find((line) => line !== '') ?? ''
  throw new ActionError(
    'MAKE_FAILED',
    `${directory} was not made${parts[what] ?? ''}${said === '' ? '' : `: ${said}`}`,
    {
      hint: `nothing of it is left; see the room there: ${on(session.target)`df -h ${place.base}`}`,
    },
  )
}

const parts: Readonly<Record<string, string>> = {
  directory: ' (its directory)',
  image: ' (its image)',
  wrapper: ' (its wrapper)',
  seed: ' (its seed)',
  answers: ' (its initial RAM disk)',
  configuration: ' (its configuration)',
}

function taken(label: string, directory: string): NotMade {
  return {
    label,
    code: 'EXISTS',
    reason: `${directory} is there already and was left as it is`,
    hint: 'take another name, or another --dir; or remove it',
  }
}
