/** What a host lacks of what a network needs: all of it in one error, before anything is done. */
import {PreconditionError} from '../../../domain/errors.js'
import type {NetUpAsk} from '../../../domain/work/net.js'
import type {SegmentParts} from '../../../domain/work/segment-parts.js'
import type {NetFacts} from './facts.js'

interface Lack {
  readonly fault: string
  readonly remedy: string
}

/** Throws PreconditionError NET_LACKS. */
export function refuseLacks(facts: NetFacts, ask: NetUpAsk, host: string): void {
  const [first, ...rest] = lacksOf(facts, ask)
  if (first === undefined) return
  throw new PreconditionError('NET_LACKS', `${host}: ${first.fault}`, {
    hint: first.remedy,
    details: rest.map(({fault, remedy}) => `${fault}; next: ${remedy}`),
  })
}

function lacksOf(facts: NetFacts, {extent, user, group, interface: port, segment}: NetUpAsk): readonly Lack[] {
  const {system, base, owner, tools, ip, links} = facts
  if (system !== 'Linux') return [lack(`networks are made on Linux, this is ${system}`, 'use the tools of the system')]
  const isWired = extent !== 'switch'
  const hasSwitch = segment?.switch !== false
  return [
    ...(tools.has('vde_switch') || !hasSwitch
      ? []
      : [lack('there is no vde_switch', 'install VDE there (Debian, Fedora, Arch: vde2), or put it below /opt/vde')]),
    ...(segment === undefined ? [] : toolLacks(facts, segment)),
    ...(isWired && hasSwitch ? tunLacks(facts) : []),
    ...(isWired && ip === undefined ? [lack('there is no ip', 'install iproute2 there')] : []),
    ...(isWired && hasSwitch && ip === 'busybox' && !tools.has('vde_tunctl')
      ? [lack('its ip is that of busybox, which makes no TAP', 'install iproute2, or vde_tunctl of VDE')]
      : []),
    ...(segment?.span === 'vxlan' && ip === 'busybox'
      ? [lack('its ip is that of busybox, which makes no VXLAN', 'install iproute2 there')]
      : []),
    ...(isWired && links.size === 0
      ? [lack('its interfaces cannot be seen in /sys/class/net', 'mount -t sysfs sysfs /sys')]
      : []),
    ...(owner === undefined ? [lack(`there is no user ${user ?? ''}`, 'name one of the host: -u USER')] : []),
    ...(facts.group?.exists === false
      ? [lack(`there is no group ${group ?? ''}`, 'name one of the host: -g GROUP')]
      : []),
    ...(base.state === 'ok'
      ? []
      : [lack(`no socket can lie in ${base.path}: ${baseTexts[base.state]}`, baseRemedies[base.state](base.path))]),
    ...(port !== undefined && isWired && links.size > 0 && !links.has(port)
      ? [
          lack(
            `there is no interface ${port}`,
            `it has ${[...links.values()]
              .filter(({kind}) => kind !== 'tap')
              .map(({name}) => name)
              .join(', ')}`,
          ),
        ]
      : []),
  ]
}

/** Of what a segment has on its bridge and at its switch. */
function toolLacks({tools}: NetFacts, {dhcp, domain, nat, span, links = []}: SegmentParts): readonly Lack[] {
  const needs = (isNeeded: boolean, tool: string, names: string) =>
    isNeeded && !tools.has(tool) ? [lack(`there is no ${tool}`, `install it there (Debian: ${names})`)] : []
  return [
    ...needs(dhcp !== undefined || domain !== undefined, 'dnsmasq', 'dnsmasq-base'),
    ...needs(nat !== undefined, 'nft', 'nftables'),
    ...needs(links.length > 0, 'wirefilter', 'vde2'),
    ...needs(span === 'vxlan', 'bridge', 'iproute2'),
    ...needs(span === 'ssh', 'vde_plug', 'vdeplug, or vde2'),
    ...needs(span === 'vxvde', 'vde_plug', 'vdeplug'),
  ]
}

function tunLacks({tun, tunForAll, tunMode, owner, me}: NetFacts): readonly Lack[] {
  if (tun === 'none')
    return [
      lack('there is no /dev/net/tun, so no TAP', 'modprobe tun; in a container the device has to be given to it'),
    ]
  if (tun === 'broken') return [lack('/dev/net/tun is there, and the kernel has nothing behind it', 'modprobe tun')]
  const isOpen = tunForAll || owner?.uid === 0 || (owner?.uid === me.uid && tun === 'ok')
  if (isOpen || owner === undefined) return []
  return [
    lack(
      `/dev/net/tun is closed to ${owner.user} (${tunMode})`,
      'chmod 0666 /dev/net/tun, as udev has it: who may open which TAP is set for each TAP',
    ),
  ]
}

function lack(fault: string, remedy: string): Lack {
  return {fault, remedy}
}

const baseTexts = {
  missing: 'it does not exist',
  denied: 'it is not writable',
  unsafe: 'anybody may replace what lies in it',
  ok: '',
} as const

const baseRemedies: Readonly<Record<NetFacts['base']['state'], (path: string) => string>> = {
  missing: (path) => `mkdir -m 1777 ${path}`,
  denied: (path) => `chmod 1777 ${path}, or set CTYS_SOCKBASE there`,
  unsafe: (path) => `chmod +t ${path}`,
  ok: () => '',
}
