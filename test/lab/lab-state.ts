/**
 * What a lab leaves in the file system: one directory /run/ctyslab-ID with state.json, `init` and `hN.init` ("PID
 * START" of the lab's and the hosts' first processes), keys and ssh settings. Ending a lab means ending its init.
 */
import {existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Account} from './accounts.js'
import {identify, isAlive, type ProcessIdentity, pidsInNamespace, signalProcess} from './process-table.js'

const PREFIX = '/run/ctyslab-'

export interface LabState {
  readonly id: string
  /** Hosts h1..hN. */
  readonly hosts: number
  readonly user: string
  readonly accounts: readonly Account[]
  /** The process the lab belongs to; absent for a lab kept by hand. */
  readonly owner?: ProcessIdentity
}

export function labDir(id: string): string {
  return `${PREFIX}${id}`
}

/** Makes the directory with its state in one step; throws when that id is in use. */
export function claimLabDir(state: LabState): string {
  const fresh = mkdtempSync('/run/.ctyslab-')
  writeFileSync(`${fresh}/state.json`, `${JSON.stringify(state, null, 2)}\n`)
  try {
    renameSync(fresh, labDir(state.id))
  } catch (cause) {
    rmSync(fresh, {recursive: true, force: true})
    throw new Error(`lab ${state.id} is in use`, {cause})
  }
  return labDir(state.id)
}

export function readState(id: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(`${labDir(id)}/state.json`, 'utf8')) as LabState
  } catch {
    return undefined
  }
}

export function listLabs(): LabState[] {
  return readdirSync('/run').flatMap((name) =>
    name.startsWith('ctyslab-') ? (readState(name.slice('ctyslab-'.length)) ?? []) : [],
  )
}

/** Reads an `init` file; undefined when it is not there yet or the process is gone. */
export function readIdentity(file: string): ProcessIdentity | undefined {
  if (!existsSync(file)) return undefined
  const [pid, start] = readFileSync(file, 'utf8').trim().split(' ').map(Number)
  const identity = {pid: pid ?? 0, start: start ?? 0}
  return isAlive(identity) ? identity : undefined
}

/** Ends labs whose owner is gone; labs kept by hand and those of living owners stay. */
export async function clearLeftovers(): Promise<void> {
  for (const {id, owner} of listLabs()) if (owner && !isAlive(owner)) await destroyLab(id)
}

export function ownIdentity(): ProcessIdentity {
  const identity = identify(process.pid)
  if (!identity) throw new Error('/proc does not show this process')
  return identity
}

/** The controller's network namespace, as a path the machine can enter. */
export function ctlNamespace(id: string, init: ProcessIdentity): string {
  return `/proc/${init.pid}/root${labDir(id)}/mnt/ctl.net`
}

/**
 * Ends everything in the controller's namespace, then the lab's init: the kernel ends what is below it, and with the
 * last process the mounts, namespaces and addresses are gone. Safe to call twice.
 */
export async function destroyLab(id: string): Promise<void> {
  const init = readIdentity(`${labDir(id)}/init`)
  if (init) {
    for (const pid of ctlPids(id, init)) {
      const identity = identify(pid)
      if (identity && pid !== process.pid) signalProcess(identity, 'SIGKILL')
    }
    signalProcess(init, 'SIGKILL')
    await waitUntil(() => !isAlive(init), `the end of lab ${id}`, 10_000)
  }
  rmSync(labDir(id), {recursive: true, force: true})
}

/** Fast enough for what takes milliseconds, and never without a limit. */
export async function waitUntil(isTrue: () => boolean, what: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await sleep(10)
  }
}

function ctlPids(id: string, init: ProcessIdentity): number[] {
  const namespace = ctlNamespace(id, init)
  return existsSync(namespace) ? pidsInNamespace('net', statSync(namespace).ino) : []
}
