/** `-R` of ctys-vhost: which of the addresses of records answer. Every distinct address is asked once. */
import type {ErrorCode} from '../../domain/error-codes.js'
import {toErrorInfo} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {CommandContext, Turn} from '../../domain/ports/ports.js'
import {isLocal, type Target} from '../../domain/target.js'
import type {Reach, ReachQuestion, ReachVerdict} from '../../domain/work/reach.js'
import {interrupted} from '../../lib/deadline.js'
import {recordedHost} from '../../lib/host-name.js'
import {isNobodys, readIp} from '../../lib/network-address.js'
import {hostTarget, hostTargetIfAny} from './host-target.js'

/** For the connection, the keys and the shell of one host. */
const loginMs = 30_000

/** What an SSH error says of the question whether a login works. The rest leave it open. */
const silent: readonly ErrorCode[] = ['UNREACHABLE', 'CONNECT_TIMEOUT']
/** The same, but it is worth telling: somebody is there. */
const refused: readonly ErrorCode[] = [
  'AUTH_FAILED',
  'SHELL_FAILED',
  'LOGINS_LIMITED',
  'HOST_KEY_UNKNOWN',
  'HOST_KEY_CHANGED',
  'HOST_KEY_REVOKED',
  'HOST_CERT_EXPIRED',
  'HOST_CERT_FOREIGN',
  'NO_COMMON_ALGORITHM',
]

export interface Reached {
  /** In the order in which the addresses first appear. */
  readonly reach: readonly Reach[]
  /** Of a record without an address: unknown. */
  verdictOf(record: InventoryRecord): ReachVerdict
  /** Records that say no address. */
  readonly without: number
}

type ProbeContext = Pick<CommandContext, 'transport' | 'ping' | 'limiter' | 'signal' | 'emit'>

/** Never rejects for a host that cannot be asked. */
export async function probeReach(
  {by, of}: ReachQuestion,
  records: readonly InventoryRecord[],
  {user, context}: {readonly user: string | undefined; readonly context: ProbeContext},
): Promise<Reached> {
  const addressOf = ({host, tcp}: InventoryRecord) => (of === 'PM' ? recordedHost(host) : guestAddress(tcp))
  const addresses = [...new Set(records.map(addressOf))].filter((address) => address !== '')
  // ping goes through no sshd
  const targetOf = (address: string) => (by === 'SSH' ? hostTargetIfAny(address, user) : undefined)
  const probe = async (address: string, index: number): Promise<Reach> => {
    const event = {taskId: `reach-${index + 1}`, host: address}
    const answer = await context.limiter.run(targetOf(address) ?? address, context.signal, (turn) => {
      context.emit({type: 'connecting', ...event})
      return ask(address, {by, user, context, turn})
    })
    context.emit({type: 'done', ...event, status: answer.verdict === 'unknown' ? 'failed' : 'ok'})
    return {address, by, ...answer}
  }
  const reach = await Promise.all(addresses.map(probe))
  const verdicts = new Map(reach.map(({address, verdict}) => [address, verdict]))
  return {
    reach,
    verdictOf: (record) => verdicts.get(addressOf(record)) ?? 'unknown',
    without: records.filter((record) => addressOf(record) === '').length,
  }
}

/** Empty also for `localhost` and addresses like it: this machine would answer, and not the guest. */
function guestAddress(tcp: string): string {
  const ip = readIp(tcp)
  const isOurs = ip === undefined ? /^localhost(\.|$)/i.test(tcp) : isNobodys(ip)
  return isOurs ? '' : tcp.toLowerCase()
}

interface Ask {
  readonly by: ReachQuestion['by']
  readonly user: string | undefined
  readonly context: ProbeContext
  readonly turn: Turn
}

async function ask(address: string, {by, user, context, turn}: Ask): Promise<Pick<Reach, 'verdict' | 'error'>> {
  try {
    if (context.signal.aborted) throw interrupted()
    const target = hostTarget(address, user)
    if (by === 'SSH') return await login(target, context, turn)
    const answers = target.host === 'localhost' || (await context.ping(target.host, context))
    return {verdict: answers ? 'answers' : 'silent'}
  } catch (error) {
    return {verdict: 'unknown', error: toErrorInfo(error)}
  }
}

async function login(
  target: Target,
  {transport, signal}: ProbeContext,
  turn: Turn,
): Promise<Pick<Reach, 'verdict' | 'error'>> {
  if (isLocal(target)) return {verdict: 'answers'}
  const limit = AbortSignal.timeout(loginMs)
  try {
    const either = AbortSignal.any([signal, limit])
    const session = await turn.open((attempt) => transport.open(target, {signal: either, attempt}))
    await session.close()
    return {verdict: 'answers'}
  } catch (error) {
    const info = toErrorInfo(error)
    if (silent.includes(info.code) || (limit.aborted && !signal.aborted)) return {verdict: 'silent'}
    if (refused.includes(info.code)) return {verdict: 'silent', error: info}
    throw error
  }
}
