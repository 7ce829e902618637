/**
 * Ping with the program of this machine. Every `ping` knows `-c` and `-q`; limits are spelled in seconds by one and in
 * milliseconds by another (-W), so the time is kept here. What ping prints at its end tells a host that is silent from
 * a ping that could not ask: iputils ends with 1 and 2, busybox with 1 for both, BSD with 2 and numbers of sysexits(3).
 * One that was ended may have waited for the name service instead: a host is silent only when its name has an address.
 */
import {isIP, isIPv6} from 'node:net'
import {ConfigError, CtysError, PreconditionError} from '../domain/errors.js'
import type {HostSession, PingHost, Transport} from '../domain/ports/ports.js'
import {createLocalTransport} from './local/local.js'
import {resolveSshSettings} from './ssh-config/settings.js'

export interface PingOptions {
  /** Replaces the user's and the system's ssh configuration, as `ssh -F`. */
  readonly configFile?: string
  /** How long an answer may take; default 3 s. */
  readonly deadlineMs?: number
  /** How programs of this machine are run. */
  readonly local?: Transport
}

/** A name is asked for at the address ssh would go to (HostName), because hosts are known by their names for ssh. */
export function createPing(options: PingOptions = {}): PingHost {
  const {configFile, deadlineMs = 3000, local = createLocalTransport()} = options
  return async (host, {signal}) => {
    const settings = {signal, ...(configFile !== undefined && {configFile})}
    const address = isIP(host) === 0 ? (await resolveSshSettings({host}, settings)).hostName : host
    const session = await local.open({host: 'localhost'}, {signal})
    try {
      const answer = await unlessTooLong(pingFrom(session, address, {signal, deadlineMs}))
      if (answer === undefined && isIP(address) === 0) await expectAddress(session, address, {signal, deadlineMs})
      return answer ?? false
    } finally {
      await session.close()
    }
  }
}

/** Undefined for a command that was ended because its time was over. */
async function unlessTooLong<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CtysError && error.code === 'COMMAND_TIMEOUT') return undefined
    throw error
  }
}

interface Limits {
  readonly signal: AbortSignal
  readonly deadlineMs: number
}

/** A machine without getent (macOS) cannot tell. */
async function expectAddress(session: HostSession, name: string, limits: Limits): Promise<void> {
  const found = await unlessTooLong(session.exec(['getent', 'hosts', name], limits))
  if (found !== undefined && (found.exitCode === 0 || found.exitCode === 127)) return
  throw new PreconditionError('COMMAND_FAILED', `ping could not ask ${name}: the name service gives no address for it`)
}

async function pingFrom(session: HostSession, address: string, limits: Limits): Promise<boolean> {
  // the older ones have a program of its own for IPv6
  for (const program of isIPv6(address) ? ['ping6', 'ping'] : ['ping']) {
    const argv = ['env', 'LC_ALL=C', program, '-c', '1', '-q', '--', address]
    const {exitCode, stdout, stderr} = await session.exec(argv, limits)
    if (exitCode === 127) continue
    if (exitCode === 0) return true
    if (/packets transmitted/.test(stdout.toString())) return false
    const said = stderr.toString().trim().split('\n').at(-1) || `it ended with status ${exitCode}`
    throw new PreconditionError('COMMAND_FAILED', `ping could not ask ${address}: ${said}`)
  }
  throw new ConfigError('CONFIG', 'this machine has no program ping, so nothing can be told of any host', {
    hint: 'install it, or ask with -R SSH',
  })
}
