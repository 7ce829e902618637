/** The lease of a machine that is held where this host cannot see: who has it, and what its own host says of that. */
import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {HolderAnswer, LeaseHolder} from '../../../domain/work/lease.js'
import {here, on} from '../../../lib/command-on.js'

export interface Held {
  readonly holder: LeaseHolder
  /** Names this holder in the next question to the host. */
  readonly key: string
  readonly path: string
}

/** From the `held-` lines of remote/start.ts. */
export function readHeld(says: ReadonlyMap<string, string>): Held | undefined {
  const token = says.get('held-token')
  if (token === undefined) return undefined
  const of = (key: string) => says.get(`held-${key}`) ?? ''
  const pid = Number(of('pid'))
  const since = of('since')
  return {
    holder: {
      host: of('host'),
      name: of('name'),
      machine: of('machine'),
      place: of('place'),
      pid,
      start: of('start'),
      starter: of('starter'),
      user: of('user'),
      since: /^\d{1,11}$/.test(since) ? since : '',
      config: of('config'),
    },
    key: `${token}.${pid}`,
    path: of('path'),
  }
}

/** The key of the holder when it is dead. Throws PreconditionError ALREADY_RUNNING, BUSY or MAY_RUN_ELSEWHERE. */
export async function deadOrRefused(
  {holder, key, path}: Held,
  {host, machine}: {readonly host: string; readonly machine: EnumeratedMachine},
  {askHolder, note, session}: Pick<HostContext, 'askHolder' | 'note' | 'session'>,
): Promise<string> {
  note(`asking ${holder.name || holder.host}, which its lease names`)
  const answer: HolderAnswer = (await askHolder?.(holder, machine)) ?? {
    state: 'unknown',
    host: holder.name || holder.host,
    named: false,
    error: {code: 'UNSUPPORTED', message: 'no other host can be asked from here'},
  }
  if (answer.state === 'dead') return key
  const who = `process ${holder.pid} of ${holder.user}${sinceText(holder)}`
  if (answer.state === 'running') {
    const address = here`${holder.config || machine.id} ${answer.host}`
    throw new PreconditionError(
      'ALREADY_RUNNING',
      `${host}: ${machine.label} runs on ${answer.host} already (process ${answer.pid})`,
      {hint: `use it there: ctys start ${address} --reuse; or stop it first: ctys stop ${address}`},
    )
  }
  if (answer.state === 'starting') {
    throw new PreconditionError(
      'BUSY',
      `${host}: ${machine.label} was not started: another ctys is starting it on ${answer.host} (${who})`,
      {hint: 'wait for it, or ask again'},
    )
  }
  const {code, message} = answer.error
  const remove = `remove its lease: ${on(session.target)`rm ${path}`}`
  throw new PreconditionError(
    'MAY_RUN_ELSEWHERE',
    `${host}: ${machine.label} may run on ${answer.host}, where its lease names ${who}, and nobody could see it`,
    {
      hint: `look there; if you know that it does not run: ${answer.named ? here`--not-on ${answer.host}` : remove}`,
      details: [`${answer.host}: ${code}: ${message}`],
    },
  )
}

function sinceText({since}: LeaseHolder): string {
  return since === '' ? '' : ` since ${new Date(Number(since) * 1000).toISOString().slice(0, 19)}Z`
}
