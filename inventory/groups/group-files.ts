/**
 * Groups as files: found along a search path, with everything they include. A group that was taken in once is not taken
 * in again: its members are known. An include that leads back to a group it came from is told to `note`.
 */
import {join} from 'node:path'
import type {GroupMember, GroupSource} from '../../src/domain/ports/ports.js'
import {homeDirectory} from '../../src/lib/home.js'
import {nearest} from '../../src/lib/suggest.js'
import {parseGroup} from './parse-group.js'
import {findFile, listNames, splitSearchPath} from './search-path.js'

interface GroupFilesOptions {
  /** CTYS_GROUPS_PATH; without it `~/.ctys/groups`. */
  readonly path?: string | undefined
  readonly note: (text: string) => void
}

/** Deeper includes are a fault. */
const deepest = 20

/** Where a file is taken in. */
interface Place {
  /** The groups it came from, the outermost first. */
  readonly above: readonly string[]
  /** Context options of those. */
  readonly outer?: string | undefined
}

function joinOptions(texts: readonly (string | undefined)[]): string | undefined {
  const given = texts.filter((text) => text !== undefined && text.trim() !== '')
  return given.length === 0 ? undefined : given.map((text) => text?.trim()).join(' ')
}

export function createGroupFiles({path, note}: GroupFilesOptions): GroupSource {
  const directories = splitSearchPath(path || join(homeDirectory(), '.ctys/groups'))
  const names = () => listNames(directories)
  return {
    location: directories.join(':'),
    names,
    async load(name) {
      const found = await findFile(directories, name)
      if (found === undefined) return undefined
      const members: GroupMember[] = []
      const faults: string[] = []
      const seen = new Set<string>()

      const take = async (current: NonNullable<typeof found>, own: string, {above, outer}: Place): Promise<void> => {
        seen.add(own)
        const {file} = current
        if ('fault' in current) {
          faults.push(`${file}: ${current.fault}`)
          return
        }
        const path = [...above, own]
        const items = parseGroup(current.text)
        const contexts = items.flatMap((item) => ('context' in item ? [item.context] : []))
        const inside = joinOptions([outer, ...contexts])
        for (const item of items) {
          const place = `${file}:${item.line}`
          if ('fault' in item) faults.push(`${place}: ${item.fault}`)
          else if ('context' in item) continue
          else if ('member' in item) {
            const options = joinOptions([inside, item.options])
            members.push({word: item.member, ...(options !== undefined && {options}), file, line: item.line})
          } else if (path.includes(item.include)) note(`${place}: leads back to ${item.include}; left out`)
          else if (!seen.has(item.include)) await include(item.include, place, {above: path, outer: inside})
        }
      }
      const include = async (other: string, place: string, from: Place): Promise<void> => {
        const next = from.above.length < deepest ? await findFile(directories, other) : undefined
        if (next !== undefined) await take(next, other, from)
        else if (from.above.length >= deepest) faults.push(`${place}: more than ${deepest} groups inside each other`)
        else {
          const near = nearest(other, await names())
          faults.push(`${place}: there is no group '${other}'${near === undefined ? '' : ` (${near}?)`}`)
        }
      }

      await take(found, name, {above: []})
      if (members.length === 0 && faults.length === 0) faults.push(`${found.file}: the group has no members`)
      return {name, file: found.file, members, faults}
    },
  }
}
