import {createHash, randomBytes} from 'node:crypto'
import {constants, open} from 'node:fs/promises'
import {dirname} from 'node:path'
import {ConfigError} from '../../domain/errors.js'
import {makeDirectory} from '../../lib/make-directory.js'
import {reasonOf} from '../../lib/reason-of.js'
import {blobType} from '../ssh2/keys-file.js'
import {hashName, isAbout, type KnownHost, readKnownHosts} from './file.js'

/**
 * What known_hosts says of a host key, after sshd(8) and the behaviour of OpenSSH: one equal key makes it known, and a
 * host that has only other keys, of whatever type, counts as changed. So the types it has must be asked for first: see
 * orderHostKeyAlgorithms(). `file` and `line` are the evidence.
 */
export type HostKeyVerdict =
  | {readonly verdict: 'known'; readonly file: string; readonly line: number}
  | {readonly verdict: 'changed'; readonly file: string; readonly line: number; readonly knownType: string}
  | {readonly verdict: 'revoked'; readonly file: string; readonly line: number}
  /** `certAuthorityOnly`: the host is known through a certificate authority, which ssh2 cannot check. */
  | {readonly verdict: 'unknown'; readonly certAuthorityOnly: boolean}

export interface HostKeyLookup {
  /** Absolute paths; what does not exist counts as empty. */
  readonly files: readonly string[]
  /** SshSettings.hostKeyNames: the first decides; the others can only confirm a key, or revoke it. */
  readonly names: readonly string[]
}

/** Judges the key that a host showed, as it came over the wire. Throws ConfigError SSH_CONFIG for unreadable files. */
export async function checkHostKey(lookup: HostKeyLookup & {readonly key: Buffer}): Promise<HostKeyVerdict> {
  const {names, key} = lookup
  const first = names.slice(0, 1)
  const entries = await matching(lookup)
  const same = entries.filter((entry) => entry.key.equals(key))
  const revoked = same.find((entry) => entry.marker === 'revoked')
  if (revoked !== undefined) return {verdict: 'revoked', file: revoked.file, line: revoked.line}
  const plain = same.filter((entry) => entry.marker === 'none')
  const known = plain.find((entry) => isFor(entry, first))
  if (known !== undefined) return {verdict: 'known', file: known.file, line: known.line}
  const others = entries.filter((entry) => entry.marker === 'none' && isFor(entry, first))
  const changed = others.find((entry) => entry.type === blobType(key)) ?? others[0]
  if (changed !== undefined) {
    return {verdict: 'changed', file: changed.file, line: changed.line, knownType: changed.type}
  }
  const [confirmed] = plain
  if (confirmed !== undefined) return {verdict: 'known', file: confirmed.file, line: confirmed.line}
  return {verdict: 'unknown', certAuthorityOnly: entries.some((entry) => entry.marker === 'cert-authority')}
}

/** `FILE:LINE` of the first certificate authority that may sign for this host. */
export async function authorityFor(lookup: HostKeyLookup): Promise<string | undefined> {
  const found = (await matching(lookup)).find((entry) => entry.marker === 'cert-authority')
  return found && `${found.file}:${found.line}`
}

/** The types of the keys a host is known by, first met first. The other names count only if the first has none. */
export async function knownKeyTypes(lookup: HostKeyLookup): Promise<string[]> {
  const entries = (await matching(lookup)).filter((entry) => entry.marker === 'none')
  const ofFirst = entries.filter((entry) => isFor(entry, lookup.names.slice(0, 1)))
  return [...new Set((ofFirst.length > 0 ? ofFirst : entries).map((entry) => entry.type))]
}

/**
 * The host key algorithms with those in front whose keys are known, as OpenSSH asks for them; without that a host known
 * by its ECDSA key only would show its Ed25519 key and look changed. An ssh-rsa key serves all RSA signatures (RFC 8332).
 */
export function orderHostKeyAlgorithms(algorithms: readonly string[], knownTypes: readonly string[]): string[] {
  const isKnown = (algorithm: string): boolean =>
    knownTypes.includes(algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm)
  return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))]
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

export interface NewHostKey {
  readonly file: string
  /** The first of SshSettings.hostKeyNames. */
  readonly name: string
  readonly key: Buffer
  /** SshSettings.hashKnownHosts. */
  readonly hashed: boolean
}

/**
 * Adds a key that was never seen before, for accept-new only. One write at the end of the file, so parallel writers do
 * not mix; the file is made with mode 0600, its directory with 0700. Throws ConfigError SSH_CONFIG when it cannot be
 * written or when the name or key would not come out again as they went in.
 */
export async function rememberHostKey({file, name, key, hashed}: NewHostKey): Promise<void> {
  const type = blobType(key)
  const hosts = hashed ? hashName(name, randomBytes(20)) : name
  if (!/^[^\s\p{C}@#|!*?,][^\s\p{C}|!*?,]*$/u.test(name) || !/^[a-z][a-zA-Z0-9@.-]*$/.test(type)) {
    throw new ConfigError(
      'SSH_CONFIG',
      `${JSON.stringify(name)} with a ${JSON.stringify(type)} key fits no known_hosts`,
    )
  }
  try {
    await makeDirectory(dirname(file))
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK
    const handle = await open(file, flags, 0o600)
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) throw new Error('it is no regular file')
      const {size} = stats
      const last = Buffer.from('\n')
      if (size > 0) await handle.read(last, 0, 1, size - 1)
      const newLine = last.toString() === '\n' ? '' : '\n'
      await handle.write(`${newLine}${hosts} ${type} ${key.toString('base64')}\n`)
    } finally {
      await handle.close()
    }
  } catch (error) {
    const reason = reasonOf(error)
    throw new ConfigError('SSH_CONFIG', `cannot add the key of ${name} to ${file}: ${reason}`, {cause: error})
  }
}

function isFor(entry: KnownHost, names: readonly string[]): boolean {
  return names.some((name) => isAbout(entry, name))
}

async function matching({files, names}: HostKeyLookup): Promise<KnownHost[]> {
  const all = await Promise.all(files.map(readKnownHosts))
  return all.flat().filter((entry) => isFor(entry, names))
}
