/** What every session type has to keep, whatever it runs: the same tests over each driver that creates, lists and stops. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {isUnknownAfter} from '../../src/domain/error-codes.js'
import {CtysError} from '../../src/domain/errors.js'
import {emptyRecord, type InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {doubtOf} from '../../src/domain/machine/list-doubt.js'
import type {Driver, Handler, HostSession} from '../../src/domain/ports/ports.js'
import type {CancelAsk, CreateAsk} from '../../src/domain/work/asks.js'
import type {Answer, Ask} from '../../src/domain/work/verbs.js'
import {createLocalTransport} from '../../src/transport/local/local.js'
import {faultySession} from './faulty-session.js'

type Verb = 'create' | 'cancel' | 'list'

export interface Stored {
  readonly label: string
  readonly id: string
  /** 32 hexadecimal digits. */
  readonly uuid: string
}

export interface DriverWorld {
  readonly driver: Driver
  /** A machine that lies on this host and does not run. */
  readonly store: () => Stored
  /** Runs something of the type that is none of ctys; its pid. */
  readonly runForeign: (label: string) => Promise<number>
  /** The host as if nothing ran there but what this test has started. */
  readonly fence: (session: HostSession) => HostSession
  /** The host as if it showed this account only its own processes, and none of these were machines. */
  readonly blind: (session: HostSession) => HostSession
}

interface Call {
  readonly signal?: AbortSignal
  readonly wrap?: (session: HostSession) => HostSession
  /** Only the look. */
  readonly lookOnly?: true
}

