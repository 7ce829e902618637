import {createHmac} from 'node:crypto'
import {stat} from 'node:fs/promises'
import {ConfigError} from '../../domain/errors.js'
import {FileRefused, MiB, readWithoutBlocking} from '../../lib/regular-file.js'
import {blobType, parsePublicLine} from '../ssh2/keys-file.js'

/** One line of a known_hosts file that holds a key: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export interface KnownHost {
  readonly file: string
  readonly line: number
  readonly marker: 'none' | 'revoked' | 'cert-authority'
  /** The first field: one hashed name as it stands, or patterns in lower case. */
  readonly hosts: {readonly hash: string} | {readonly patterns: readonly string[]}
  readonly type: string
  readonly key: Buffer
}

const markers = {'@revoked': 'revoked', '@cert-authority': 'cert-authority'} as const

/** The lines of a known_hosts file; comments and what OpenSSH would skip as malformed are left out. */
export function parseKnownHosts(file: string, text: string): KnownHost[] {
  const found: KnownHost[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const entry = parseLine(raw)
    if (entry !== undefined) found.push({file, line: index + 1, ...entry})
  }
  return found
}

function parseLine(raw: string): Omit<KnownHost, 'file' | 'line'> | undefined {
  const fields = /^[ \t]*(?:(@\S+)[ \t]+)?([^ \t#@][^ \t]*)[ \t]+(\S.*)$/s.exec(raw)
  if (fields === null) return undefined
  const [, word, hosts = '', rest = ''] = fields
  if (word !== undefined && !Object.hasOwn(markers, word)) return undefined
  const marker = word === undefined ? 'none' : markers[word as keyof typeof markers]
  const key = parsePublicLine(rest)
  if (key === undefined) return undefined
  return {
    marker,
    hosts: hosts.startsWith('|') ? {hash: hosts} : {patterns: hosts.toLowerCase().split(',')},
    type: blobType(key),
    key,
  }
}

/**
 * Whether a line is about this name. Hashed: `|1|SALT|HASH`, HMAC-SHA1 of the name as it is. Else patterns with `*` and
 * `?`, case ignored; one that is negated with `!` and fits ends the matter.
 */
export function isAbout({hosts}: KnownHost, name: string): boolean {
  if ('hash' in hosts) return hosts.hash === hashName(name, Buffer.from(hosts.hash.split('|')[2] ?? '', 'base64'))
  const wanted = name.toLowerCase()
  let fits = false
  for (const pattern of hosts.patterns) {
    const negated = pattern.startsWith('!')
    if (!matches(negated ? pattern.slice(1) : pattern, wanted)) continue
    if (negated) return false
    fits = true
  }
  return fits
}

/** A name as HashKnownHosts has it written. OpenSSH takes salts of 20 bytes only. */
export function hashName(name: string, salt: Buffer): string | undefined {
  if (salt.length !== 20) return undefined
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

/** Shell-like match of a whole name; on a mismatch only the last star is tried again, so the time is bounded. */
function matches(pattern: string, name: string): boolean {
  let p = 0
  let star = -1
  let resume = 0
  for (let n = 0; n < name.length; ) {
    if (pattern[p] === '*') {
      star = p++
      resume = n
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++
      n++
    } else if (star >= 0) {
      p = star + 1
      n = ++resume
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

const limit = {maxBytes: 64 * MiB, what: 'a file of host keys'}

interface Cached {
  readonly stamp: string
  readonly entries: readonly KnownHost[]
}

/** Parsed files by path: hundreds of hosts look into the same ones. A change of the file shows in its stamp. */
const cache = new Map<string, Cached>()

/**
 * The keys of a known_hosts file; none if it does not exist or is a device such as /dev/null. Unlike in ssh a file that
 * cannot be read is an error (ConfigError SSH_CONFIG), since a changed key would look like a new one.
 */
export async function readKnownHosts(file: string): Promise<readonly KnownHost[]> {
  try {
    const info = await stat(file, {bigint: true})
    if (info.isCharacterDevice()) return []
    const stamp = `${info.dev}:${info.ino}:${info.size}:${info.mtimeNs}`
    const cached = cache.get(file)
    if (cached?.stamp === stamp) return cached.entries
    const entries = parseKnownHosts(file, (await readWithoutBlocking(file, limit)).bytes.toString('latin1'))
    cache.set(file, {stamp, entries})
    return entries
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    const reason = error instanceof FileRefused ? error.message : String(code)
    throw new ConfigError('SSH_CONFIG', `cannot read ${file}: ${reason}`, {
      hint: 'without it a changed host key cannot be told from a new one; make it readable',
      cause: error,
    })
  }
}
