/** `-R` of ctys-vhost: which of the addresses of records answer. Every distinct address is asked once. */
import PQueue from 'p-queue'
import type {ErrorCode} from '../../domain/error-codes.js'
import {toErrorInfo} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {DeskContext} from '../../domain/ports/ports.js'
import {isLocal, recordedHost, type Target} from '../../domain/target.js'
import type {Reach, ReachQuestion, ReachVerdict} from '../../domain/work/reach.js'
import {interrupted} from '../../lib/deadline.js'
import {isNobodys, readIp} from '../../lib/network-address.js'
import {hostTarget} from './host-target.js'

/** For the connection, the keys and the shell of one host. */
const loginMs = 30_000

/** What an SSH error says of the question whether a login works. The rest leave it open. */
const silent: readonly ErrorCode[] = ['UNREACHABLE', 'CONNECT_TIMEOUT']
/** The same, but it is worth telling: somebody is there. */
const refused: readonly ErrorCode[] = [
  'AUTH_FAILED',
  'SHELL_FAILED',
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

type ProbeContext = Pick<DeskContext, 'transport' | 'ping' | 'limits' | 'signal' | 'emit' | 'localName'>

/** Never rejects for a host that cannot be asked. */
export async function probeReach(
  {by, of}: ReachQuestion,
  records: readonly InventoryRecord[],
  {user, context}: {readonly user: string | undefined; readonly context: ProbeContext},
): Promise<Reached> {
  const addressOf = ({host, tcp}: InventoryRecord) =>
    of === 'PM' ? recordedHost(host, context.localName) : guestAddress(tcp)
  const addresses = [...new Set(records.map(addressOf))].filter((address) => address !== '')
  const queue = new PQueue({concurrency: context.limits.fanout})
  const probe = async (address: string, index: number): Promise<Reach> => {
    const event = {jobId: `reach-${index + 1}`, host: address}
    context.emit({type: 'connecting', ...event})
    const answer = await ask(address, {by, user, context})
    context.emit({type: 'done', ...event, status: answer.verdict === 'unknown' ? 'failed' : 'ok'})
    return {address, by, ...answer}
  }
  const reach = await Promise.all(addresses.map((address, index) => queue.add(() => probe(address, index))))
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
}

async function ask(address: string, {by, user, context}: Ask): Promise<Pick<Reach, 'verdict' | 'error'>> {
  try {
    if (context.signal.aborted) throw interrupted()
    const target = hostTarget(address, context.localName, user)
    if (by === 'SSH') return await login(target, context)
    const answers = target.host === 'localhost' || (await context.ping(target.host, context))
    return {verdict: answers ? 'answers' : 'silent'}
  } catch (error) {
    return {verdict: 'unknown', error: toErrorInfo(error)}
  }
}

async function login(target: Target, {transport, signal}: ProbeContext): Promise<Pick<Reach, 'verdict' | 'error'>> {
  if (isLocal(target)) return {verdict: 'answers'}
  const limit = AbortSignal.timeout(loginMs)
  try {
    const session = await transport.open(target, {signal: AbortSignal.any([signal, limit])})
    await session.close()
    return {verdict: 'answers'}
  } catch (error) {
    const info = toErrorInfo(error)
    if (silent.includes(info.code) || (limit.aborted && !signal.aborted)) return {verdict: 'silent'}
    if (refused.includes(info.code)) return {verdict: 'silent', error: info}
    throw error
  }
}
