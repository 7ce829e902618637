import {readdirSync, readFileSync} from 'node:fs'

/** Files that ctys opens beside its connections: ssh -G, key files, the inventory, modules, names that are looked up. */
const reserve = 20
/** A connection, its agent or the three pipes of an ssh client, and a monitor. */
const filesPerHost = 4

/** How many hosts this process has open files for (RLIMIT_NOFILE of getrlimit(2)); at least one. */
export function hostsForOpenFiles(): number {
  const {limit, used} = openFiles()
  return Math.max(1, Math.floor((limit - used - reserve) / filesPerHost))
}

/** From proc(5); a system without it raises the limit for Node, which asks for as many as are allowed. */
function openFiles(): {readonly limit: number; readonly used: number} {
  try {
    const [, soft = ''] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return {limit: soft === '' ? Number.POSITIVE_INFINITY : Number(soft), used: readdirSync('/proc/self/fd').length}
  } catch {
    return {limit: reportedLimit(), used: 0}
  }
}

function reportedLimit(): number {
  const report = process.report?.getReport() as {userLimits?: {open_files?: {soft?: unknown}}} | undefined
  const soft = Number(report?.userLimits?.open_files?.soft)
  return Number.isFinite(soft) ? soft : Number.POSITIVE_INFINITY
}
