/** Paths on a host and what their names mean: LABEL.ctys (configuration) beside LABEL.sh (wrapper) and LABEL.img. */
import {posix} from 'node:path'

/** The configuration's name without directory and ending: `web01` for `/vm/web01/web01.ctys`. */
export function configPrefix(path: string): string {
  return posix.basename(path).replace(/\.(?:ctys|conf)$/, '')
}

export function configDirectory(path: string): string {
  return posix.dirname(path)
}

/**
 * What may be the start script of a configuration, best first: LABEL.sh beside it; beside LABEL.conf also LABEL.ctys
 * (the manual's pair of wrapper and configuration); or the configuration itself, where one executable file is both.
 */
export function wrapperPaths(configPath: string): readonly [string, ...string[]] {
  const beside = (ending: string) => posix.join(configDirectory(configPath), `${configPrefix(configPath)}${ending}`)
  return [beside('.sh'), ...(configPath.endsWith('.conf') ? [beside('.ctys')] : []), configPath]
}

/** Without doubled, trailing and `.` parts; `..` stays, because it may go through a symbolic link. `~/` = home. */
export function cleanBase(base: string): string {
  const parts = base
    .replace(/^~(?:\/|$)/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  return (base.startsWith('/') ? '/' : '') + parts.join('/')
}

/** Longest path of a Unix socket (sun_path of unix(7), without the closing NUL). */
export const maxSocketPath = 107

/**
 * What the socket of ctys' own monitor is called beside the classic one (QEMUMONSOCK): with this at its end. QEMU's
 * command line names it, which is how it is found again.
 */
export const ownMonitorEnding = '.ctys'

/** `.NAME` of a configuration NAME and this: a marker beside it that it may be suspended. */
export const suspendMarkerEnding = '.suspended'

export const vncPortBase = 5900
