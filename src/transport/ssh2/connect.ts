import {createConnection, type Socket} from 'node:net'
import type {Duplex} from 'node:stream'
import type {AnyAuthMethod, AuthHandlerMiddleware, ServerHostKeyAlgorithm} from 'ssh2'
import type {ConnectError} from '../../domain/errors.js'
import {interrupted, withPatience} from '../../lib/deadline.js'
import {checkHostKey, knownKeyTypes, orderHostKeyAlgorithms, rememberHostKey} from '../known-hosts/known-hosts.js'
import {limitOf} from '../patience.js'
import {greetingBytes} from '../refusals.js'
import type {SshSettings} from '../ssh-config/types.js'
import {
  type Connecting,
  connectError,
  dropError,
  hostKeyError,
  NeedsOpenssh,
  refusedKeys,
  timeoutError,
} from './errors.js'
import {authMethods, type LoadedIdentities} from './keys.js'
import {OwnedClient} from './owned-client.js'

export interface ConnectOptions extends Connecting {
  readonly identities: LoadedIdentities
  /** The stream through the jump host, made anew for every attempt; absent for a connection of our own. */
  readonly through?: () => Promise<Duplex>
  readonly signal: AbortSignal
  readonly attempt?: number
  readonly mostMs?: number | undefined
}

/** sshd's MaxAuthTries is 6 by default, and one failure too many ends the connection. */
const maxMethods = 5

/** Of a host that says a little now and then: this many times the limit of its silence. */
const longest = 6

/** What is received in one step of a sign-in counts as an answer so often; who says more gets no further with it. */
const answersOfStep = 8

/**
 * A connection that is authenticated on both sides. The ConnectTimeout of the settings limits the silence of the host; a
 * later attempt waits longer. `load` of the error tells what may be better with fewer at a time.
 */
export async function connectSsh(options: ConnectOptions): Promise<OwnedClient> {
  const {signal, settings, through, attempt, mostMs} = options
  if (signal.aborted) throw interrupted()
  const client = new OwnedClient()
  const givenUp = new AbortController()
  const limitMs = limitOf(settings.connectTimeoutMs, attempt, mostMs)
  let sock: Duplex | undefined
  let isTaken = through !== undefined
  const open = async (heard: () => void): Promise<OwnedClient> => {
    sock = await through?.()
    if (givenUp.signal.aborted) sock?.destroy()
    // an error must find ssh2 listening, so the socket is made when that begins
    const stream = (): Duplex => {
      sock ??= dial(settings)
      sock.once('connect', () => {
        isTaken = true
        heard()
      })
      return sock
    }
    return startVerified(client, options, {stream, givenUp: givenUp.signal, heard})
  }
  try {
    const timeout = () => timeoutError(options, limitMs, {isTaken})
    return await withPatience(open, {ms: limitMs, longestMs: limitMs * longest, signal, timeout})
  } catch (error) {
    givenUp.abort()
    client.destroy()
    sock?.destroy()
    throw error
  }
}

/** As ssh2 does it; of our own, because what the host says first and when is looked at. */
function dial({hostName, port, addressFamily}: SshSettings): Socket {
  const family = addressFamily === 'inet' ? 4 : addressFamily === 'inet6' ? 6 : 0
  return createConnection({host: hostName, port, family, noDelay: true})
}

interface Start {
  readonly stream: () => Duplex
  /** The host said something. */
  readonly heard: () => void
  /** Nobody waits any more: what is not connected yet must not be, because nobody would end it. */
  readonly givenUp: AbortSignal
}

/**
 * The only place that starts a connection of ssh2, which without a hostVerifier would accept any key. The verdict of
 * known_hosts decides, and what it says wins over whatever ssh2 reports.
 */
async function startVerified(
  client: OwnedClient,
  options: ConnectOptions,
  {stream, givenUp, heard}: Start,
): Promise<OwnedClient> {
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

  return new Promise<OwnedClient>((resolve, reject) => {
    let spoke = false
    let greeting = ''
    const tried = [...(identities.agent ? ['keys of the agent'] : []), ...identities.keys.map(({file}) => file)]
    const fail = (error: unknown): void => {
      const meaning =
        spoke && isDisconnect(error)
          ? refusedKeys(options, error, [...tried, ...identities.notes])
          : connectError(options, error, [...tried, ...identities.notes])
      reject(refusal ?? dropError(options, error, greeting) ?? secondOpinion(meaning))
    }
    let answers = 0
    const stepDone = (): void => {
      answers = 0
      heard()
    }
    client.on('handshake', () => {
      spoke = true
      stepDone()
    })
    client.on('error', fail)
    client.on('close', () => fail(new Error('the host closed the connection')))
    client.on('ready', () => resolve(client))
    const sock = stream()
    client.start(sock, {
      username: settings.user,
      hostVerifier,
      authHandler: inTurn(authMethods(settings.user, identities).slice(0, maxMethods), stepDone),
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
    // ssh2 has paused the stream and lets it flow when it listens itself
    sock.on('data', (chunk: Buffer) => {
      if (answers++ < answersOfStep) heard()
      if (greeting.length < greetingBytes) greeting += chunk.toString('latin1', 0, greetingBytes)
    })
  })
}

/** One method after the other, as a list of them does; `asked` is called before each. */
function inTurn(methods: readonly AnyAuthMethod[], asked: () => void): AuthHandlerMiddleware {
  const left = [...methods]
  return (_methodsLeft, _partialSuccess, next) => {
    asked()
    next(left.shift() ?? (false as never))
  }
}

/** The client may know algorithms that ssh2 does not, and it tells what the host offers. */
function secondOpinion(meaning: ConnectError): Error {
  return meaning.code === 'NO_COMMON_ALGORITHM' ? new NeedsOpenssh(meaning.message, meaning) : meaning
}

/** ssh2 keeps the reason code of a disconnection message (RFC 4253 section 11.1) as `code`. */
function isDisconnect(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}
