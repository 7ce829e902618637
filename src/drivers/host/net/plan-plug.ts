/** The plug by which the switch of a segment joins those of other hosts: vde_plug(1) with a vxvde (libvdeplug_vxvde(1)). Pure. */
import {plugFile} from './names.js'
import {type Ours, pidFilesOf, type RunningLink} from './plan-ports.js'
import type {Wanted} from './plan-types.js'
import {type Step, startLink, stopLink} from './steps.js'

const front = 'vxvde://'

/** One where it is wanted, else none. */
export function plugSteps({facts, ask, parts, owner}: Wanted): readonly Step[] {
  if (ask.segment === undefined) return []
  const {vxvde} = ask.segment
  const known = plugOf({facts, parts, owner})
  if (vxvde === undefined) return known === undefined ? [] : [stopPlug(known)]
  const file = plugFile(parts)
  const {group, over} = vxvde
  const place = `${group}${over === '' ? '' : `/if=${over}`}`
  const words = ['--pidfile', file, `vde://${parts.sock}`, `${front}${place}`]
  if (known?.process.argv.slice(1).join('\n') === words.join('\n')) return []
  const start = startLink(facts, {tool: 'vde_plug', words, file, what: `plug into ${front}${place}`})
  return known === undefined ? [start] : [stopPlug(known), {...start, sign: '~'}]
}

export function plugAway(ours: Ours): readonly Step[] {
  const known = plugOf(ours)
  return known === undefined ? [] : [stopPlug(known)]
}

/** Of this user, or root, by the file that its words name. */
export function plugOf({facts, parts, owner}: Ours): RunningLink | undefined {
  const own = plugFile(parts)
  return pidFilesOf(facts, owner.uid).find(({file}) => file === own)
}

/** What it joins, as its words have it. */
export function joinedBy({process}: RunningLink): string {
  return process.argv.find((word) => word.startsWith(front)) ?? front
}

function stopPlug(known: RunningLink): Step {
  return stopLink(known.process, {file: known.file, what: `plug into ${joinedBy(known)}`})
}
