/**
 * Which disk images lie beside which configuration, by names that are the same through every host and path and never
 * the same for two images: `FILESYSTEM:INODE`, where FILESYSTEM is
 *   nfs/ADDRESS/FSID             as the server says, see /proc/fs/nfsfs/volumes; without an FSID its exported path
 *   cifs/ADDRESS/SHARE           where the inodes are those of the server (mount.cifs(8), serverino)
 *   ceph/..., fuse.glusterfs/... with the source of the mount
 *   nfs/SERVER/PATH              from df(1), where there is no mountinfo
 *   local/BOOT/DEVICE            everything that one kernel alone can have mounted. Not its UUID and not the machine's:
 *                                a cloned host has both again, and the same inodes
 * An image of which this cannot be said has no name: FUSE makes up its inodes, the tag of a 9p or virtiofs mount means
 * something else on each host, the disk of a cluster file system is somebody else's too. Pure; never throws.
 */
import {configPrefix} from '../../qemu/paths.js'

/** What the host told, as it told it; bytes beyond ASCII are one character each, but not in paths. */
export interface FoundDisks {
  /** `DEVICE INODE PATH` */
  readonly images: readonly string[]
  readonly boot: string
  /** `DEVICE TYPE SOURCE OPTIONS`, or `DEVICE` and a line of NFS's volumes. */
  readonly devices: readonly string[]
}

/** NAME_MAX of limits.h on every system. */
const maxName = 255
/** More images than this of one machine are hardly its own. */
const maxDisks = 64

/** An image of one directory: the name of its file, and its own, which is empty where it has none. */
interface Image {
  readonly file: string
  readonly name: string
}

/**
 * By configuration. An image belongs to those with the longest name its own begins with, before a dot, dash or underscore;
 * where none does, all images of a directory belong to its only configuration.
 */
export function diskNames(found: FoundDisks, configs: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const images = imagesByDirectory(found)
  const beside = new Map<string, string[]>()
  for (const path of configs) {
    const directory = path.slice(0, path.lastIndexOf('/'))
    if (images.has(directory)) push(beside, directory, path)
  }
  const result = new Map<string, readonly string[]>()
  for (const [directory, paths] of beside) {
    const here = images.get(directory) ?? []
    const [first = '', second] = paths
    if (second === undefined) tell(result, first, ownOrAll(here, configPrefix(first)))
    else shareOut(here, paths, result)
  }
  return result
}

/** By path; those that have no name are left out. */
export function imageNames(found: FoundDisks): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [directory, images] of imagesByDirectory(found)) {
    for (const {file, name} of images) if (name !== '') names.set(`${directory}/${file}`, name)
  }
  return names
}

function ownOrAll(images: readonly Image[], prefix: string): readonly Image[] {
  const own = images.filter(({file}) => file.startsWith(prefix) && isMark(file[prefix.length]))
  return own.length > 0 ? own : images
}

function shareOut(images: readonly Image[], configs: readonly string[], result: Map<string, readonly string[]>): void {
  const owned = new Map<string, Image[]>(configs.map((path) => [configPrefix(path), []]))
  for (const image of images) {
    for (let end = image.file.length - 1; end > 0; end--) {
      const own = isMark(image.file[end]) ? owned.get(image.file.slice(0, end)) : undefined
      if (own === undefined) continue
      own.push(image)
      break
    }
  }
  for (const path of configs) tell(result, path, owned.get(configPrefix(path)) ?? [])
}

function isMark(char: string | undefined): boolean {
  return char === '.' || char === '-' || char === '_'
}

function tell(result: Map<string, readonly string[]>, path: string, images: readonly Image[]): void {
  const names = new Set<string>()
  const sorted = images.length > 1 ? [...images].sort((one, other) => (one.file < other.file ? -1 : 1)) : images
  for (const {name} of sorted) if (name !== '' && names.size < maxDisks) names.add(name)
  if (names.size > 0) result.set(path, [...names])
}