export function driverContract(world: DriverWorld): void {
  const {driver, fence} = world
  let session: HostSession
  beforeEach(async () => {
    session = await createLocalTransport().open({host: 'localhost'}, {signal: new AbortController().signal})
  })
  afterEach(() => session.close())

  async function call<V extends Verb>(verb: V, ask: Ask<V>, record?: InventoryRecord, more: Call = {}) {
    const {signal = new AbortController().signal, wrap = (session: HostSession) => session, lookOnly} = more
    const handler = driver.verbs[verb] as Handler<V> | undefined
    if (handler === undefined) throw new Error(`${driver.type} does not know ${verb}`)
    const known = record === undefined ? {} : {record}
    const task = {id: '1', target: {host: 'localhost'}, type: driver.type, verb, ask, timeoutMs: 60_000, ...known}
    const run = await handler.open(task, {session: wrap(fence(session)), signal, note: () => undefined})
    return lookOnly ? undefined : await run()
  }

  const create = (stored: Stored, ask: Partial<CreateAsk> = {}, more: Call = {}) => {
    const machine = {label: stored.label}
    const record = recordOf(driver.type, stored)
    return call('create', {machine, mode: 'new', console: 'NONE', timeoutMs: 20_000, ...ask}, record, more)
  }
  const cancel = (machine: CancelAsk['machine'], stored?: Stored, more: Call = {}) => {
    const record = stored && recordOf(driver.type, stored)
    return call('cancel', {machine, how: 'poweroff', force: true, graceMs: 0}, record, more)
  }
  const list = async (more: Call = {}) => {
    const answer = await call('list', {}, undefined, more)
    if (answer === undefined) throw new Error('no answer')
    return answer
  }
  const copiesOf = async ({id}: Stored) => (await list()).machines.filter((one) => one.id === id)
  const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
    try {
      await attempt
      return 'ok'
    } catch (error) {
      return error instanceof CtysError ? error.code : String(error)
    }
  }
  const ended = async (stored: Stored) => {
    if ((await copiesOf(stored)).length > 0) await cancel({label: stored.label}, stored)
    expect(await copiesOf(stored)).toEqual([])
  }

  test('list shows what was created as the answer had it, and no more once it is stopped', async () => {
    const stored = world.store()
    expect(await copiesOf(stored)).toEqual([])
    const made = (await create(stored)) as Answer<'create'>
    expect(made).toMatchObject({kind: 'create', reused: false, machine: {...stored, type: driver.type, managed: true}})
    const {pid, startTime} = made.machine
    expect(await copiesOf(stored)).toMatchObject([{...stored, pid, startTime, type: driver.type, managed: true}])
    expect(await cancel({label: stored.label}, stored)).toMatchObject({machines: [{...stored, pid, state: 'gone'}]})
    expect(await copiesOf(stored)).toEqual([])
  })

  test('what is asked twice is done once', async () => {
    const stored = world.store()
    expect(await codeOf(create(stored, {mode: 'connect'}))).toBe('NOT_RUNNING')
    const {machine} = (await create(stored)) as Answer<'create'>
    expect(await codeOf(create(stored))).toBe('ALREADY_RUNNING')
    for (const mode of ['reuse', 'connect'] as const) {
      expect(await create(stored, {mode})).toMatchObject({reused: true, machine: {pid: machine.pid}})
    }
    expect(await copiesOf(stored)).toHaveLength(1)
    await cancel({label: stored.label}, stored)
    expect(await codeOf(cancel({label: stored.label}, stored))).toBe('NOT_RUNNING')
    expect(await cancel('all')).toMatchObject({machines: []})
  })

  test('two at the same moment make one machine', async () => {
    const stored = world.store()
    const codes = await Promise.all([codeOf(create(stored)), codeOf(create(stored))])
    expect(codes).toContain('ok')
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1)
    expect(await copiesOf(stored)).toHaveLength(1)
    await ended(stored)
  })

  test('a look changes nothing', async () => {
    const stored = world.store()
    await create(stored, {}, {lookOnly: true})
    expect(await copiesOf(stored)).toEqual([])
    const {machine} = (await create(stored)) as Answer<'create'>
    await cancel({label: stored.label}, stored, {lookOnly: true})
    await cancel('all', undefined, {lookOnly: true})
    expect(await copiesOf(stored)).toMatchObject([{pid: machine.pid}])
    await ended(stored)
  })

  /** How often the host is asked while that is done. */
  const questionsOf = async (attempt: (more: Call) => Promise<unknown>): Promise<number> => {
    let count = () => 0
    const wrap = (session: HostSession) => {
      const watched = faultySession(session, {})
      count = watched.count
      return watched.session
    }
    await attempt({wrap})
    return count()
  }
  const abortedAt = (question: number): Call => {
    const controller = new AbortController()
    const asked = (count: number) => void (count === question && setImmediate(() => controller.abort()))
    return {signal: controller.signal, wrap: (session) => faultySession(session, {asked}).session}
  }
  const lostAt = (question: number): Call => ({
    wrap: (session) => faultySession(session, {losesFrom: question}).session,
  })

  test('a start that is given up at any step leaves one machine or none, says which, and can be done again', async () => {
    const stored = world.store()
    const steps = await questionsOf((more) => create(stored, {}, more))
    await ended(stored)
    for (let step = 1; step <= steps; step++) {
      const code = await codeOf(create(stored, {}, abortedAt(step)))
      expect(['ok', 'INTERRUPTED'], `step ${step}`).toContain(code)
      expect(await copiesOf(stored), `step ${step}: ${code}`).toHaveLength(code === 'ok' ? 1 : 0)
      await ended(stored)
    }
    await create(stored)
    await ended(stored)
  })

  test('a stop that is given up at any step never says that it is done while it runs', async () => {
    const stored = world.store()
    await create(stored)
    const steps = await questionsOf((more) => cancel({label: stored.label}, stored, more))
    for (let step = 1; step <= steps; step++) {
      if ((await copiesOf(stored)).length === 0) await create(stored)
      const code = await codeOf(cancel({label: stored.label}, stored, abortedAt(step)))
      if (code === 'ok') expect(await copiesOf(stored), `step ${step}`).toEqual([])
      else expect(code, `step ${step}`).toBe('INTERRUPTED')
    }
    await ended(stored)
  })

  test('after a lost link nothing is known: neither that it runs nor that it is off', async () => {
    const stored = world.store()
    const starts = await questionsOf((more) => create(stored, {}, more))
    const stops = await questionsOf((more) => cancel({label: stored.label}, stored, more))
    for (const step of someOf(starts)) {
      const code = await codeOf(create(stored, {}, lostAt(step)))
      expect(code, `start, step ${step}`).toBe('CONNECTION_LOST')
      expect(isUnknownAfter('CONNECTION_LOST', true)).toBe(true)
      expect((await copiesOf(stored)).length).toBeLessThan(2)
      // whatever became of it, the next one is right
      await create(stored, {mode: 'reuse'})
      expect(await copiesOf(stored)).toHaveLength(1)
      await ended(stored)
    }
    for (const step of someOf(stops)) {
      await create(stored, {mode: 'reuse'})
      expect(await codeOf(cancel({label: stored.label}, stored, lostAt(step))), `stop, step ${step}`).toBe(
        'CONNECTION_LOST',
      )
    }
    await ended(stored)
  })

  test('a host that hides processes is never taken for one on which nothing runs', async () => {
    const stored = world.store()
    const {machine} = (await create(stored)) as Answer<'create'>
    const blind: Call = {wrap: world.blind}
    expect(doubtOf(await list(blind))).toBe('PROCESSES_HIDDEN')
    expect(await codeOf(create(stored, {mode: 'connect'}, blind))).toBe('PROCESSES_HIDDEN')
    expect(await codeOf(cancel({label: stored.label}, stored, blind))).toBe('PROCESSES_HIDDEN')
    expect(await cancel('all', undefined, blind)).toMatchObject({machines: [], hidden: true})
    expect(await copiesOf(stored)).toMatchObject([{pid: machine.pid}])
    await ended(stored)
  })

  test('what is none of ctys is shown as that, and never touched', async () => {
    const stored = world.store()
    const pid = await world.runForeign(`other${process.pid}`)
    const isAlive = async () => (await list()).machines.some((one) => one.pid === pid && !one.managed)
    expect(await isAlive()).toBe(true)
    await create(stored)
    expect(await codeOf(cancel({label: `other${process.pid}`}))).toBe('FOREIGN_MACHINE')
    expect(await cancel('all')).toMatchObject({machines: [{label: stored.label}]})
    expect(await copiesOf(stored)).toEqual([])
    expect(await isAlive()).toBe(true)
  })

  test('what takes the name of a machine does not become it', async () => {
    const stored = world.store()
    const pid = await world.runForeign(stored.label)
    await create(stored)
    // two that answer to one name may be refused, never mistaken
    expect(['ok', 'MACHINE_AMBIGUOUS']).toContain(await codeOf(cancel({label: stored.label}, stored)))
    if ((await copiesOf(stored)).length > 0) await cancel({path: stored.id}, stored)
    expect(await copiesOf(stored)).toEqual([])
    expect((await list()).machines.some((one) => one.pid === pid)).toBe(true)
  })
}

/** Of so many steps the first, the last and one between; with CTYS_LONG=1 all. */
function someOf(steps: number): readonly number[] {
  const all = Array.from({length: steps}, (_, index) => index + 1)
  return process.env.CTYS_LONG === '1' ? all : all.filter((step) => [1, Math.ceil(steps / 2), steps].includes(step))
}

function recordOf(type: string, stored: Stored): InventoryRecord {
  return {...emptyRecord(), ...stored, type, host: 'localhost'}
}
