/**
 * The machine's process table, as far as the lab needs it: proc(5) read directly, so that looking starts no process.
 * A process is known by pid and start time together; a pid alone may have been given to somebody else.
 */
import {readdirSync, readFileSync, readlinkSync} from 'node:fs'

export interface ProcessIdentity {
  readonly pid: number
  /** Field 22 of /proc/PID/stat: clock ticks since boot. */
  readonly start: number
}

export interface LabProcess {
  /** As the host itself sees it. */
  readonly pid: number
  /** R, S, T (stopped), Z (zombie) ... */
  readonly state: string
  /** The argument vector; of a zombie its name in brackets. */
  readonly args: readonly string[]
}

/** Undefined when there is no such process (or it is just a zombie waiting to be reaped). */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid)
  return stat && stat.state !== 'Z' ? {pid, start: stat.start} : undefined
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.start === identity.start
}

/** Ends that very process; false when it is gone or its pid belongs to somebody else by now. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false
  try {
    return process.kill(identity.pid, signal)
  } catch {
    return false
  }
}

/** Machine pids of all processes in the namespace `kind` known by its inode number. */
export function pidsInNamespace(kind: 'net' | 'pid', inode: number): number[] {
  const wanted = `${kind}:[${inode}]`
  return allPids().filter((pid) => namespaceOf(pid, kind) === wanted)
}

/** Inode number of a process's namespace. */
export function namespaceInode(pid: number, kind: 'net' | 'pid'): number {
  const inode = Number(/\[(\d+)\]$/.exec(namespaceOf(pid, kind) ?? '')?.[1])
  if (!Number.isInteger(inode)) throw new Error(`process ${pid} has no ${kind} namespace`)
  return inode
}

/** What `ps` would show inside the pid namespace of `init`. */
export function processesBelow(init: ProcessIdentity): LabProcess[] {
  if (!isAlive(init)) return []
  return pidsInNamespace('pid', namespaceInode(init.pid, 'pid')).flatMap((pid) => {
    const stat = readStat(pid)
    const nsPid = Number(/^NSpid:.*\s(\d+)$/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1])
    if (!stat || !Number.isInteger(nsPid)) return []
    const args = (readText(`/proc/${pid}/cmdline`) ?? '').replace(/\0$/, '')
    return [{pid: nsPid, state: stat.state, args: args === '' ? [`[${stat.name}]`] : args.split('\0')}]
  })
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function namespaceOf(pid: number, kind: 'net' | 'pid'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`)
  } catch {
    return undefined
  }
}

function readStat(pid: number): {name: string; state: string; start: number} | undefined {
  const parts = /^\d+ \((.*)\) (.*)$/s.exec(readText(`/proc/${pid}/stat`) ?? '')
  const fields = parts?.[2]?.split(' ')
  if (!parts || !fields) return undefined
  return {name: parts[1] ?? '', state: fields[0] ?? '?', start: Number(fields[19])}
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
