import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {CancelAsk, CancelHow} from '../../domain/work/asks.js'
import type {Suboption} from '../../lib/split-suboptions.js'
import {suggest} from '../../lib/suggest.js'

const hows: Readonly<Record<string, CancelHow>> = {
  POWEROFF: 'poweroff',
  S5: 'poweroff',
  REBOOT: 'reboot',
  RESET: 'reset',
  PAUSE: 'pause',
  S3: 'pause',
  SUSPEND: 'suspend',
  S4: 'suspend',
  RESUME: 'resume',
}
const later = ['STACK', 'SELF', 'CLIENT', 'USER']

export const defaultGraceMs = 120_000

/** The suboptions of CANCEL behind the machine address. No mode means POWEROFF. */
export function parseCancel(
  machine: MachineAddress | 'all',
  suboptions: readonly Suboption[],
  faults: string[],
): CancelAsk {
  let how: CancelHow | undefined
  let force = false
  let foreign = false
  let graceMs = defaultGraceMs
  const seconds = (key: string, args: string): void => {
    const value = Number(args)
    if (!/^[0-9]+$/.test(args) || value > 86_400)
      faults.push(`cancel: ${key.toLowerCase()}:${args}: not a number of seconds (0-86400)`)
    else graceMs = value * 1000
  }
  const choose = (key: string, value: CancelHow): void => {
    if (how !== undefined && how !== value) faults.push(`cancel: ${key.toLowerCase()} and ${how} exclude each other`)
    how = value
  }
  for (const {key, args} of suboptions) {
    const found = hows[key]
    if (found !== undefined) {
      choose(key, found)
      if (args === undefined) continue
      if (found === 'poweroff') seconds(key, args)
      else faults.push(`cancel: ${key.toLowerCase()} takes no value`)
    } else if (key === 'FORCE') force = true
    else if (key === 'FOREIGN') foreign = true
    else if (key === 'TIMEOUT') seconds(key, args ?? '')
    else if (key === 'INIT') {
      if (args === '0') choose(key, 'poweroff')
      else if (args === '6') choose(key, 'reboot')
      else faults.push(`cancel: init:${args ?? ''}: only init:0 and init:6 can be asked of a guest from outside`)
    } else if (!['ALL', 'SERVER', 'BOTH'].includes(key)) {
      faults.push(
        later.includes(key)
          ? `cancel: ${key.toLowerCase()} is not supported yet`
          : `cancel: unknown suboption '${key.toLowerCase()}'${suggest(key, [...Object.keys(hows), 'FORCE', 'FOREIGN', 'ALL'])}`,
      )
    }
  }
  if (foreign && machine === 'all') faults.push('cancel: foreign needs the address of one machine, not all')
  return {machine, how: how ?? 'poweroff', force, ...(foreign && {foreign}), graceMs}
}
