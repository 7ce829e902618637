/** `--image`: a file of the host, a file here, an address, or a name of the catalogue. */
import {textFault} from './check-text.js'

export type ImageWord =
  /** A path of the host. */
  | {readonly kind: 'host'; readonly path: string}
  /** A path of this machine, as it was given. */
  | {readonly kind: 'here'; readonly path: string}
  | {readonly kind: 'url'; readonly url: string}
  | {readonly kind: 'named'; readonly name: string}

/** Names of files rather than of systems. */
const endings = /\.(?:qcow2?|img|raw|vmdk|vdi|vhdx?|iso|xz|gz|bz2|zst)$/i
const mostUrl = 2048

/** What is no image of any kind comes back as the reason. */
export function parseImage(word: string): ImageWord | string {
  const fault = textFault(word)
  if (fault !== undefined) return fault
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(word)) return parseUrl(word)
  const here = /^here:(.+)$/.exec(word)?.[1]
  if (here !== undefined) return {kind: 'here', path: here}
  if (/^~?\//.test(word)) return {kind: 'host', path: word}
  if (word.includes('/') || endings.test(word)) return {kind: 'here', path: word}
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(word)) return {kind: 'named', name: word}
  return `'${word}' is no image: a path of the host (/srv/a.qcow2), a file here (./a.qcow2), an address, or a name of ctys images`
}

function parseUrl(word: string): ImageWord | string {
  if (!/^https?:\/\//i.test(word)) return `'${word}' is no address that can be fetched: https or http`
  if (!URL.canParse(word) || /[\s\p{Cc}]/u.test(word) || word.length > mostUrl) return `'${word}' is no address`
  return {kind: 'url', url: word}
}
