/** A program that was started by the dynamic loader itself (ld.so(8)): `ld-linux-x86-64.so.2 /usr/bin/qemu-system-x86_64 ...`. */
import {posix} from 'node:path'
import type {RawProcess} from './raw-process.js'

/** Of glibc on each of its architectures, and of musl; a process is called so by its first 15 bytes (proc(5) comm). */
const loaderName = /^(?:ld-linux|ld-musl-|ld64\.so|ld\.so|ld-\d)/
/** Of ld.so(8), with a word behind them. */
const valued = new Set([
  ...['library-path', 'inhibit-rpath', 'audit', 'preload', 'argv0', 'glibc-hwcaps-prepend', 'glibc-hwcaps-mask'],
])

/** As the program that the loader runs. Others are as they were. */
export function withoutLoader(process: RawProcess): RawProcess {
  const {exe, argv} = process
  const [called = ''] = argv
  if (!loaderName.test(posix.basename(exe || called))) return process
  let at = 1
  while (argv[at]?.startsWith('-')) at += valued.has((argv[at] ?? '').replace(/^--?/, '')) ? 2 : 1
  const program = argv[at]
  if (program === undefined) return process
  return {...process, loader: exe || called, exe: exe === '' ? '' : program, argv: argv.slice(at)}
}
