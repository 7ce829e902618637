import {expect, test} from 'vitest'
import {CtysError} from '../../../src/domain/errors.js'
import type {AppContext, HostSession, Transport} from '../../../src/domain/ports/ports.js'
import {handler, readingHandler} from '../../../src/domain/work/handler.js'
import {createLimiter} from '../../../src/execute/limiter/limiter.js'
import {runPlan} from '../../../src/execute/run-plan.js'

const target = {host: 'h1'}
const plan = {tasks: [{id: '1', target, type: 'QEMU', verb: 'list', ask: {}, timeoutMs: 5000} as const], refused: []}

const asks = {
  list: {verb: 'list', ask: {}},
  cancel: {verb: 'cancel', ask: {machine: 'all', how: 'poweroff', force: false, graceMs: 0}},
} as const

/** One task whose handler ends as `work` does. */
async function outcomeOf(
  work: () => Promise<never>,
  signal: AbortSignal,
  {knownOn = [], verb = 'list'}: {readonly knownOn?: readonly string[]; readonly verb?: 'list' | 'cancel'} = {},
) {
  let closed = 0
  const session: HostSession = {
    target,
    exec: work,
    script: work,
    open: work,
    put: work,
    hold: () => undefined,
    close: async () => {
      closed += 1
    },
  }
  const transport: Transport = {name: 'local', open: async () => session, close: async () => undefined}
  const stop = handler<'cancel', undefined>({check: async () => undefined, run: work})
  const driver = {type: 'QEMU', verbs: {list: readingHandler<'list'>(work), cancel: stop}}
  const context = {
    registry: {drivers: new Map([['QEMU', driver]]), host: {}, scanned: []},
    transport,
    limiter: createLimiter({most: 1}),
    signal,
    emit: () => undefined,
  }
  const [outcome] = await runPlan(
    {...plan, tasks: plan.tasks.map((task) => ({...task, ...asks[verb], knownOn}))},
    context as unknown as AppContext,
  )
  expect(closed).toBe(signal.aborted && outcome?.status === 'skipped' ? 0 : 1)
  return outcome
}

const lost = new CtysError('CONNECTION_LOST', 'h1: the connection ended: no answer')

test('a link that is lost is unknown', async () => {
  const outcome = await outcomeOf(() => Promise.reject(lost), new AbortController().signal)
  expect(outcome).toMatchObject({status: 'unknown', phase: 'run', error: {code: 'CONNECTION_LOST'}})
})

test.each([
  ['OUTPUT_TOO_LARGE', 'cancel', 'unknown'],
  ['COMMAND_TIMEOUT', 'cancel', 'unknown'],
  ['MONITOR_FAILED', 'cancel', 'failed'],
  ['OUTPUT_TOO_LARGE', 'list', 'failed'],
] as const)('%s of %s is %s', async (code, verb, status) => {
  const fault = () => Promise.reject(new CtysError(code, 'h1: too much'))
  expect(await outcomeOf(fault, new AbortController().signal, {verb})).toMatchObject({status, error: {code}})
})

test('a link that is lost while an interrupt settles is unknown, and interrupted', async () => {
  const interrupt = new AbortController()
  const outcome = await outcomeOf(async () => {
    interrupt.abort()
    throw lost
  }, interrupt.signal)
  expect(outcome).toMatchObject({
    status: 'unknown',
    error: {code: 'INTERRUPTED', message: 'stopped by the user, then h1: the connection ended: no answer'},
  })
})

test('nothing is opened after an interrupt', async () => {
  const outcome = await outcomeOf(() => Promise.reject(lost), AbortSignal.abort())
  expect(outcome).toMatchObject({status: 'skipped', reason: 'interrupted before it was started'})
})

test('a machine that is not found says where the inventory knows it', async () => {
  const missing = new CtysError('MACHINE_NOT_FOUND', 'h1: no machine fits', {details: ['looked in /vm']})
  const outcome = await outcomeOf(() => Promise.reject(missing), new AbortController().signal, {knownOn: ['h2', 'h3']})
  expect(outcome).toMatchObject({error: {details: ['it lies on h2, h3', 'looked in /vm']}})
})

test('what lasts gives its turn back once it runs: with one turn two of them run, and a third task is done meanwhile', async () => {
  const session = {target, close: async () => undefined} as unknown as HostSession
  const transport: Transport = {name: 'local', open: async () => session, close: async () => undefined}
  let running = 0
  let leave: () => void = () => undefined
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const join = handler<'net-join', undefined>({
    check: async () => undefined,
    async run({ask: {name}}) {
      running += 1
      await left
      return {kind: 'net-join', network: {name, user: 'a', sock: '', mgmt: ''}, received: 0, sent: 0, dropped: 0}
    },
  })
  const list = readingHandler<'list'>(async () => ({kind: 'list', machines: []}) as never)
  const context = {
    registry: {drivers: new Map(), host: {'net-join': join, list}, scanned: []},
    transport,
    limiter: createLimiter({most: 1}),
    signal: new AbortController().signal,
    emit: ({type, taskId}: {readonly type: string; readonly taskId: string}) => {
      if (type === 'done' && taskId === '3' && running === 2) leave()
    },
  }
  const ask = {name: 'wide', become: [], id: 'a', who: 'a@b', silenceMs: 1_000}
  const base = {target, type: 'ALL', timeoutMs: 20_000}
  const tasks = [
    {...base, id: '1', verb: 'net-join', ask} as const,
    {...base, id: '2', verb: 'net-join', ask} as const,
    {...base, id: '3', verb: 'list', ask: {}} as const,
  ]
  const outcomes = await runPlan({tasks, refused: []}, context as unknown as AppContext)
  expect(outcomes.map(({status}) => status)).toEqual(['ok', 'ok', 'ok'])
})
