/** Segments over VXLAN: each host gets the addresses of the others, which they are asked for. */
import type {AppContext} from '../../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../../domain/target.js'
import type {SegmentAsk} from '../../../domain/work/net-segment.js'
import type {Underlay} from '../../../domain/work/net-underlay.js'
import type {Outcome} from '../../../domain/work/outcome.js'
import type {Plan} from '../../../domain/work/plan.js'
import {planNet, runNet} from '../../run/net-tasks.js'

interface OnHost {
  readonly target: Target
  readonly segments: readonly {readonly ask: SegmentAsk}[]
}

interface Placed<H extends OnHost> {
  /** Those that could be asked, or have no tunnel. */
  readonly hosts: readonly H[]
  /** The question, and those that did not answer it. */
  readonly plan: Plan
  readonly failed: readonly Outcome[]
}

export async function placeTunnels<H extends OnHost>(hosts: readonly H[], context: AppContext): Promise<Placed<H>> {
  const asked = hosts.filter(({segments}) => segments.some(({ask}) => ask.segment.tunnel !== undefined))
  const [first, ...rest] = asked.map(({target, segments}) => {
    const over = [...new Set(segments.flatMap(({ask}) => ask.segment.tunnel?.over ?? []))]
    return {target, action: {verb: 'net-underlay' as const, ask: {over}}}
  })
  if (first === undefined) return {hosts, plan: {tasks: [], refused: []}, failed: []}
  const plan = planNet([first, ...rest], context)
  const outcomes = await runNet(plan, context)
  const ways = new Map<string, readonly Underlay[]>()
  for (const {id, target} of plan.tasks) {
    const outcome = outcomes.find(({taskId}) => taskId === id)
    if (outcome?.status === 'ok' && outcome.data.kind === 'net-underlay')
      ways.set(formatTarget(target), outcome.data.ways)
  }
  const wayOf = (host: OnHost, ask: SegmentAsk) =>
    ways.get(formatTarget(host.target))?.find(({over}) => over === ask.segment.tunnel?.over)
  const placed = hosts.flatMap((host): readonly H[] => {
    if (asked.includes(host) && !ways.has(formatTarget(host.target))) return []
    const segments = host.segments.map((segment) => {
      const {ask} = segment
      const {tunnel} = ask.segment
      const own = wayOf(host, ask)
      if (tunnel === undefined || own === undefined) return segment
      const isIt = (one: {readonly ask: SegmentAsk}) => one.ask.name === ask.name && one.ask.user === ask.user
      const ends = hosts.filter((one) => one.segments.some(isIt))
      const others = ends.filter((one) => one !== host).map((one) => wayOf(one, ask))
      const known = [own, ...others.filter((one) => one !== undefined)]
      const family = known.every(({ipv4}) => ipv4 !== undefined) ? ('ipv4' as const) : ('ipv6' as const)
      const peers = others.flatMap((one) => one?.[family] ?? [])
      const vxlan = {
        ...{vni: tunnel.vni, local: own[family] ?? '', interface: own.interface, peers},
        // all ends have one MTU, the smallest
        mtu: Math.min(...known.map(({mtu}) => mtu)),
        isWhole: peers.length === others.length,
      }
      return {...segment, ask: {...ask, segment: {...ask.segment, vxlan}}}
    })
    return [{...host, segments}]
  })
  return {hosts: placed, plan, failed: outcomes.filter(({status}) => status !== 'ok')}
}
