/** VLANs of the ports of a segment's switch, and its cables to other switches (wirefilter). Pure. */
import type {LinkAsk} from '../../../domain/work/segment-parts.js'
import type {NetFacts, NetProcess} from './facts.js'
import {linkFile, type Parts, partsOf} from './names.js'
import type {Wanted} from './plan-types.js'
import {type Step, startLink, stopLink, tellSwitch} from './steps.js'

/** What the management of the switch has to be told; all of it where the switch was not running yet. */
export function portSteps({ask, parts, ports: now}: Wanted): readonly Step[] {
  const wanted = ask.segment?.ports ?? []
  const vlans = new Set(wanted.flatMap(({vlan, tagged}) => [vlan, ...tagged]).filter((vlan) => vlan !== 0))
  const missing = [...vlans].filter((vlan) => now?.tagged.has(vlan) !== true).sort((one, other) => one - other)
  return [
    ...missing.map((vlan) => tellSwitch(parts, `VLAN ${vlan}`, [`vlan/create ${vlan}`])),
    ...wanted.flatMap(({port, vlan, tagged}): readonly Step[] => {
      const isThere = now?.untagged.has(port) === true
      const had = [...(now?.tagged ?? [])].filter(([, at]) => at.has(port)).map(([one]) => one)
      const commands = [
        ...(isThere ? [] : [`port/create ${port}`]),
        ...had.filter((one) => !tagged.includes(one)).map((one) => `vlan/delport ${one} ${port}`),
        ...((now?.untagged.get(port) ?? 0) === vlan ? [] : [`port/setvlan ${port} ${vlan}`]),
        ...tagged.filter((one) => !had.includes(one)).map((one) => `vlan/addport ${one} ${port}`),
      ]
      const passing = tagged.length === 0 ? '' : `, ${tagged.join(' ')} with a tag`
      const step = tellSwitch(parts, `port ${port} in VLAN ${vlan}${passing}`, commands)
      return commands.length === 0 ? [] : [isThere && now !== undefined ? {...step, sign: '~'} : step]
    }),
  ]
}

/** Cables that are wanted, and none besides. */
export function linkSteps({facts, ask, parts, owner}: Wanted): readonly Step[] {
  const wanted = ask.segment?.links
  if (wanted === undefined) return []
  const running = linksOf(facts, parts, owner.uid)
  const files = new Set(wanted.map(({to}) => linkFile(parts, to)))
  return [
    ...running.filter(({file}) => !files.has(file)).map((link) => stopCable(link)),
    ...wanted.flatMap((link): readonly Step[] => {
      const file = linkFile(parts, link.to)
      const words = linkWords(link, {parts, other: partsOf(link.to, parts.user, facts), file, base: facts.base.path})
      const known = running.find((one) => one.file === file)
      if (known?.process.argv.slice(1).join('\n') === words.join('\n')) return []
      const start = startLink(facts, {tool: 'wirefilter', words, file, what: linkText(link)})
      return known === undefined ? [start] : [stopCable(known), {...start, sign: '~'}]
    }),
  ]
}

/** Those of the network, and those of others to it. */
export function linksAway({facts, parts, owner}: Ours): readonly Step[] {
  return cablesOf({facts, parts, owner}).map(stopCable)
}

export type Ours = Pick<Wanted, 'facts' | 'parts'> & {readonly owner: Pick<Wanted['owner'], 'uid'>}

/** Every cable of ctys that has an end at the switch. */
export function cablesOf({facts, parts, owner}: Ours): readonly RunningLink[] {
  const {records, name} = parts
  const isAt = (file: string) => file.startsWith(`${records}/`) && file.endsWith(`.to.${name}.pid`)
  return pidFilesOf(facts, owner.uid).filter(({file}) => file.startsWith(`${records}/${name}.to.`) || isAt(file))
}

export interface RunningLink {
  readonly process: NetProcess
  readonly file: string
}

function linksOf(facts: NetFacts, {records, name}: Parts, uid: number): readonly RunningLink[] {
  return pidFilesOf(facts, uid).filter(({file}) => file.startsWith(`${records}/${name}.to.`))
}

/** By the pid file that their words name; of this user, or root. */
export function pidFilesOf({filters}: NetFacts, uid: number): readonly RunningLink[] {
  return filters.flatMap((process) => {
    const at = process.argv.indexOf('--pidfile')
    const file = at < 0 ? undefined : process.argv[at + 1]
    return (process.uid === uid || process.uid === 0) && file !== undefined ? [{process, file}] : []
  })
}

function stopCable({process, file}: RunningLink): Step {
  const to = /\.to\.([^/]*)\.pid$/.exec(file)?.[1] ?? ''
  return stopLink(process, {file, what: `cable to ${to}`})
}

interface Ends {
  readonly parts: Parts
  readonly other: Parts
  readonly file: string
  readonly base: string
}

/** wirefilter(1). */
function linkWords(
  {loss, delayMs, duplicate, bandwidth, mtu}: LinkAsk,
  {parts, other, file, base}: Ends,
): readonly string[] {
  const option = (letter: string, value: number | undefined) => (value === undefined ? [] : [letter, String(value)])
  return [
    ...['--pidfile', file, '-v', `${parts.sock}:${base}/vde_switch${other.name}.${other.user}`],
    ...option('-l', loss),
    ...option('-d', delayMs),
    ...option('-D', duplicate),
    ...option('-b', bandwidth),
    ...option('-m', mtu),
  ]
}

function linkText({to, loss, delayMs, duplicate, bandwidth, mtu}: LinkAsk): string {
  const faults = [
    ...(loss === undefined ? [] : [`loss ${loss} %`]),
    ...(delayMs === undefined ? [] : [`delay ${delayMs} ms`]),
    ...(duplicate === undefined ? [] : [`duplicates ${duplicate} %`]),
    ...(bandwidth === undefined ? [] : [`${bandwidth} bytes a second`]),
    ...(mtu === undefined ? [] : [`MTU ${mtu}`]),
  ]
  return `cable to ${to}${faults.length === 0 ? '' : `: ${faults.join(', ')}`}`
}
