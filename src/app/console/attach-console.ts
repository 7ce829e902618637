/** `ctys console`: this terminal becomes the serial console of a machine, wherever it runs. */
import {setTimeout as sleep} from 'node:timers/promises'
import type {ErrorCode} from '../../domain/error-codes.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {ConsoleAsk} from '../../domain/work/console-asks.js'
import type {MachineInput} from '../run/act-on-machines.js'
import {onMachine} from './on-machine.js'

export interface ConsoleInput extends MachineInput {
  readonly mode: ConsoleAsk['mode']
  readonly take?: ConsoleAsk['take']
  readonly coupled?: true
  /** Who is on it, for others that want it: user and machine. */
  readonly who: string
  /** Wait for a machine that does not run yet. */
  readonly wait: boolean
  /** Go on after a lost link: somebody is there to see it. */
  readonly reconnect: boolean
  readonly tell: (text: string) => void
}

/** What passes by itself when a link was lost: the host comes back, and gives up the dead connection. */
const lost: ReadonlySet<ErrorCode> = new Set(['CONNECTION_LOST'])
const returning: ReadonlySet<ErrorCode> = new Set([
  'CONNECTION_LOST',
  'UNREACHABLE',
  'CONNECT_TIMEOUT',
  'LOGINS_LIMITED',
  'CONSOLE_HELD',
])
const coming: ReadonlySet<ErrorCode> = new Set(['NOT_RUNNING'])
const pauseMs = 2_000

export async function attachConsole(input: ConsoleInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const {mode, take, coupled, who, wait, reconnect, tell} = input
  const attach = () =>
    onMachine(
      input,
      (machine) => ({
        verb: 'console',
        ask: {machine, mode, who, ...(take !== undefined && {take}), ...(coupled && {coupled})},
      }),
      context,
    )
  let isBack = false
  for (;;) {
    const result = await attach()
    const code = codeOf(result)
    const mayReturn = reconnect ? (isBack ? returning : lost) : undefined
    const isOver = wait && reconnect && wasClosed(result)
    const again = isOver || (code !== undefined && (mayReturn?.has(code) || (wait && coming.has(code))))
    if (!again || context.signal.aborted) return result
    if (isOver) tell('its console was closed; waiting until it runs again, Ctrl-C leaves')
    if (code === 'CONNECTION_LOST') {
      isBack = true
      tell('the link is lost; trying again until it is back, Ctrl-C leaves')
    }
    await sleep(pauseMs, undefined, {signal: context.signal}).catch(() => undefined)
  }
}

/** By its QEMU, which ends with a guest that was powered off. */
function wasClosed(result: RunResult | PlanResult): boolean {
  const outcome = result.kind === 'run' ? result.outcomes[0] : undefined
  return outcome?.status === 'ok' && outcome.data.kind === 'console' && outcome.data.ended === 'closed'
}

function codeOf(result: RunResult | PlanResult): ErrorCode | undefined {
  const outcome = result.kind === 'run' ? result.outcomes[0] : undefined
  return outcome !== undefined && 'error' in outcome ? outcome.error.code : undefined
}
