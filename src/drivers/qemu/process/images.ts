/** The disk images of a QEMU command line, as far as they are files or devices of its host (qemu-block-drivers(7)). */
import {isOn, type OptionValues, parseValues, type QemuOption} from './command-line-options.js'

/** Drivers whose `filename` is a path of the host. */
const plainDrivers = new Set(['file', 'host_device', 'host_cdrom'])

/**
 * The writable disks in the order QEMU would look for a system on them: a bare word or -hda, then the others. Firmware,
 * read-only images and what is no file (nbd:, rbd:, a descriptor) are left out. Paths as they were written.
 */
export function findDisks(options: readonly QemuOption[]): readonly string[] {
  const bare = options.filter(({name}) => name === '').map(({value}) => plainFile(value))
  const fixed = readOnlyNodes(options)
  const others = options.flatMap(({name, value}): readonly string[] => {
    if (/^(hd[a-d]|sd|mtdblock)$/.test(name)) return [plainFile(value)]
    if (name !== 'drive' && name !== 'blockdev') return []
    const values = parseValues(value, name === 'drive' ? 'file' : 'driver')
    if (isReadOnly(values) || fixed.has(values.get('node-name') ?? '')) return []
    const file = fileOf(values, {node: name === 'blockdev'})
    return values.get('if') === 'pflash' || file.endsWith('.fd') ? [] : [file]
  })
  return [...new Set([...bare.slice(-1), ...others])].filter((file) => file !== '')
}

/** Of -blockdev, `file=NAME` is another node and no path. */
function fileOf(values: OptionValues, {node}: {readonly node: boolean}): string {
  const named = node ? undefined : values.get('file')
  if (named !== undefined) return plainFile(named)
  for (const prefix of ['file.file.', 'file.', 'file.image.', '']) {
    const path = values.get(`${prefix}filename`)
    const driver = values.get(`${prefix}driver`) ?? 'file'
    if (path !== undefined && (plainDrivers.has(driver) || !node)) return plainFile(path)
  }
  return ''
}

/** Nodes that only a read-only node stands on. */
function readOnlyNodes(options: readonly QemuOption[]): ReadonlySet<string> {
  const nodes = options.filter(({name}) => name === 'blockdev').map(({value}) => parseValues(value, 'driver'))
  const files = (wanted: boolean) =>
    nodes.filter((values) => isReadOnly(values) === wanted).map((values) => values.get('file') ?? '')
  const writable = new Set(files(false))
  return new Set(files(true).filter((name) => name !== '' && !writable.has(name)))
}

function isReadOnly(values: OptionValues): boolean {
  return values.get('media') === 'cdrom' || isOn(values, 'readonly') || isOn(values, 'read-only')
}

/**
 * The path behind a file name of QEMU, or empty when it is no path: a colon before any slash ends the name of a protocol
 * (path_has_protocol of block.c); `file:`, `host_device:` and `host_cdrom:` stand before plain paths, and `json:` before
 * the options of a node.
 */
export function plainFile(text: string): string {
  if (text.startsWith('json:')) return fileOf(parseValues(text.slice(5), 'driver'), {node: true})
  const protocol = /^([^:/]*):/.exec(text)?.[1]
  if (protocol === undefined) return text.startsWith('/dev/fdset/') ? '' : text
  return plainDrivers.has(protocol) ? plainFile(text.slice(protocol.length + 1)) : ''
}
