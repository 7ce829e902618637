/**
 * Disk images that no configuration owns: machines that nobody has described yet. Which of the images a host listed these
 * are is known without a look at them; what they are, their first bytes say, and what was seen once is remembered.
 */
import {posix} from 'node:path'
import {CtysError} from '../../../domain/errors.js'
import type {ScanMemory, TypedReading} from '../../../domain/inventory/scan-memory.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import type {EnumerateData, EnumeratedMachine, Reject} from '../../../domain/work/answers.js'
import {enumeratedOf, unknownMachine} from '../../config/foreign-machine.js'
import {headBytes, imageHead} from '../../image/head.js'
import {imageHeadsScript, mostHeads} from '../remote/image-heads.js'
import type {Answer, FoundFile} from './answer.js'
import {recall, type Seen} from './manifest.js'

/** More of them are a store of something else. */
const mostImages = 1_000

const headsMs = 20_000

/** Types whose machines have their images beside their configuration, named or not. */
const ownDirectory = new Set(['QEMU', 'XEN', 'QEMU-INIT', 'LIMA', 'INCUS', 'LXD'])

/** Images in directories of no machine, and named by none. */
export function bareImages(
  {disks}: Pick<Answer, 'disks'>,
  data: EnumerateData,
  seen: readonly Seen[],
): readonly FoundFile[] {
  const named = new Set(
    data.machines.flatMap(({images = [], adopted}) => [...images, ...(adopted === undefined ? [] : [adopted])]),
  )
  const owned = new Set<string>()
  for (const {file, reading} of seen) if (reading !== null && isOwner(reading)) owned.add(posix.dirname(file.path))
  for (const {path} of data.rejects) owned.add(posix.dirname(path))
  const found = new Map<string, FoundFile>()
  for (const text of disks.images) {
    const [, device = '', inode = '', path = ''] = /^(-?\d+) (\d+) (\/.*)$/s.exec(text) ?? []
    // beside a base that is a file: somebody else's
    if (path === '' || path.includes('/./') || named.has(path) || owned.has(posix.dirname(path))) continue
    found.set(path, {path, stamp: `I ${device} ${inode}`, state: 'listed', content: Buffer.alloc(0)})
    if (found.size === mostImages) break
  }
  return [...found.values()]
}

function isOwner({type, machine, rejects, ignored}: TypedReading): boolean {
  if (ownDirectory.has(type)) return machine !== undefined || rejects.length > 0 || ignored
  // a script that does not say which image it takes may take any
  return machine !== undefined && type === 'SCRIPT' && machine.images === undefined
}

export interface Images {
  readonly machines: readonly EnumeratedMachine[]
  readonly seen: readonly Seen[]
  /** Images of which it is not known what they are. */
  readonly rejects: readonly Reject[]
}

/** Undefined when the memory does not know all of them. */
export function recallImages(files: readonly FoundFile[], memory: ScanMemory | undefined): Images | undefined {
  const seen = files.flatMap((file): readonly Seen[] => {
    const reading = recall(file, memory)
    return reading === undefined ? [] : [{file, reading}]
  })
  return seen.length === files.length ? imagesOf(seen) : undefined
}

/** Asks for the first bytes of those that the memory does not know. */
export async function lookAtImages(
  files: readonly FoundFile[],
  memory: ScanMemory | undefined,
  at: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<Images> {
  const seen: Seen[] = []
  const rejects: Reject[] = []
  const asked: FoundFile[] = []
  for (const file of files) {
    const reading = recall(file, memory)
    if (reading === undefined) asked.push(file)
    else seen.push({file, reading})
  }
  for (let from = 0; from < asked.length; from += mostHeads) {
    const some = asked.slice(from, from + mostHeads)
    const heads = await headsOf(some, at)
    some.forEach((file, index) => {
      const head = heads?.[index]
      if (head !== undefined && head.length > 0) seen.push({file, reading: readImage(head, file.path)})
      else rejects.push({path: file.path, line: 0, reason: `the image cannot be read${heads ? '' : ' in time'}`})
    })
  }
  return {...imagesOf(seen), rejects}
}

/** Undefined when a file system hangs. */
async function headsOf(
  files: readonly FoundFile[],
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<readonly Buffer[] | undefined> {
  const args = [String(headBytes), ...files.map(({path}) => path)]
  try {
    const {stdout} = await session.script(imageHeadsScript, args, {deadlineMs: headsMs, signal})
    return readHeads(stdout)
  } catch (error) {
    if (error instanceof CtysError && error.code === 'COMMAND_TIMEOUT') return undefined
    throw error
  }
}

function readHeads(stdout: Buffer): readonly Buffer[] {
  const heads: string[] = []
  for (const line of stdout.toString('latin1').split('\n')) {
    if (line === 'F') heads.push('')
    else if (heads.length > 0 && /^[ \t0-9a-f]+$/.test(line))
      heads.push(`${heads.pop() ?? ''}${line.replace(/[ \t]/g, '')}`)
  }
  return heads.map((hex) => Buffer.from(hex, 'hex'))
}

function readImage(head: Buffer, path: string): TypedReading | null {
  const image = imageHead(head, path)
  if (image === undefined) return null
  const {format, backing} = image
  const machine = enumeratedOf(
    {
      ...unknownMachine,
      type: 'IMAGE',
      name: posix.parse(path).name,
      disks: [{path, format, bus: '', kind: 'disk'}],
    },
    path,
  )
  if (machine === undefined) return null
  const base =
    backing === undefined || backing === ''
      ? {}
      : {backing: posix.resolve(posix.dirname(path), backing.replace(/^file:/, ''))}
  return {type: 'IMAGE', machine: {...machine, format, ...base}, rejects: [], ignored: false}
}

/** What another one stands on is no machine. */
function imagesOf(seen: readonly Seen[]): Images {
  const machines = seen.flatMap(({reading}) => reading?.machine ?? [])
  const backing = new Set(machines.map((machine) => machine.backing))
  return {machines: machines.filter(({id}) => !backing.has(id)), seen, rejects: []}
}
