import {UsageError} from '../../domain/errors.js'
import type {NetworkEntry} from '../../domain/network/network-entry.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {ExtractArpResult} from '../../domain/results/network.js'
import {type PlanResult, planResult} from '../../domain/results/run.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {isLinkLocal} from '../../lib/network-address.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {type ColumnInput, extractLayout} from '../find/entry-layout.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import type {HostsInput} from '../run/run-command.js'
import {expandTargets} from '../targets/expand-targets.js'

export interface ExtractArpInput extends HostsInput, ColumnInput {
  readonly ethers: boolean
  /** Into the address map, instead of showing it. */
  readonly store: boolean
}

/** `ctys extract-arp HOST...`: what the neighbour tables of the hosts say of addresses, shown or stored. */
export async function extractArp(input: ExtractArpInput, context: AppContext): Promise<ExtractArpResult | PlanResult> {
  const faults: string[] = []
  const targets = parseTargets(await expandTargets(input.targets, context, faults), input.user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  const type = input.type.toUpperCase()
  const plan = planQuestion({type, action: {verb: 'neighbours', ask: {}}, targets}, context)
  if (input.dryRun) return planResult(plan)
  const outcomes = await askHosts(plan, context)
  const entries = entriesOf(outcomes)
  const {macmap, signal} = context
  const stored =
    input.store && entries.length > 0 && !signal.aborted
      ? {stored: {location: macmap.location, changes: await macmap.merge(entries, signal)}}
      : {}
  return {kind: 'extract-arp', plan, outcomes, entries, ...stored, layout: extractLayout(input)}
}

/** Each once; an address that means something on its link only helps nobody to reach the machine. */
function entriesOf(outcomes: readonly Outcome[]): readonly NetworkEntry[] {
  const entries = new Map<string, NetworkEntry>()
  for (const outcome of outcomes) {
    if (outcome.status !== 'ok' || outcome.data.kind !== 'neighbours') continue
    for (const {name, ip, mac} of outcome.data.neighbours) {
      if (!isLinkLocal(ip)) entries.set(`${name};${ip};${mac}`, {name, ip, mac})
    }
  }
  return [...entries.values()]
}
