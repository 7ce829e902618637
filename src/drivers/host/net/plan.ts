/** NET-PLAN: what up or down would do now, with the commands; looks only. */
import {CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget, isLocal} from '../../../domain/target.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {NetPlanData, NetUpAsk} from '../../../domain/work/net.js'
import {lookAtMove} from '../net-move/begin.js'
import {beginScript} from '../net-move/remote/begin.js'
import {seeDown} from './down.js'
import type {NetFacts} from './facts.js'
import {lookAtNet} from './look.js'
import {defaultBridge, movedAlias, ownBridge} from './names.js'
import type {NetPlan} from './plan-types.js'
import {planUp} from './plan-up.js'
import {type Privilege, privilegeFor} from './privilege.js'
import type {Step} from './steps.js'
import {seeUp} from './up.js'

interface Seen {
  readonly plan: NetPlan
  readonly privilege: Privilege
}

export const netPlan = readingHandler<'net-plan'>(async ({ask: {to, up, timerMs}}, at) => {
  const {plan, privilege} =
    to === 'up'
      ? await seeUp(up, at).catch((error: unknown) => seeMove({ask: up, timerMs, error}, at))
      : await seeBack(up, timerMs, at)
  return {
    kind: 'net-plan',
    network: plan.network,
    steps: plan.steps.map((step) => ({
      what: step.what,
      as: privilege.whoDoes(step),
      privileged: privilege.isPrivileged(step),
      argv: privilege.shownOf(step),
    })),
    remarks: [...plan.remarks],
  } satisfies NetPlanData
})

interface Refused {
  readonly ask: NetUpAsk
  readonly timerMs: number
  readonly error: unknown
}

/** An interface with addresses is moved first, by a watchdog of the host; what then is left to do is seen as if it had been. */
async function seeMove({ask, timerMs, error}: Refused, at: HostContext): Promise<Seen> {
  const {interface: card, bridge = defaultBridge, become, force} = ask
  const isMoved = error instanceof CtysError && error.code === 'INTERFACE_ADDRESSED' && !isLocal(at.session.target)
  if (!isMoved || card === undefined) throw error
  const host = formatTarget(at.session.target)
  const asked = {id: `look${process.pid}`, timerMs, who: '', become, interface: card, bridge, needs: []}
  const {forced, hints} = await lookAtMove({...asked, ...(force && {force})}, at)
  const facts = await lookAtNet(ask, at)
  const rest = planUp(afterMove(facts, card, bridge), ask, host)
  const steps = [moveStep('move', {card, bridge, timerMs}), ...rest.steps]
  const remarks = [...forced.map((line) => `forced: ${line}`), ...hints, ...rest.remarks]
  return {plan: {...rest, steps, remarks}, privilege: privilegeFor(steps, facts, ask, host)}
}

async function seeBack(ask: NetUpAsk, timerMs: number, at: HostContext): Promise<Seen> {
  const {plan, facts} = await seeDown(ask, at)
  const {emptied: bridge} = plan
  const link = bridge === undefined ? undefined : facts.links.get(bridge)
  const card = link === undefined ? undefined : ownBridge(link)?.interface
  const back = bridge === undefined || card === undefined ? [] : [moveStep('back', {card, bridge, timerMs})]
  const steps = [...plan.steps, ...back]
  return {plan: {...plan, steps}, privilege: privilegeFor(steps, facts, ask, formatTarget(at.session.target))}
}

interface Moved {
  readonly card: string
  readonly bridge: string
  readonly timerMs: number
}

function moveStep(way: 'move' | 'back', {card, bridge, timerMs}: Moved): Step {
  const seconds = String(Math.ceil(timerMs / 1000))
  return {
    what: `${card} ${way === 'move' ? 'into' : 'out of'} ${bridge} with its addresses, taken back unless confirmed within ${seconds} s`,
    as: 'root',
    script: beginScript,
    argv: [way, card, bridge, seconds],
  }
}

function afterMove(facts: NetFacts, card: string, bridge: string): NetFacts {
  const link = facts.links.get(card)
  if (link === undefined) return facts
  const alias = movedAlias(card)
  const links = new Map(facts.links)
  links.set(bridge, {...link, ...facts.links.get(bridge), name: bridge, kind: 'bridge', alias, up: true})
  links.set(card, {...link, master: bridge, addresses: [], routed: false, up: true})
  return {...facts, links}
}
