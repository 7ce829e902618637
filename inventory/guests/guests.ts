/**
 * The guests that ctys knows, those of the user in ~/.ctys/guests.yaml in front, and which of them this user saw boot
 * (~/.ctys/guests-seen.yaml).
 */
import {ConfigError} from '../../src/domain/errors.js'
import type {Guest, GuestCatalogue, GuestSeen} from '../../src/domain/ports/guests.js'
import {atomicWrite} from '../../src/lib/atomic-write.js'
import {faultLine} from '../../src/lib/fault-line.js'
import {makeDirectory} from '../../src/lib/make-directory.js'
import {FileRefused, MiB, readIfThere} from '../../src/lib/regular-file.js'
import {readDocument} from '../yaml/document.js'
import catalogue from './catalogue.json' with {type: 'json'}

/** As it stands in a file: `like` names another entry, whose values hold where this one has none. */
type Entry = Partial<Guest> & {readonly name: string; readonly like?: string}
interface GuestFile {
  readonly guests?: readonly Entry[]
  readonly seen?: readonly GuestSeen[]
}

const usual = {title: '', arch: 'x86_64', serial: [], install: [], evidence: 'arguments only'} as const

export function createGuests(folder: string): GuestCatalogue {
  const own = `${folder}/guests.yaml`
  const seenFile = `${folder}/guests-seen.yaml`
  return {
    async all() {
      const ours = (catalogue as {readonly guests: readonly Entry[]}).guests
      const {guests: entries = []} = readGuestFile(own, ours)
      const names = new Set(entries.map(({name}) => name))
      const all = [...entries.map((one) => ({...one, source: own})), ...ours.filter(({name}) => !names.has(name))]
      const seen = new Map((readGuestFile(seenFile, ours).seen ?? []).map((one) => [one.name, one]))
      const byName = new Map<string, Entry>([...ours, ...all].map((one) => [one.name, one]))
      return all.map((entry) => {
        const {like: _, ...guest} = {source: own, ...usual, title: entry.name, ...inherited(entry, byName)}
        const boot = seen.get(guest.name)
        return boot === undefined ? guest : {...guest, evidence: `booted ${boot.date} with QEMU ${boot.qemu}`}
      })
    },
    async saw(more, signal) {
      const {seen = []} = readGuestFile(seenFile, [])
      const names = new Set(more.map(({name}) => name))
      const all = [...seen.filter(({name}) => !names.has(name)), ...more].sort((a, b) => (a.name < b.name ? -1 : 1))
      const text = `# What ctys guests verify saw boot.\nseen:\n${all.map((one) => `  - ${JSON.stringify(one)}\n`).join('')}`
      await makeDirectory(folder)
      await atomicWrite(seenFile, Buffer.from(text), {signal})
    },
  }
}

/** An entry that is like one that is like it ends there. */
function inherited(entry: Entry, byName: ReadonlyMap<string, Entry>, seen: readonly string[] = []): Entry {
  const {like} = entry
  const other = like === undefined || seen.includes(like) ? undefined : byName.get(like)
  if (other === undefined || other === entry) return entry
  const {evidence: _, image: __, ...values} = inherited(other, byName, [...seen, entry.name])
  return {...values, ...entry}
}

const limit = {maxBytes: MiB, what: 'a file of guests'}

function readGuestFile(path: string, known: readonly Entry[]): GuestFile {
  let bytes: Buffer | undefined
  try {
    bytes = readIfThere(path, limit)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return {}
    throw faulty([`${path}: ${error instanceof FileRefused ? error.message : `cannot be read (${code ?? error})`}`])
  }
  if (bytes === undefined) return {}
  const {value, faults, locate} = readDocument(bytes, path, 'guests')
  const file = (value ?? {}) as GuestFile
  const {guests = []} = faults.length > 0 ? {} : file
  const names = new Set([...known, ...guests].map(({name}) => name))
  const unknown = locate(
    guests.flatMap(({like}, n) =>
      like === undefined || names.has(like)
        ? []
        : [{pointer: `/guests/${n}/like`, reason: `'${like}' is no guest (ctys guests)`}],
    ),
  )
  if (faults.length + unknown.length > 0) throw faulty([...faults, ...unknown].map(faultLine))
  return file
}

function faulty([first = '', ...rest]: readonly string[]): ConfigError {
  return new ConfigError('CONFIG', first, {
    hint: 'mend it or move it away; schemas/guests.schema.json says what it may hold',
    ...(rest.length > 0 && {details: rest}),
  })
}
