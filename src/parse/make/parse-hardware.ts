/** The devices of a new machine, as its words or its guest name them. */
import type {NewMachine} from '../../domain/work/make.js'
import {optional, wordFault} from './check-text.js'
import type {AddFault, NewInput} from './new-words.js'

type Hardware = Pick<NewMachine, 'arch' | 'platform' | 'cpu' | 'bus' | 'nic' | 'vga' | 'clock' | 'tablet'>

const buses = ['virtio', 'ide', 'scsi', 'none'] as const
const clocks = ['utc', 'localtime'] as const
const tablets = ['yes', 'no'] as const

export function parseHardware(words: NewInput, addFault: AddFault): Hardware {
  for (const word of ['nic', 'machine', 'arch', 'vga'] as const) {
    const fault = wordFault(words[word] ?? 'none')
    if (fault !== undefined) addFault(word, fault)
  }
  if (words.cpu !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_.,=+-]{0,127}$/.test(words.cpu)) {
    addFault('cpu', `'${words.cpu}' is no CPU of QEMU, such as host or max,-x2apic`)
  }
  const oneOf = <W extends string>(word: 'bus' | 'clock' | 'tablet', known: readonly W[]): W | undefined => {
    const value = words[word]
    const found = known.find((one) => one === value)
    if (value !== undefined && found === undefined) addFault(word, `'${value}' is none of ${known.join(', ')}`)
    return found
  }
  const {arch, machine: platform, nic, cpu, vga} = words
  const [bus, clock, tablet] = [oneOf('bus', buses), oneOf('clock', clocks), oneOf('tablet', tablets)]
  return optional({arch, platform, cpu, bus, nic, vga, clock, tablet})
}
