/** What a classic CREATE asked for behind the start itself: waits, answers of the guest, and who sees its console. */
import {setTimeout as sleep} from 'node:timers/promises'
import {CtysError, toErrorInfo} from '../../domain/errors.js'
import {isLabelWord} from '../../domain/machine/unique-address.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {RunResult} from '../../domain/results/run.js'
import type {NotDone} from '../../domain/work/answers.js'
import type {Afterwards, ClientAsk, ClientConsole, Tries} from '../../domain/work/asks.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {TaskOf} from '../../domain/work/plan.js'
import type {Request} from '../../domain/work/request.js'
import {here} from '../../lib/command-on.js'

/** Who knows of no console here says so before anything is started. */
export function clientLacks(
  requests: readonly Request[],
  {clients}: Pick<CommandContext, 'clients'>,
): readonly string[] {
  const lacks = requests.flatMap(({action}) => {
    if (action.verb !== 'create') return []
    const {console, afterwards} = action.ask
    // without a viewer the screen is there all the same
    if (console === 'NONE' || console === 'VNC' || afterwards?.client === undefined) return []
    const why = clients?.lack(console, afterwards.client)
    return why === undefined ? [] : [`create: console:${console.toLowerCase()}: ${why}`]
  })
  return [...new Set(lacks)]
}

/** The result with what did not come of it. Windows are opened beside each other, this terminal has one at a time. */
export async function followStarts(result: RunResult, context: CommandContext): Promise<RunResult> {
  const tasks = new Map(result.plan.tasks.map((task) => [task.id, task]))
  const outcomes: Promise<Outcome>[] = []
  let before: Promise<unknown> = Promise.resolve()
  for (const outcome of result.outcomes) {
    const task = tasks.get(outcome.taskId)
    if (task?.verb !== 'create') {
      outcomes.push(Promise.resolve(outcome))
      continue
    }
    const isHere = task.ask.console === 'CLI' || task.ask.console === 'CLI0'
    const after = isHere ? before : Promise.resolve()
    const followed = after.then(() => follow(outcome, task, context))
    if (isHere) before = followed.catch(() => undefined)
    outcomes.push(followed)
  }
  return {...result, outcomes: await Promise.all(outcomes)}
}

async function follow(outcome: Outcome, task: TaskOf<'create'>, context: CommandContext): Promise<Outcome> {
  const {afterwards} = task.ask
  if (outcome.status !== 'ok' || outcome.data.kind !== 'create' || afterwards === undefined) return outcome
  const {machine, reused} = outcome.data
  const notDone: NotDone[] = []
  const remarks: string[] = []
  const isCoupled = task.ask.console === 'CLI0' && !reused
  const ended: {endedWithConsole?: true} = {}
  const console = task.ask.console === 'CLI0' && reused ? 'CLI' : task.ask.console
  if (console !== task.ask.console) remarks.push('it ran before this call, so it does not end with its console')
  const {signal} = context
  const pause = (seconds: number | undefined) =>
    seconds === undefined ? undefined : sleep(seconds * 1000, undefined, {signal}).catch(() => undefined)
  await pause(afterwards.waitServerS)
  await askGuest(afterwards, machine.tcps[0], notDone, context)
  if (console !== 'NONE' && afterwards.client !== undefined && !signal.aborted) {
    const seat = {
      name: machine.label || `pid${machine.pid}`,
      host: outcome.host,
      machine: machine.uuid === '' ? `pid:${machine.pid}` : `u:${machine.uuid}`,
    }
    const look = here`ctys ${console === 'VNC' || console === 'SDL' ? 'vnc' : 'console'} ${isLabelWord(machine.label) ? machine.label : seat.machine} ${outcome.host}`
    const why = whyUnseen(console, {reused, ask: afterwards.client}, context)
    if (why !== undefined) remarks.push(`no client was started: ${why}; see it: ${look}`)
    else {
      await context.clients?.open(console, seat, afterwards.client, signal).then(
        () => {
          if (isCoupled) ended.endedWithConsole = true
        },
        (error: unknown) => {
          const hint = isCoupled ? here`ctys list ${outcome.host}` : look
          notDone.push({asked: `console ${console.toLowerCase()}`, reason: toErrorInfo(error).message, hint})
        },
      )
      await pause(afterwards.waitClientS)
    }
  }
  const all = [...(outcome.data.notDone ?? []), ...notDone]
  const told = [...(outcome.data.remarks ?? []), ...remarks]
  return {
    ...outcome,
    data: {
      ...outcome.data,
      ...ended,
      ...(all.length > 0 && {notDone: all}),
      ...(told.length > 0 && {remarks: told}),
    },
  }
}

function whyUnseen(
  console: ClientConsole,
  {reused, ask}: {readonly reused: boolean; readonly ask: ClientAsk},
  {clients}: Pick<CommandContext, 'clients'>,
): string | undefined {
  if (console === 'SDL' && reused) return 'it runs, and its window opens with the machine'
  return clients === undefined ? 'nobody is here to see it' : clients.lack(console, ask)
}

async function askGuest(
  {ping, sshPing}: Afterwards,
  address: string | undefined,
  notDone: NotDone[],
  {ping: echo, answersSsh, signal}: CommandContext,
): Promise<void> {
  const asks = [
    {asked: 'ping', tries: ping, ask: echo},
    {asked: 'sshping', tries: sshPing, ask: answersSsh},
  ]
  for (const {asked, tries, ask} of asks) {
    if (tries === undefined || signal.aborted) continue
    if (address === undefined || address === '') {
      notDone.push({asked, reason: 'no address of the guest is recorded', hint: 'set IP0 in its configuration'})
      return
    }
    const reason = await unanswered(() => ask(address, {signal}), tries, signal)
    if (reason === undefined) continue
    notDone.push({asked, reason: `${address} ${reason}`})
    // who does not answer a ping has no ssh either
    return
  }
}

/** Undefined when it answered. */
async function unanswered(
  ask: () => Promise<boolean>,
  {count, sleepS}: Tries,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let tried = 1; ; tried++) {
    try {
      if (await ask()) return undefined
    } catch (error) {
      if (!(error instanceof CtysError) || error.code === 'CONFIG')
        return `cannot be asked: ${toErrorInfo(error).message}`
    }
    if (tried >= count || signal.aborted) return `did not answer ${count} times`
    await sleep(sleepS * 1000, undefined, {signal}).catch(() => undefined)
  }
}
