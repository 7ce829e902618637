/**
 * Scripts that start a machine: a call of QEMU, or of virt-install (virt-install(1)), read as far as its words are
 * literal (shell-words.ts). Nothing is executed. Pure; never throws.
 */
import {posix} from 'node:path'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {enumeratedOf, type ForeignMachine, unknownMachine} from '../config/foreign-machine.js'
import {machineOfArgv} from '../qemu/process/machine-of-argv.js'
import {type Command, readCommands, type Word} from './shell-words.js'
import {readVirtInstall} from './virt-install.js'

/** Undefined where it starts none. `type`: SCRIPT or VIRT-INSTALL. */
export function readStartScript(content: Buffer, path: string): (ConfigReading & {readonly type: string}) | undefined {
  if (isConfigName(path)) return undefined
  const text = content.toString('utf8')
  if (!/qemu|kvm|virt-install/.test(text)) return undefined
  const found = readScript(text, path)
  const machine = found && enumeratedOf(found, path)
  return machine === undefined ? undefined : {type: machine.type, machine, rejects: [], ignored: false}
}

/** Files that are configurations by their names are no scripts. */
function isConfigName(path: string): boolean {
  return /\.(?:ctys|conf|cfg|rc|xml|ya?ml)$/.test(path)
}

/** The first machine it starts. */
export function readScript(text: string, path: string): ForeignMachine | undefined {
  const call = readScriptCall(text, path)
  if (call === undefined) return undefined
  const {starter, words} = call
  if (posix.basename(starter) === 'virt-install') return readVirtInstall(words, posix.dirname(path))
  const machine = machineOfArgv([starter, ...known(words)], posix.dirname(path))
  return {...unknownMachine, ...machine, type: 'SCRIPT', name: machine.name || nameOf(path)}
}

export interface ScriptCall {
  readonly starter: string
  readonly words: readonly Word[]
  /** The script hands its own arguments on, as far as its text shows. */
  readonly passes: boolean
}

/** Its first call of QEMU or virt-install. */
export function readScriptCall(text: string, path: string): ScriptCall | undefined {
  for (const command of readCommands(text, path)) {
    const at = command.findIndex((word) => word !== undefined && isStarter(word))
    const starter = command[at]
    if (starter === undefined || !isCalled(command, at)) continue
    return {starter, words: command.slice(at + 1), passes: /\$(?:[@*]|\{[@*])/.test(text)}
  }
  return undefined
}

/** What is called `run.sh` tells no name: its directory does. */
function nameOf(path: string): string {
  const {name, dir} = posix.parse(path)
  const isPlain = /^(?:run|start|boot|launch|vm|qemu|install|go)(?:[-_]?(?:vm|qemu|kvm))?$/i.test(name)
  return isPlain ? posix.basename(dir) : name
}

function isStarter(word: string): boolean {
  return /^(?:qemu-system-[a-z0-9_]+|qemu-kvm|kvm|qemu|virt-install)$/.test(posix.basename(word))
}

/** In front of it stand only what runs another command, and its options. */
function isCalled(command: Command, at: number): boolean {
  const before = command.slice(0, at)
  const first = before.find((word) => word !== undefined && !/^(?:if|then|else|do|while|!|time)$/.test(word))
  return (
    first === undefined ||
    /(?:^|\/)(?:exec|sudo|doas|nohup|nice|ionice|taskset|numactl|setsid|env|command|chrt|systemd-run|screen|tmux|vdeq)$/.test(
      first,
    )
  )
}

/** A word that is not known takes its option with it: half an option would be read wrong. */
function known(words: readonly Word[]): readonly string[] {
  const kept: string[] = []
  for (const word of words) {
    if (word !== undefined) kept.push(word)
    else if (kept.at(-1)?.startsWith('-') === true) kept.pop()
  }
  return kept
}
