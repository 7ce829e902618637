import {FileRefused, readWithoutBlocking} from '../../lib/regular-file.js'

/** What a key file tells without a passphrase. */
export interface KeyFile {
  readonly path: string
  /** `public`: no private key here, but a public one that can choose a key of the agent. */
  readonly kind: 'missing' | 'unreadable' | 'private' | 'public' | 'unknown'
  /** The text of a private key. Secret. */
  readonly text?: string
  readonly encrypted?: boolean
  /** The public part as it goes over the wire (RFC 4253 section 6.6), from the file itself or its `.pub`. */
  readonly publicKey?: Buffer
  readonly publicType?: string
  /** Why it is unreadable or unknown. */
  readonly reason?: string
}

const maxKeyBytes = 256 * 1024

/** Reads a key file and, where that shows no public part, its `.pub`. Never throws. */
export async function inspectKeyFile(path: string): Promise<KeyFile> {
  const read = await readText(path)
  if (read.text === undefined) {
    if (read.reason !== undefined) return {path, kind: 'unreadable', reason: read.reason}
    const publicKey = await publicKeyBeside(path)
    return publicKey === undefined ? {path, kind: 'missing'} : {path, kind: 'public', ...publicPart(publicKey)}
  }
  const {text} = read
  const publicLine = parsePublicLine(text)
  if (publicLine !== undefined) return {path, kind: 'public', ...publicPart(publicLine)}
  if (!/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/m.test(text) && !text.startsWith('PuTTY-User-Key-File-')) {
    return {path, kind: 'unknown', reason: 'this is no key'}
  }
  const openssh = parseOpensshHeader(text)
  const encrypted = openssh?.encrypted ?? /^Proc-Type: 4,ENCRYPTED|BEGIN ENCRYPTED |^Encryption: (?!none)/m.test(text)
  const publicKey = openssh?.publicKey ?? (await publicKeyBeside(path))
  const common = {path, ...(publicKey !== undefined && publicPart(publicKey))}
  // As ssh does: a private key that others can read is not used.
  if (read.exposed) return {...common, kind: 'unreadable', reason: 'others may read it; use chmod 600'}
  return {...common, kind: 'private', text, encrypted}
}

function publicPart(publicKey: Buffer): {publicKey: Buffer; publicType: string} {
  return {publicKey, publicType: blobType(publicKey)}
}

/** The type a public key names itself: its first string (RFC 4253 section 6.6); empty when it holds none. */
export function blobType(blob: Buffer): string {
  return readString(blob, 0)?.toString('latin1') ?? ''
}

async function readText(path: string): Promise<{text?: string; reason?: string; exposed?: boolean}> {
  try {
    const {bytes, stats} = await readWithoutBlocking(path, {maxBytes: maxKeyBytes, what: 'a key'})
    const exposed = stats.uid === process.getuid?.() && (stats.mode & 0o077) !== 0
    return {text: bytes.toString('latin1'), exposed}
  } catch (error) {
    if (error instanceof FileRefused) return {reason: error.message}
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO'
    return code === 'ENOENT' || code === 'ENOTDIR' ? {} : {reason: code}
  }
}

async function publicKeyBeside(path: string): Promise<Buffer | undefined> {
  const {text} = await readText(`${path}.pub`)
  return text === undefined ? undefined : parsePublicLine(text)
}

/** `TYPE BASE64 [COMMENT]` as ssh-keygen writes it; the type must be the one inside. */
export function parsePublicLine(text: string): Buffer | undefined {
  const found = /^\s*([a-z][a-zA-Z0-9@.-]*)[ \t]+([A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(text)
  if (found === null) return undefined
  const blob = Buffer.from(found[2] ?? '', 'base64')
  return blobType(blob) === found[1] ? blob : undefined
}

/** The clear head of the format `openssh-key-v1` (PROTOCOL.key of OpenSSH): cipher, kdf, options, count, public key. */
function parseOpensshHeader(text: string): {encrypted: boolean; publicKey: Buffer} | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1]
  if (body === undefined) return undefined
  const bytes = Buffer.from(body, 'base64')
  const magic = 'openssh-key-v1\0'
  if (bytes.toString('latin1', 0, magic.length) !== magic) return undefined
  const cipher = readString(bytes, magic.length)
  let at = magic.length
  for (let skipped = 0; skipped < 3; skipped++) at += 4 + (readString(bytes, at)?.length ?? bytes.length)
  const publicKey = readString(bytes, at + 4)
  if (cipher === undefined || publicKey === undefined) return undefined
  return {encrypted: cipher.toString('latin1') !== 'none', publicKey}
}

/** An RFC 4251 string: four bytes of length, then that many bytes. */
function readString(bytes: Buffer, at: number): Buffer | undefined {
  if (at + 4 > bytes.length) return undefined
  const length = bytes.readUInt32BE(at)
  return at + 4 + length > bytes.length ? undefined : bytes.subarray(at + 4, at + 4 + length)
}
