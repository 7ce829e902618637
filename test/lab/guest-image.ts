/**
 * The lab's guest (Debian's cloud kernel, a busybox initramfs, and one more with a guest agent), built once by
 * build-guest.sh and kept under `${XDG_CACHE_HOME:-~/.cache}/ctys-lab`, one directory per version of the scripts that
 * build it.
 */
import {createHash} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {mustRun} from './run-command.js'

const buildScript = fileURLToPath(new URL('./build-guest.sh', import.meta.url))
const guestInit = fileURLToPath(new URL('./guest-init.sh', import.meta.url))

/** Directory of `vmlinuz`, `initrd.gz` and `initrd-agent.gz`; builds it when it is not there (half a minute, needs apt). */
export async function guestImageDir(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ctys-lab')
  const hash = createHash('sha256')
  for (const file of [buildScript, guestInit]) hash.update(readFileSync(file))
  const dir = join(cache, `guest-${hash.digest('hex').slice(0, 16)}`)
  if (!existsSync(join(dir, 'initrd.gz'))) await mustRun(['sh', buildScript, dir, cache], {timeoutMs: 300_000})
  return dir
}
