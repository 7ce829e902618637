import type {Digest} from '../../domain/work/image.js'

/**
 * The digest of a file in a list of them: lines `HEX  NAME` and `HEX *NAME` of sha256sum(1), `SHA256 (NAME) = HEX` of the
 * BSDs and of Fedora, or a single HEX. Undefined where the name does not stand there.
 */
export function parseSums(text: string, name: string): Digest | undefined {
  const lines = text.split(/\r?\n/)
  for (const line of lines) {
    const [, hex, file = ''] = /^([0-9a-fA-F]{64}|[0-9a-fA-F]{128})(?: [ *]?(.+))?$/.exec(line.trim()) ?? []
    if (hex !== undefined && (file === '' ? isAlone(lines) : baseOf(file) === name)) return toDigest(hex)
    const [, tagged = '', value] = /^SHA(?:256|512) \((.+)\) = ([0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/.exec(line) ?? []
    if (value !== undefined && baseOf(tagged) === name) return toDigest(value)
  }
  return undefined
}

function isAlone(lines: readonly string[]): boolean {
  return lines.filter((line) => line.trim() !== '').length === 1
}

function baseOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1)
}

function toDigest(hex: string): Digest {
  return {algorithm: hex.length === 64 ? 'sha256' : 'sha512', hex: hex.toLowerCase()}
}
