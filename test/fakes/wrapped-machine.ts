/** A machine directory with the wrapper of ctys, and QEMUs that only say how they were called. */
import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {wrapperText} from '../../src/drivers/qemu/make/wrapper.js'

export const wrapperShells: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['mksh'],
  ['busybox', 'sh'],
]

export interface Called {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** What the stand-in was called with, word by word; absent when it was not. */
  readonly argv: readonly string[] | undefined
}

/** `keys` are lines of the configuration, without `#@#`. */
export function wrappedMachine(
  root: string,
  label: string,
  keys: readonly string[],
  image = true,
  {text = wrapperText, config}: {readonly text?: string; readonly config?: string} = {},
) {
  const home = join(root, label)
  mkdirSync(home, {recursive: true})
  const wrapper = join(home, `${label}.sh`)
  writeFileSync(wrapper, text, {mode: 0o755})
  const own = ['#@#MAGICID-QEMU', ...keys.map((key) => `#@#${key}`), ''].join('\n')
  writeFileSync(join(home, `${label}.ctys`), config ?? own)
  if (image) writeFileSync(join(home, `${label}.qcow2`), '')
  return {
    home,
    wrapper,
    call: (
      options: readonly string[],
      {shell = ['sh'], env = {}, cwd = home, file = wrapper}: CallPlace = {},
    ): Called => {
      const out = join(root, 'argv')
      rmSync(out, {force: true})
      const [program = 'sh', ...first] = shell
      const base = {PATH: process.env.PATH, USER: 'ann', CTYS_SOCKBASE: root, ARGV_FILE: out}
      const run = spawnSync(program, [...first, file, ...options], {cwd, encoding: 'utf8', env: {...base, ...env}})
      const argv = existsSync(out) ? readFileSync(out, 'utf8').split('\0').slice(0, -1) : undefined
      return {status: run.status, stdout: run.stdout, stderr: run.stderr, argv}
    },
  }
}

interface CallPlace {
  readonly shell?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly file?: string
}

/** An executable called `name` that answers -version with that text and writes down all other calls; its path. */
export function standIn(root: string, name: string, version: string): string {
  const folder = join(root, `bin ${version.replaceAll(/[^\w.]+/g, '-').slice(0, 60)}`.replaceAll(' ', '-'))
  mkdirSync(folder, {recursive: true})
  const path = join(folder, name)
  const script = [
    '#!/bin/sh',
    `case $1 in -version) echo '${version}' && exit ;; -help) echo "options of $0" && exit ;; esac`,
    `printf '%s\\0' "$@" >"$ARGV_FILE"`,
  ]
  writeFileSync(path, `${script.join('\n')}\n`, {mode: 0o755})
  return path
}
