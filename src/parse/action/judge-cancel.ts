import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {CancelAsk, CancelHow} from '../../domain/work/asks.js'
import type {KeyAndArgs} from '../machine/parse-address.js'

const hows: Readonly<Record<string, CancelHow>> = {
  POWEROFF: 'poweroff',
  REBOOT: 'reboot',
  RESET: 'reset',
  PAUSE: 'pause',
  SUSPEND: 'suspend',
  RESUME: 'resume',
}

export const defaultGraceMs = 120_000

/** The suboptions of CANCEL behind the machine address, by their first names. No mode means POWEROFF. */
export function judgeCancel(
  machine: MachineAddress | 'all',
  suboptions: readonly KeyAndArgs[],
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
      seconds(key, args)
    } else if (key === 'FORCE') force = true
    else if (key === 'FOREIGN') foreign = true
    else if (key === 'TIMEOUT') seconds(key, args ?? '')
    else if (key === 'INIT') {
      if (args === '0') choose(key, 'poweroff')
      else if (args === '6') choose(key, 'reboot')
      else faults.push(`cancel: init:${args ?? ''}: only init:0 and init:6 can be asked of a guest from outside`)
    }
  }
  if (foreign && machine === 'all') faults.push('cancel: foreign needs the address of one machine, not all')
  return {machine, how: how ?? 'poweroff', force, ...(foreign && {foreign}), graceMs}
}
