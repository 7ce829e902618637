/** Takes apart what remote/processes.ts printed. Pure; what a chunk means together with others is read-processes.ts'. */
import type {Unseen} from '../../../domain/machine/list-doubt.js'
import {cleanBase} from '../paths.js'
import {isQemu, isRefusedByQemu, mayBeQemu} from './is-qemu.js'
import {withoutLoader} from './loader.js'
import {parsePsTable} from './ps-table.js'
import {type RawProcess, unseen} from './raw-process.js'

export interface Chunks {
  /** Those that are QEMU by their program or name, with their words. */
  readonly processes: readonly RawProcess[]
  readonly judged: readonly number[]
  /** Of processes that one line of ps(1) showed: user and group by pid. */
  readonly names: ReadonlyMap<number, readonly [user: string, group: string]>
  /** By path. */
  readonly files: ReadonlyMap<string, Buffer>
  /** What stands in the files of -readconfig, by process and by the name its argv has for each. */
  readonly configFiles: ReadonlyMap<number, ReadonlyMap<string, string>>
  /** Images each process has open for writing, as its argv calls them. */
  readonly held: ReadonlyMap<number, ReadonlySet<string>>
  /** Owners of a configuration and the images beside it. */
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>
  /** uname -m, or empty. */
  readonly machine: string
  readonly hostId: string
  readonly hidden: boolean
  readonly suspended: readonly string[]
  /** Users of whom not all was told: who has too many processes, or some that hang. */
  readonly unseen: readonly Unseen[]
  /** Users whose configurations were not all read. */
  readonly unread: ReadonlySet<string>
  /** The host said it to its end. */
  readonly isWhole: boolean
}

/** More than any QEMU has. */
const maxWords = 8_192
/** More notes than this in a directory everybody writes to are hardly ours. */
const maxSuspended = 200

export function readChunks(output: Buffer, mark: string): Chunks {
  const raw = new Map<number, RawProcess>()
  const words = new Map<number, readonly [startTime: string, argv: readonly string[]]>()
  const names = new Map<number, readonly [string, string]>()
  const files = new Map<string, Buffer>()
  const configFiles = new Map<number, Map<string, string>>()
  const held = new Map<number, Set<string>>()
  const owners = new Map<string, Set<string>>()
  const places = new Map<number, string>()
  const told = new Set<string>()
  const ended = new Map<string, string>()
  const renamed = new Set<number>()
  const suspended: string[] = []
  const stuck: Unseen[] = []
  let [hidden, hostId, machine] = [false, '', '']
  const chunks = output.toString('latin1').split(`\0${mark}\0`)
  const isWhole = /^whole(?:\0|$)/.test(chunks.at(-2) ?? '')
  for (const [i, chunk] of chunks.entries()) {
    // what stands before `end` was cut off
    if (chunks[i + 1]?.startsWith('end\0')) continue
    const fields = Buffer.from(chunk, 'latin1').toString().split('\0', maxWords)
    const [kind, first = '', second = '', third = ''] = fields
    if (kind === 'process') raw.set(Number(first), readRaw(fields))
    else if (kind === 'words') words.set(Number(first), [second, withoutLast(fields.slice(3))])
    else if (kind === 'vanished') words.delete(Number(first))
    else if (kind === 'hidden') hidden = true
    else if (kind === 'renamed') renamed.add(Number(first))
    else if (kind === 'crowd') stuck.push({user: second || first, why: 'crowd', count: Number(third) || 0})
    else if (kind === 'stuck') stuck.push({user: second || first, why: 'stuck'})
    else if (kind === 'told') told.add(first)
    else if (kind === 'end') ended.set(first, second || first)
    else if (kind === 'suspended' && first.startsWith('/') && suspended.length < maxSuspended) suspended.push(first)
    else if (kind === 'host') {
      hostId = first !== '' && second !== '' ? `${first} ${second}` : ''
      machine = third
    } else if (kind === 'ps') for (const entry of parsePsTable(first)) raw.set(entry.pid, entry)
    else if (kind === 'owner') names.set(Number(first), [second, third])
    else if (kind === 'place') places.set(Number(first), second)
    else if (kind === 'readconfig') {
      const texts = configFiles.get(Number(first)) ?? new Map<string, string>()
      configFiles.set(Number(first), texts.set(second, fields.slice(3).join('\0')))
    } else if (kind === 'holds') addTo(held, Number(first), second)
    else if (kind === 'belongs') addTo(owners, cleanBase(first), second)
    else if (kind === 'config') files.set(cleanBase(first), Buffer.from(chunk.split('\0', 3)[2] ?? '', 'latin1'))
  }
  const unread = new Set([...ended.keys()].filter((uid) => !told.has(uid)))
  const all = [...raw.values()]
    .map((process) => ({...process, cwd: places.get(process.pid) ?? process.cwd}))
    .map((process) => withWords(process, words))
  const isMute = (process: RawProcess) => unread.has(process.uid) && process.argv.length === 0 && mayBeQemu(process)
  for (const [uid, user] of ended) {
    if (all.some((process) => process.uid === uid && isMute(process))) stuck.push({user, why: 'stuck'})
  }
  return {
    processes: all
      .map(withoutLoader)
      .filter((process) => (isQemu(process) || renamed.has(process.pid)) && !isRefusedByQemu(process.argv)),
    judged: all.filter((process) => !isMute(process)).map(({pid}) => pid),
    ...{names, files, configFiles, held, owners, machine, hostId, hidden, suspended, unseen: stuck, unread, isWhole},
  }
}

function addTo<K>(sets: Map<K, Set<string>>, key: K, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value))
}

function withoutLast(argv: readonly string[]): readonly string[] {
  return argv.at(-1) === '' ? argv.slice(0, -1) : argv
}

/** The words of the process that had this pid at that time. */
function withWords(
  process: RawProcess,
  words: ReadonlyMap<number, readonly [startTime: string, argv: readonly string[]]>,
): RawProcess {
  const [startTime, argv = []] = words.get(process.pid) ?? []
  return startTime === process.startTime ? {...process, argv} : process
}

function readRaw(fields: readonly string[]): RawProcess {
  const [, pid, startTime = '', exe = '', cwd = '', uid = '', gid = '', user = '', group = '', ...more] = fields
  const [parent, session, name = '', mounts, kvm, cgroup = ''] = more
  return {
    ...unseen,
    ...{pid: Number(pid), startTime, exe: exe.replace(/ \(deleted\)$/, ''), cwd, uid, gid, user, group, argv: []},
    ...{parent: Number(parent), session: Number(session), name, cgroup},
    mounts: mounts === 'same' || mounts === 'root' || mounts === 'other' ? mounts : '',
    ...((kvm === '0' || kvm === '1') && {kvm: kvm === '1'}),
  }
}