function push<Item>(groups: Map<string, Item[]>, key: string, item: Item): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [item])
  else group.push(item)
}

function imagesByDirectory({images, boot, devices}: FoundDisks): ReadonlyMap<string, readonly Image[]> {
  const systems = new Map<string, string>()
  const told = new Map<string, string[]>()
  for (const line of devices) push(told, line.slice(0, line.indexOf(' ')), line)
  const directories = new Map<string, Image[]>()
  for (const text of images) {
    const [, device = '', inode = '', directory = '', file = ''] = /^(-?\d+) (\d+) (.*)\/([^/]*)$/s.exec(text) ?? []
    if (file === '' || file.length > maxName) continue
    let system = systems.get(device)
    if (system === undefined) {
      system = fileSystem(device, boot, told.get(device) ?? [])
      systems.set(device, system)
    }
    // beside a base that is a file the directory is told as `DIRECTORY/.`
    const key = directory.endsWith('/.') ? directory.slice(0, -2) : directory
    push(directories, key, {file, name: system === '' ? '' : `${system}:${inode}`})
  }
  return directories
}

/** `devices`: what was told of this one. Empty when it has no name that is the same on every host and only its own. */
function fileSystem(device: string, boot: string, devices: readonly string[]): string {
  const told = devices.map((line) => line.split(/ +/).slice(1))
  const volume = told.find(([version = '']) => /^v\d+$/.test(version))
  const [type = '', source = '', options = ''] = told.find((words) => words !== volume) ?? []
  const name = networkName(type, source, {options, fsid: volume?.[4] ?? ''})
  if (name !== undefined) return spelled(name)
  return /^\S/.test(boot) && isLocal(type, source) ? spelled(`local/${boot}/${device}`) : ''
}

/** Btrfs has devices that are not in mountinfo. */
function isLocal(type: string, source: string): boolean {
  if (type === '') return true
  if (type === 'df') return source !== '' && !source.startsWith('//')
  if (/^(?:tmpfs|ramfs|rootfs|zfs|overlay|aufs|ubifs)$/.test(type)) return true
  return source.startsWith('/dev/') && !/^(?:ocfs2|gfs2|fuse\..*)$/.test(type)
}

/** Undefined for what is none of a network; empty for one that cannot be named. */
function networkName(
  type: string,
  source: string,
  {options, fsid}: {readonly options: string; readonly fsid: string},
): string | undefined {
  const option = (name: string) => new RegExp(`(?:^|,)${name}=([^,]*)`).exec(options)?.[1] ?? ''
  const [, server = '', path = ''] = /^(?:\/\/)?([^/]+?):?(\/.*)$/.exec(source) ?? []
  switch (type) {
    case 'nfs':
    case 'nfs4':
      return named('nfs', option('addr'), fsid === '' || fsid === '0:0' ? path : fsid)
    case 'cifs':
    case 'smb3':
      return named('cifs', /(?:^|,)serverino(?:,|$)/.test(options) ? option('addr') : '', path)
    case 'ceph': {
      const own = option('fs') || option('mds_namespace')
      return named(type, server.replace(/^.*@/, ''), own === '' ? path : `${path}/${own}`)
    }
    case 'fuse.glusterfs':
      return named(type, server, path)
    case 'df':
      return /^[^/]+:\//.test(source) ? named('nfs', server, path) : undefined
    default:
      return undefined
  }
}

/** A server that is "here" is another one on each host. */
function named(type: string, server: string, rest: string): string {
  const isHere = /(?:^|[[,])(?:localhost|127\.|169\.254\.|::1(?![0-9a-f:])|fe80:|0\.0\.0\.0)/i.test(server)
  return server === '' || rest === '' || isHere ? '' : `${type}/${server}/${rest}`
}

function spelled(name: string): string {
  return name.replace(/[^!-~]|[%;]/g, (char) => encodeURIComponent(char))
}
