import {setTimeout as delay} from 'node:timers/promises'
import {CtysError, type LoadSign} from '../../domain/errors.js'
import type {HostLimiter, HostSession, Turn} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {Gate} from '../../lib/gate.js'
import {Aimd, type Answer} from './aimd.js'
import {hostsForOpenFiles} from './open-files.js'

export interface LimiterOptions {
  /** Never more hosts at a time. */
  readonly most: number
  /** The sshd that is met first on the way to a target: itself or a bastion. Default: the target. */
  readonly bastionOf?: (target: Target, signal: AbortSignal) => Promise<string>
  /** How many hosts there are open files for; default: what this process may open. */
  readonly openFiles?: () => number
  /** How long to leave a bastion alone before the next try, by what was seen there; milliseconds. */
  readonly pauses?: Readonly<Record<LoadSign, readonly number[]>>
}

/** Below the start of random drops in sshd's default MaxStartups 10:30:100 (sshd_config(5)). */
const maxLogins = 8
const startAtBastion = 4
const startInAll = 16
const leastInAll = 4

/**
 * One entry for each further try. sshd drops at random beyond MaxStartups; a penalty of PerSourcePenalties lasts 15 s at
 * the least, and newer ones say of both the same, so the first pause is short.
 */
const defaultPauses: Readonly<Record<LoadSign, readonly number[]>> = {
  silent: [0],
  dropped: [300, 1_000],
  limited: [300, 700, 1_500, 3_000],
  refused: [1_000, 16_000],
}

/**
 * The one limiter of a run, for every way to every host. A job first gets a place at its bastion, then one in all: hosts
 * behind a slow bastion wait at that bastion and not in front of the others. At each bastion only so many log in at a time
 * as sshd takes without dropping any.
 */
export function createLimiter(options: LimiterOptions): HostLimiter {
  const {bastionOf, openFiles = hostsForOpenFiles, pauses = defaultPauses} = options
  const most = Math.min(options.most, openFiles())
  const all = new Crowd({start: startInAll, least: leastInAll, most})
  const bastions = new Map<string, Bastion>()

  async function bastionTo(where: Target | string, signal: AbortSignal): Promise<Bastion> {
    const itself = typeof where === 'string' ? where : formatTarget(where)
    // a target without readable settings fails by itself when it is opened
    const name = typeof where === 'string' ? where : await bastionOf?.(where, signal).catch(() => itself)
    const found = bastions.get(name ?? itself) ?? new Bastion(most)
    bastions.set(name ?? itself, found)
    return found
  }

  return {
    async run(where, signal, work) {
      const bastion = await bastionTo(where, signal)
      for (let tries = 1; ; tries++) {
        const turn = new HostTurn(tries, {bastion, all, pauses})
        const result = bastion.enter(() => all.enter(() => work(turn)), turn.answered)
        try {
          const value = await result
          if (turn.pauseMs === undefined || signal.aborted) return value
        } catch (error) {
          if (turn.pauseMs === undefined || signal.aborted) throw error
        }
        await delay(turn.pauseMs, undefined, {signal}).catch(() => undefined)
      }
    },
  }
}

/** Those at work at one place, as many as the answers allow. */
class Crowd {
  readonly pace: Aimd
  readonly #gate: Gate

  constructor(options: {readonly start: number; readonly least: number; readonly most: number}) {
    this.pace = new Aimd(options)
    this.#gate = new Gate(this.pace.limit)
  }

  get isCrowded(): boolean {
    return this.#gate.inside > 1
  }

  enter<T>(work: () => Promise<T>): Promise<T> {
    return this.#gate.enter(work)
  }

  answered(answer: Answer): void {
    this.pace.answered(answer, this.#gate.waiting > 0)
    this.#follow()
  }

  absent(): void {
    this.pace.absent(this.#gate.waiting > 0)
    this.#follow()
  }

  failed(epoch: number): void {
    this.pace.failed(epoch)
    this.#follow()
  }

  #follow(): void {
    this.#gate.places = this.pace.limit
  }
}

/** The sshd that is met first. */
class Bastion {
  readonly crowd: Crowd
  readonly #logins: Gate
  /** It lets somebody in. */
  isOpen = false
  /** It refused after every pause: those who still wait learn it without one. */
  isShut = false

  constructor(most: number) {
    this.crowd = new Crowd({start: startAtBastion, least: 1, most})
    this.#logins = new Gate(Math.min(maxLogins, most))
  }

  /** A place among those who log in is held until `answered`, one among those at work until the end. */
  enter<T>(work: () => Promise<T>, answered: Promise<void>): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.#logins.enter(async () => {
        const done = this.crowd.enter(work)
        done.then(resolve, reject)
        await Promise.race([answered, done.then(noop, noop)])
      })
    })
  }
}

const noop = (): void => undefined

interface Place {
  readonly bastion: Bastion
  readonly all: Crowd
  readonly pauses: Readonly<Record<LoadSign, readonly number[]>>
}

class HostTurn implements Turn {
  readonly answered: Promise<void>
  /** Set when it is to be tried again, with fewer. */
  pauseMs: number | undefined
  readonly #tries: number
  readonly #place: Place
  #tell: () => void = noop

  constructor(tries: number, place: Place) {
    this.#tries = tries
    this.#place = place
    this.answered = new Promise((resolve) => {
      this.#tell = resolve
    })
  }

  readonly open = async (connect: (attempt: number) => Promise<HostSession>): Promise<HostSession> => {
    const {bastion, all} = this.#place
    const [atBastion, inAll] = [bastion.crowd.pace.epoch, all.pace.epoch]
    const began = performance.now()
    const answer = (epoch: number): Answer => ({began, ms: performance.now() - began, epoch})
    try {
      const session = await connect(this.#tries)
      bastion.isOpen = true
      bastion.isShut = false
      bastion.crowd.answered(answer(atBastion))
      all.answered(answer(inAll))
      return session
    } catch (error) {
      const sign = error instanceof CtysError ? error.load : undefined
      if (sign === undefined) all.absent()
      else this.#overload(sign, answer(inAll), atBastion)
      throw error
    } finally {
      this.#tell()
    }
  }

  #overload(sign: LoadSign, answer: Answer, atBastion: number): void {
    const {bastion, all, pauses} = this.#place
    const isCrowdedBastion = bastion.isOpen && bastion.crowd.isCrowded
    bastion.crowd.failed(atBastion)
    if (sign === 'silent') all.answered(answer)
    const isCrowdedInAll = all.pace.isSlow || all.pace.epoch !== answer.epoch
    // a host that is silent while the others answer quickly is no crowd
    if (sign === 'silent' && !isCrowdedBastion && !isCrowdedInAll) return
    const pause = bastion.isShut ? undefined : pauses[sign][this.#tries - 1]
    if (pause === undefined && sign === 'refused') bastion.isShut = true
    if (pause !== undefined) this.pauseMs = pause * (0.75 + Math.random() / 2)
  }
}
