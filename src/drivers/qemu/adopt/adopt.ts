/** ADOPT: writes configuration and wrapper of machines that were there before ctys, each whole or not at all. */
import {ActionError, CtysError, toErrorInfo} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {AdoptAsk, AdoptData, AdoptedMachine, Adoption} from '../../../domain/work/adopt.js'
import {handler} from '../../../domain/work/handler.js'
import type {NotMade} from '../../../domain/work/make.js'
import {enumerateBases} from '../../host/scan/enumerate.js'
import {wrapperText} from '../make/wrapper.js'
import {adoptScript} from '../remote/adopt.js'
import {adoptedConfigText} from './config-text.js'
import {adoptedWrapperText} from './wrapper.js'

const stepMs = 60_000

export const adopt = handler<'adopt', undefined>({
  check: async () => undefined,
  async run({ask}, context) {
    const machines: AdoptedMachine[] = []
    const notWritten: NotMade[] = []
    for (const machine of ask.machines) {
      const done = await adoptOne(machine, ask, context).catch((error: unknown) => asNotWritten(error, machine.label))
      if ('config' in done) machines.push(done)
      else notWritten.push(done)
      context.note(`${machine.label}: ${'config' in done ? 'written' : done.code}`)
    }
    const {session, signal} = context
    const configs = machines.map(({config}) => config)
    const stored =
      configs.length > 0 && !signal.aborted ? (await enumerateBases(session, configs, {signal})).machines : []
    return {kind: 'adopt', machines, notWritten, stored} satisfies AdoptData
  },
})

/** One that was not written is no reason to leave the others; a host that is gone is. */
function asNotWritten(error: unknown, label: string): NotMade {
  const {code, message, hint} = toErrorInfo(error)
  if (!(error instanceof CtysError) || code === 'CONNECTION_LOST') throw error
  return {label, code, reason: message, ...(hint !== undefined && {hint})}
}

async function adoptOne(
  machine: Adoption,
  {makes, serial}: AdoptAsk,
  {session, signal}: HostContext,
): Promise<AdoptedMachine | NotMade> {
  const {label, directory, how} = machine
  const args = [directory, label, makes ? '1' : '', adoptedConfigText(machine, serial)]
  const input = how === 'image' ? wrapperText : adoptedWrapperText
  const {stdout, stderr} = await session.script(adoptScript, args, {input, deadlineMs: stepMs, signal})
  const [word = '', ...rest] = (stdout.toString().trimEnd().split('\n').at(-1) ?? '').split(' ')
  const what = rest.join(' ')
  if (word === 'written') return {label, config: `${what}/${label}.ctys`, wrapper: `${what}/${label}.sh`}
  if (word === 'taken') {
    const hint = 'move it away, or write elsewhere: --dir DIRECTORY'
    return {label, code: 'EXISTS', reason: `${what} is there already and was left as it is`, hint}
  }
  const said = stderr
    .toString()
    .split('\n')
    .find((line) => line !== '')
  throw new ActionError(
    'MAKE_FAILED',
    `${label}: its ${what || 'files'} could not be written in ${directory}${said === undefined ? '' : `: ${said}`}`,
    {
      hint: 'nothing of it is left; write elsewhere: --dir DIRECTORY',
    },
  )
}
