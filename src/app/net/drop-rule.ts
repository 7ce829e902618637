/** Whether a rule of nft(8) that drops may hit frames between two machines. Pure; a match that is not known may. */
import type {NetDrop} from '../../domain/work/net.js'

interface Frames {
  /** Of both machines: MAC and IP. */
  readonly addresses: readonly (readonly string[])[]
  /** The bridge and its ports. */
  readonly links: readonly string[]
}

const match =
  /\b(iifname|oifname|ibrname|obrname|iif|oif|(?:ether|ip|ip6|arp) (?:saddr|daddr)(?: (?:ip|ether))?) (!= )?("[^"]*"|\{[^}]*\}|\S+)/g
/** What says nothing of who is meant. */
const blank =
  /\b(?:counter packets \d+ bytes \d+|counter|log(?: prefix "[^"]*")?|drop|reject|policy|comment "[^"]*")\b;?/g

/** False also for a rule that is about something else than all frames: a protocol, a port, a state. */
export function hits({rule}: Pick<NetDrop, 'rule'>, {addresses, links}: Frames): boolean {
  const known = new Set([...addresses.flat().map((one) => one.toLowerCase()), ...links])
  let rest = rule
  for (const [whole, key = '', not, value = ''] of rule.matchAll(match)) {
    rest = rest.replace(whole, '')
    const values = value
      .replace(/^\{|\}$/g, '')
      .split(',')
      .map((one) => one.trim().replaceAll('"', ''))
    const isOurs = values.some((one) => known.has(key.includes('addr') ? one.toLowerCase() : one))
    if (isOurs === (not !== undefined)) return false
  }
  return rest.replaceAll(blank, '').trim() === ''
}
