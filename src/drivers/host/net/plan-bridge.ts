/** The bridge of a network, and the interface that goes into it. */
import {PreconditionError} from '../../../domain/errors.js'
import {pastable} from '../../../lib/shell-quote.js'
import type {Link} from './facts.js'
import {type BridgeMarks, bridgeAlias, draftName, type OwnBridge, ownBridge} from './names.js'
import {hasServices} from './plan-services.js'
import type {Wanted} from './plan-types.js'
import {addBridge, enslave, removeLink, type Step, setAlias, setUp} from './steps.js'

export interface BridgePlan {
  readonly steps: readonly Step[]
  readonly remarks: readonly string[]
}

/** Throws PreconditionError NET_FOREIGN, EXISTS or INTERFACE_ADDRESSED. */
export function bridgeSteps(wanted: Wanted, name: string): BridgePlan {
  const {facts, ask} = wanted
  const link = facts.links.get(name)
  const own = link === undefined ? undefined : ownBridge(link)
  const port = ask.interface === undefined ? undefined : portOf(wanted, ask.interface, name)
  if (link !== undefined && own === undefined) return foreign(wanted, link)
  if (own?.interface !== undefined && port !== undefined && own.interface !== port.name) {
    throw new PreconditionError('EXISTS', `${wanted.host}: ${name} is there with the interface ${own.interface}`, {
      hint: 'take its networks down first, or give this one another bridge: -b BRIDGE',
    })
  }
  const alias = bridgeAlias(marksOf(wanted, own, {name, port}))
  const isMarked = own?.moved !== undefined || link?.alias === alias
  const draft = leftDraft(wanted, name)
  const made = link === undefined ? newBridge(wanted, name, alias) : isMarked ? [] : [setAlias(facts, name, alias)]
  const steps = [
    ...(draft === undefined ? [] : [removeLink(facts, draft, `half-made bridge ${draft} removed`)]),
    ...made,
    ...(link === undefined || link.up ? [] : [setUp(facts, name)]),
    ...(port === undefined || port.master === name ? [] : [enslave(facts, port.name, name)]),
    ...(port === undefined || port.up ? [] : [setUp(facts, port.name)]),
  ]
  const isAlone = ask.segment === undefined && port === undefined && own?.interface === undefined
  return {
    steps,
    remarks: isAlone
      ? [
          `${name} has no interface: guests reach each other and this host over it, and nothing beyond; -i INTERFACE puts one in`,
        ]
      : [],
  }
}

/** Whose it is: what it says already, and what is wanted of it besides. Throws EXISTS. */
function marksOf(
  {ask, parts, host}: Wanted,
  own: OwnBridge | undefined,
  {name, port}: {readonly name: string; readonly port: Link | undefined},
): BridgeMarks {
  const isServed = ask.segment !== undefined && hasServices(ask.segment)
  const other = own?.segment
  if (isServed && own?.moved !== undefined) {
    throw new PreconditionError('EXISTS', `${host}: ${name} has the addresses of ${own.interface}`, {
      hint: 'give the segment another bridge, or no address, DHCP and NAT of its own',
    })
  }
  if (isServed && other !== undefined && !(other.name === parts.name && other.user === parts.user)) {
    throw new PreconditionError('EXISTS', `${host}: ${name} is the bridge of segment ${other.name} of ${other.user}`, {
      hint: 'give this one another bridge',
    })
  }
  const known = own?.interface === undefined ? undefined : {name: own.interface, wasDown: own.wasDown}
  const given = port === undefined ? undefined : {name: port.name, wasDown: !port.up}
  return {port: known ?? given, segment: isServed ? parts : other, out: own?.out}
}

function newBridge({facts, parts}: Wanted, name: string, alias: string): readonly Step[] {
  return addBridge(facts, name, {draft: draftName(name, parts), alias})
}

/** A bridge that somebody began and did not finish. */
function leftDraft({facts, parts, host}: Wanted, bridge: string): string | undefined {
  const left = facts.links.get(draftName(bridge, parts))
  if (left === undefined) return undefined
  if (left.kind === 'bridge' && !left.up) return left.name
  throw new PreconditionError('NET_FOREIGN', `${host}: ${left.name} is there and is none of ctys`, {
    hint: `see: ip -d link show dev ${left.name}`,
  })
}

/** One that was named is used as it is; nothing but the TAP goes into it. */
function foreign({ask, host}: Wanted, {name, kind, up}: Link): BridgePlan {
  if (kind === 'bridge' && ask.segment !== undefined && hasServices(ask.segment)) {
    throw new PreconditionError('NET_FOREIGN', `${host}: there is a bridge ${name} that ctys did not make`, {
      hint: 'a segment with an address, DHCP or NAT needs a bridge of its own: bridge: NAME',
    })
  }
  if (kind !== 'bridge') {
    throw new PreconditionError('NET_FOREIGN', `${host}: ${name} is there and is no bridge`, {
      hint: 'give the bridge another name: -b BRIDGE',
    })
  }
  if (ask.bridge === undefined || ask.interface !== undefined) {
    throw new PreconditionError(
      'NET_FOREIGN',
      `${host}: there is a bridge ${name} that ctys did not make; it was left as it is`,
      {
        hint:
          ask.interface === undefined
            ? `to use it as it is: -b ${name}; else another name: -b BRIDGE`
            : `ctys changes its ports for nobody: leave -i out, or take another name: -b BRIDGE`,
      },
    )
  }
  return {steps: [], remarks: [`${name} is another's bridge and is used as it is${up ? '' : '; it is down'}`]}
}

/** Throws where it cannot go into the bridge without being cut off from something. */
function portOf({facts, host}: Wanted, name: string, bridge: string): Link {
  const link = facts.links.get(name)
  if (link === undefined) throw new PreconditionError('NET_LACKS', `${host}: there is no interface ${name}`)
  if (link.master === bridge) return link
  if (link.master !== undefined || link.kind === 'bridge' || link.kind === 'tun' || name === 'lo') {
    const why =
      link.master === undefined ? `is a ${name === 'lo' ? 'loopback' : link.kind}` : `is part of ${link.master}`
    throw new PreconditionError('NET_FOREIGN', `${host}: ${name} cannot go into ${bridge}: it ${why}`, {
      hint: 'name an interface that is used for nothing else: -i INTERFACE',
    })
  }
  const own = link.addresses.filter(({scope}) => scope !== 'link').map(({address}) => address)
  if (own.length > 0 || link.routed) {
    const what = own.length > 0 ? own.join(', ') : 'routes'
    throw new PreconditionError('INTERFACE_ADDRESSED', `${host}: ${name} carries ${what}: it was left as it is`, {
      hint: `ctys net move ${pastable(host)} -i ${name} moves them into the bridge first, without cutting it off; or leave -i out`,
    })
  }
  return link
}
