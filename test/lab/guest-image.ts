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
const foreignScript = fileURLToPath(new URL('./build-foreign.sh', import.meta.url))
const cloudScript = fileURLToPath(new URL('./build-image.sh', import.meta.url))
const guestInit = fileURLToPath(new URL('./guest-init.sh', import.meta.url))

/** Directory of `vmlinuz`, `initrd.gz` and `initrd-agent.gz`; builds it when it is not there (half a minute, needs apt). */
export async function guestImageDir(): Promise<string> {
  const cache = cacheDir()
  const hash = createHash('sha256')
  for (const file of [buildScript, guestInit]) hash.update(readFileSync(file))
  const dir = join(cache, `guest-${hash.digest('hex').slice(0, 16)}`)
  if (!existsSync(join(dir, 'initrd.gz'))) await mustRun(['sh', buildScript, dir, cache], {timeoutMs: 300_000})
  return dir
}

/** Directory of `kernel` and `initrd.gz` of another CPU, as Debian names it; built when it is not there (needs apt). */
export async function foreignGuestDir(arch: string, kernelPackage: string): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(foreignScript)).update(kernelPackage)
  const dir = join(cacheDir(), `foreign-${arch}-${hash.digest('hex').slice(0, 16)}`)
  const argv = ['sh', foreignScript, arch, kernelPackage, dir, cacheDir()]
  if (!existsSync(join(dir, 'initrd.gz'))) await mustRun(argv, {timeoutMs: 600_000})
  return dir
}

/** A qcow2 of Debian 12 with cloud-init; built when it is not there (some minutes, needs root and apt). */
export async function cloudImage(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(cloudScript)).digest('hex').slice(0, 16)
  const file = join(cacheDir(), `debian-12-${hash}.qcow2`)
  if (!existsSync(file)) await mustRun(['sh', cloudScript, file, cacheDir()], {timeoutMs: 1_800_000})
  return file
}

function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ctys-lab')
}
