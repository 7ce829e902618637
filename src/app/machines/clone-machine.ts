/** `ctys clone`: machines made of one that is off, beside it; afterwards they are in the inventory. */
import {createHash} from 'node:crypto'
import {isIP} from 'node:net'
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {Clone} from '../../domain/work/alter.js'
import {expandNames} from '../../parse/make/expand-names.js'
import {isLabel, labelText, parseMac, parseUuid} from '../../parse/make/parse-new.js'
import {seedOf} from '../../parse/make/seed.js'
import {type MachineInput, workOnMachines} from '../run/act-on-machines.js'
import {planWork, runTasks} from '../run/run-tasks.js'
import {identities} from './identities.js'
import {readSeed} from './read-seed.js'
import {mergeStored} from './stored.js'

export interface CloneInput extends MachineInput {
  /** A name, or a pattern of names. */
  readonly names: string
  readonly linked: boolean
  readonly mac?: string | undefined
  readonly ip?: string | undefined
  readonly uuid?: string | undefined
  readonly keyFiles?: readonly string[] | undefined
  readonly userDataFile?: string | undefined
}

export async function cloneMachines(
  {names, linked, mac, ip, uuid, keyFiles, userDataFile, ...input}: CloneInput,
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const faults: string[] = []
  const addFault = (word: string, reason: string) => void faults.push(`--${word}: ${reason}`)
  const labels = expandNames(names, faults)
  const wrong = labels.find((label) => !isLabel(label))
  if (wrong !== undefined) faults.push(`'${wrong}' ${labelText}`)
  for (const [word, value] of Object.entries({mac, ip, uuid})) {
    if (value !== undefined && labels.length > 1) addFault(word, `is for one machine, not for ${labels.length}`)
  }
  const ownMac = mac === undefined ? undefined : parseMac(mac, addFault)
  const ownUuid = uuid === undefined ? undefined : parseUuid(uuid, addFault)
  if (ip !== undefined && isIP(ip) === 0) addFault('ip', `'${ip}' is no IP address`)
  const seed = await readSeed({'ssh-key': keyFiles, 'user-data': userDataFile}, addFault)
  if (faults.length > 0) throw new UsageError(faults, 'ctys clone --help')
  const records = await context.inventory.all()
  const taken = identities(records)
  const isClone = ({label}: {readonly label: string}) => labels.includes(label)
  const used = [
    ...(ownMac === undefined ? [] : [taken.claimMac(ownMac, isClone)]),
    ...(ownUuid === undefined ? [] : [taken.claimUuid(ownUuid, isClone)]),
  ].flatMap((fault) => fault ?? [])
  if (used.length > 0) throw new UsageError(used, 'leave it out: a free one is chosen')
  const how = linked ? 'linked' : 'full'
  const clones = labels.map((label): Clone => {
    const own = ownUuid ?? taken.newUuid()
    const madeOf = [label, how, mac ?? '', ip ?? '', uuid ?? '', seed ?? '', input.machine ?? '']
    return {
      ...{label, uuid: own, macs: [ownMac ?? taken.newMac()], how},
      ...(ip !== undefined && {ip}),
      ...(seed && {seed: seedOf(seed, {label, uuid: own})}),
      fingerprint: createHash('sha256').update(JSON.stringify(madeOf)).digest('hex').slice(0, 32),
    }
  })
  const [first, ...rest] = clones
  if (first === undefined) throw new UsageError(['no name is given for the new machine'])
  const {dryRun, ...work} = await workOnMachines(
    input,
    (machine) => {
      const step = (clone: Clone) => ({verb: 'alter', ask: {machine, change: {what: 'clone', ...clone}}}) as const
      return [step(first), ...rest.map(step)]
    },
    context,
  )
  if (dryRun) return planWork(work, context)
  const done = await runTasks(work, context)
  await mergeStored(done, context)
  return done
}
