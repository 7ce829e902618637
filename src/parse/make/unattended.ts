/** What an installer is told so that it asks nobody: the disk is taken whole, a key may log in, and no password. */
import type {InstallerAnswers, NewMachine, SeedFiles} from '../../domain/work/make.js'
import type {AddFault, NewInput} from './new-words.js'
import type {Seed} from './seed.js'
import {autoinstall} from './unattended/autoinstall.js'
import {autoyast} from './unattended/autoyast.js'
import type {Answers, InstallFacts} from './unattended/facts.js'
import {kickstart} from './unattended/kickstart.js'
import {preseed} from './unattended/preseed.js'

export const installers = ['preseed', 'kickstart', 'autoyast', 'autoinstall'] as const
export type Installer = (typeof installers)[number]

export function parseUnattended(
  {unattended, image, kernel, initrd, 'ssh-key': keys = [], 'user-data': userData}: NewInput,
  addFault: AddFault,
): Installer | undefined {
  if (unattended === undefined) return undefined
  const known = installers.find((one) => one === unattended)
  if (known === undefined) addFault('unattended', `'${unattended}' is none of ${installers.join(', ')}`)
  if (image !== undefined) addFault('unattended', 'is for an installer, and --image is a system that is installed')
  if (keys.length === 0) addFault('unattended', 'needs an --ssh-key: nobody could log in otherwise')
  if (userData !== undefined) addFault('user-data', 'is for cloud-init; an installer has answers of its own')
  if (known === 'preseed' && (kernel === undefined || initrd === undefined))
    addFault('unattended', 'preseed needs --kernel and --initrd of debian-installer: its answers go into that')
  return known
}

/** With what else it changes of the machine. */
export function withAnswers(machine: NewMachine, installer: Installer | undefined, seed: Seed | undefined): NewMachine {
  if (installer === undefined || seed === undefined) return machine
  const {label, uuid, macs, ip, network, bus = 'virtio', append, kernel} = machine
  const [mac] = macs
  const facts: InstallFacts = {
    label,
    keys: seed.keys.flatMap((line) => /(?:ssh|ecdsa|sk)-\S+ AAAA[A-Za-z0-9+/=]+/.exec(line) ?? []),
    disk: bus === 'virtio' ? '/dev/vda' : '/dev/sda',
    ...(mac !== undefined && {mac: mac.toLowerCase()}),
    ...(ip !== undefined && network !== undefined && {ip, network}),
  }
  const {answers, words, seed: files} = answersOf(installer, facts, uuid)
  return {
    ...machine,
    ...(kernel !== undefined && {append: append === undefined ? words : `${append} ${words}`}),
    ...(answers && {answers}),
    ...(files && {seed: files}),
  }
}

interface Told {
  readonly words: string
  readonly answers?: InstallerAnswers
  readonly seed?: SeedFiles
}

function answersOf(installer: Installer, facts: InstallFacts, uuid: string): Told {
  const file = ({text, append}: Answers, rest: Omit<InstallerAnswers, 'text'>): Told => ({
    words: append,
    answers: {...rest, text},
  })
  switch (installer) {
    case 'preseed':
      return file(preseed(facts), {name: 'preseed.cfg', label: 'CIDATA', inInitrd: true})
    case 'kickstart':
      return file(kickstart(facts), {name: 'ks.cfg', label: 'OEMDRV', inInitrd: false})
    case 'autoyast':
      return file(autoyast(facts), {name: 'autoinst.xml', label: 'CIDATA', inInitrd: false})
    case 'autoinstall': {
      const {text, append} = autoinstall(facts)
      const metaData = `${JSON.stringify({'instance-id': uuid, 'local-hostname': facts.label}, null, 2)}\n`
      return {words: append, seed: {userData: text, metaData}}
    }
  }
}
