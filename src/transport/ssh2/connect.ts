import type {Duplex} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import ssh2, {type Client, type ServerHostKeyAlgorithm} from 'ssh2'
import {ConnectError} from '../../domain/errors.js'
import {interrupted, withDeadline} from '../../lib/deadline.js'
import {checkHostKey, knownKeyTypes, orderHostKeyAlgorithms, rememberHostKey} from '../known-hosts/known-hosts.js'
import {type Connecting, connectError, hostKeyError, NeedsOpenssh, refusedKeys, timeoutError} from './errors.js'
import {authMethods, type LoadedIdentities} from './keys.js'

export interface ConnectOptions extends Connecting {
  readonly identities: LoadedIdentities
  /** The stream through the jump host, made anew for every attempt; absent for a connection of our own. */
  readonly through?: () => Promise<Duplex>
  readonly signal: AbortSignal
}

/** sshd's MaxAuthTries is 6 by default, and one failure too many ends the connection. */
const maxMethods = 5
const retryJitterMs = 800

/**
 * A connection that is authenticated on both sides, within the ConnectTimeout of the settings. A connection that sshd
 * drops before it says a word (MaxStartups, sshd_config(5)) is tried once more after a random pause.
 */
export async function connectSsh(options: ConnectOptions): Promise<Client> {
  try {
    return await attempt(options)
  } catch (error) {
    if (!(error instanceof Dropped)) throw error
    await delay(200 + Math.random() * retryJitterMs, undefined, {signal: options.signal}).catch(() => undefined)
    return await attempt(options).catch((again: unknown) => {
      throw again instanceof Dropped ? again.meaning : again
    })
  }
}

/** The connection ended before the server's first word. */
class Dropped extends Error {
  readonly meaning: ConnectError

  constructor(meaning: ConnectError) {
    super(meaning.message)
    this.meaning = meaning
  }
}

async function attempt(options: ConnectOptions): Promise<Client> {
  const {signal, settings, through} = options
  if (signal.aborted) throw interrupted()
  const sock = await through?.()
  const client = new ssh2.Client()
  const givenUp = new AbortController()
  try {
    const ready = startVerified(client, options, {sock, givenUp: givenUp.signal})
    const timeout = () => timeoutError(options, settings.connectTimeoutMs)
    return await withDeadline(ready, {ms: settings.connectTimeoutMs, signal, timeout})
  } catch (error) {
    givenUp.abort()
    client.destroy()
    sock?.destroy()
    throw error
  }
}

interface Start {
  readonly sock: Duplex | undefined
  /** Nobody waits any more: what is not connected yet must not be, because nobody would end it. */
  readonly givenUp: AbortSignal
}

/**
 * The only place that starts a connection of ssh2, which without a hostVerifier would accept any key. The verdict of
 * known_hosts decides, and what it says wins over whatever ssh2 reports.
 */
async function startVerified(client: Client, options: ConnectOptions, {sock, givenUp}: Start): Promise<Client> {
  const {settings, identities} = options
  const files = [...settings.userKnownHostsFiles, ...settings.globalKnownHostsFiles]
  const lookup = {files, names: settings.hostKeyNames}
  const known = await knownKeyTypes(lookup)
  if (givenUp.aborted) throw interrupted()
  let refusal: unknown

  const hostVerifier = (key: Buffer, verify: (accept: boolean) => void): void => {
    judge(key).then(
      () => verify(true),
      (error: unknown) => {
        refusal = error
        verify(false)
      },
    )
  }
  const judge = async (key: Buffer): Promise<void> => {
    const verdict = await checkHostKey({...lookup, key})
    if (verdict.verdict === 'known') return
    if (verdict.verdict === 'unknown' && verdict.certAuthorityOnly) {
      throw new NeedsOpenssh('the host is known by a certificate authority')
    }
    const [file] = settings.userKnownHostsFiles
    if (verdict.verdict !== 'unknown' || settings.strictHostKeyChecking === 'yes' || file === undefined) {
      throw await hostKeyError(options, key, verdict)
    }
    const [name = settings.hostName] = settings.hostKeyNames
    await rememberHostKey({file, name, key, hashed: settings.hashKnownHosts})
  }

  return new Promise<Client>((resolve, reject) => {
    let spoke = false
    const tried = [...(identities.agent ? ['keys of the agent'] : []), ...identities.keys.map(({file}) => file)]
    const fail = (error: unknown): void => {
      const meaning =
        spoke && isDisconnect(error)
          ? refusedKeys(options, error, [...tried, ...identities.notes])
          : connectError(options, error, [...tried, ...identities.notes])
      reject(refusal ?? (!spoke && isDrop(error) ? new Dropped(meaning) : secondOpinion(meaning)))
    }
    client.on('connect', () => client.setNoDelay(true))
    client.on('handshake', () => {
      spoke = true
    })
    client.on('error', fail)
    client.on('close', () => fail(new Error('the host closed the connection')))
    client.on('ready', () => resolve(client))
    client.connect({
      ...(sock === undefined ? {host: settings.hostName, port: settings.port} : {sock}),
      ...(settings.addressFamily === 'inet' && {forceIPv4: true}),
      ...(settings.addressFamily === 'inet6' && {forceIPv6: true}),
      username: settings.user,
      hostVerifier,
      authHandler: authMethods(settings.user, identities).slice(0, maxMethods),
      algorithms: {
        kex: [...settings.algorithms.kex] as never,
        cipher: [...settings.algorithms.cipher] as never,
        hmac: [...settings.algorithms.hmac] as never,
        serverHostKey: orderHostKeyAlgorithms(settings.algorithms.serverHostKey, known) as ServerHostKeyAlgorithm[],
      },
      readyTimeout: 0,
      keepaliveInterval: settings.serverAliveIntervalMs,
      keepaliveCountMax: settings.serverAliveCountMax,
    })
  })
}

/** The client may know algorithms that ssh2 does not, and it tells what the host offers. */
function secondOpinion(meaning: ConnectError): Error {
  return meaning.code === 'NO_COMMON_ALGORITHM' ? new NeedsOpenssh(meaning.message, meaning) : meaning
}

/** ssh2 keeps the reason code of a disconnection message (RFC 4253 section 11.1) as `code`. */
function isDisconnect(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}

function isDrop(error: unknown): boolean {
  const {code, message} = (error ?? {}) as {code?: unknown; message?: unknown}
  return code === 'ECONNRESET' || code === 'EPIPE' || message === 'Connection lost before handshake'
}
