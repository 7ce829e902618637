/** What a host is asked for the new machines of one entry. */
import {createHash} from 'node:crypto'
import type {Target} from '../../domain/target.js'
import type {GuestSystem, NewMachine} from '../../domain/work/make.js'
import type {NewRequest} from '../../parse/make/parse-new.js'
import {plainSeed, type Seed, seedOf} from '../../parse/make/seed.js'
import {type Installer, withAnswers} from '../../parse/make/unattended.js'
import type {MakeWork} from '../run/make-tasks.js'
import type {AddressesByName} from './address-map.js'
import type {Identities} from './identities.js'
import type {FoundImage} from './images.js'
import type {Placed} from './spread.js'

interface Entry {
  readonly request: NewRequest
  readonly seed: Seed | undefined
  readonly image: FoundImage | undefined
  readonly targets: readonly Target[]
  readonly placed: readonly Placed[]
  readonly system?: GuestSystem
  readonly installer: Installer | undefined
  readonly addresses?: AddressesByName
}

/** One for each host. */
export function workOf(entry: Entry, serial: string, taken: Identities): readonly MakeWork[] {
  const {request, image} = entry
  return entry.targets.flatMap((target) => {
    const base = request.base
    const own = entry.placed.filter((one) => one.target === target)
    const machines = own.map(({label}) => toMachine(label, entry, taken))
    if (machines.length === 0) return []
    const path = image?.pathOn(target, base)
    return [
      {
        target,
        ask: {base, serial, machines: path === undefined ? machines : machines.map((machine) => madeOf(path, machine))},
        image: image?.askOf(target, base),
      },
    ]
  })
}

function madeOf(path: string, machine: NewMachine): NewMachine {
  const {disk} = machine
  return disk.from === undefined ? machine : {...machine, disk: {...disk, from: {...disk.from, path}}}
}

function toMachine(label: string, {request, seed, system, installer, addresses}: Entry, taken: Identities): NewMachine {
  const {template, mac, uuid} = request
  const mapped = addresses?.get(label)
  const madeOf = [label, template, mac ?? '', uuid ?? '', seed ?? '', ...(installer === undefined ? [] : [installer])]
  const fingerprint = createHash('sha256').update(JSON.stringify(madeOf)).digest('hex').slice(0, 32)
  const macs = template.net === 'none' && mac === undefined ? [] : [mac ?? mapped?.mac ?? taken.newMac()]
  const own = uuid ?? taken.newUuid()
  const ip = template.ip ?? mapped?.ip
  const machine = {
    label,
    uuid: own,
    macs,
    ...template,
    ...(ip !== undefined && {ip}),
    ...(system && {system}),
    fingerprint,
  }
  if (installer !== undefined) return withAnswers(machine, installer, seed)
  const told = seed ?? (template.network === undefined ? undefined : plainSeed)
  return {...machine, ...(told && {seed: seedOf(told, machine)})}
}
