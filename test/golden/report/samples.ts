/** Outcomes, plans and records as the tests of the reports use them. */

import type {ErrorInfo} from '../../../src/domain/errors.js'
import {emptyRecord, type InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import type {EnumerateData, ProbeData, RunningMachine} from '../../../src/domain/work/answers.js'
import type {CancelAsk, CreateAsk} from '../../../src/domain/work/asks.js'
import type {Outcome} from '../../../src/domain/work/outcome.js'
import type {Plan, Task} from '../../../src/domain/work/plan.js'
import type {Action, Answer} from '../../../src/domain/work/verbs.js'
import type {ReportStyle} from '../../../src/report/shared/style.js'

export const now = new Date('2026-03-14T12:00:00Z')

/** The format as the flags of a command give it. */
export interface StyleChanges extends Partial<Omit<ReportStyle, 'format'>> {
  readonly json?: boolean
  readonly terse?: boolean
}

export function styleOf({json = false, terse = false, ...changes}: StyleChanges = {}): ReportStyle {
  const format = json ? 'json' : terse ? 'terse' : 'text'
  return {format, width: undefined, color: false, verbose: false, now, ...changes}
}

export function machine(changes: Partial<RunningMachine> = {}): RunningMachine {
  return {
    type: 'QEMU',
    label: 'web01',
    id: '/vm/web01/web01.ctys',
    uuid: '462a9f2fe2c444a991c0f66e95714687',
    macs: ['00:50:56:13:11:33'],
    tcps: ['172.20.1.33'],
    vncDisplay: '3',
    cport: '5903',
    sport: '/var/tmp/qemumon.web01.1234.root',
    pid: 1234,
    startTime: '8127',
    uid: 'root',
    gid: 'root',
    exePath: '/usr/bin/qemu-system-x86_64',
    version: '7.2.0',
    accelerator: 'KVM',
    arch: 'x86_64',
    state: 'running',
    managed: true,
    ...changes,
  }
}

export const foreign: Partial<RunningMachine> = {
  label: 'buildvm',
  id: '',
  pid: 777,
  uid: 'ci',
  managed: false,
  tcps: [],
}

export function record(changes: Partial<InventoryRecord> = {}): InventoryRecord {
  return {
    ...emptyRecord(),
    host: 'h1',
    type: 'QEMU',
    label: 'web01',
    id: '/vm/web01/web01.ctys',
    uuid: '462a9f2fe2c444a991c0f66e95714687',
    mac: '00:50:56:13:11:33',
    tcp: '172.20.1.33',
    dist: 'debian',
    distRel: '12',
    os: 'Linux',
    vmState: 'ACTIVE',
    vram: '512',
    observedAt: '2026-03-14T11:57:00Z',
    source: 'scan',
    ...changes,
  }
}

/** Jobs 1, 2, 3 ... on the hosts. */
export function planOf(action: Action, hosts: readonly string[], refused: readonly Outcome[] = []): Plan {
  const tasks = hosts.map((host, i): Task => {
    const [user, name] = host.includes('@') ? host.split('@') : [undefined, host]
    const target = {host: name ?? '', ...(user !== undefined && {user})}
    return {id: String(i + 1), target, type: 'QEMU', ...action, timeoutMs: 90_000}
  })
  return {tasks, refused}
}

export function ok(taskId: string, host: string, data: Answer): Outcome {
  return {taskId, host, ms: 420, status: 'ok', data}
}

export function failed(taskId: string, host: string, error: ErrorInfo): Outcome {
  return {taskId, host, ms: 10_003, status: 'failed', phase: 'connect', error}
}

/** Refused before any connection. */
export function refused(taskId: string, host: string, error: ErrorInfo): Outcome {
  return {taskId, host, ms: 0, status: 'failed', phase: 'resolve', error}
}

export function unknown(taskId: string, host: string, error: ErrorInfo): Outcome {
  return {taskId, host, ms: 4012, status: 'unknown', phase: 'run', error}
}

export function timeout(host: string): ErrorInfo {
  return {
    code: 'CONNECT_TIMEOUT',
    message: `${host}: no answer from ${host} port 22 within 10 s`,
    hint: `ssh -v ${host} true`,
  }
}

export const lost: ErrorInfo = {
  code: 'CONNECTION_LOST',
  message: 'the connection broke after the power button was pressed',
  hint: 'ctys list h2',
}

export const notFound: ErrorInfo = {
  code: 'MACHINE_NOT_FOUND',
  message: "no machine fits 'l:wbe01'",
  hint: "did you mean 'l:web01'?",
}

export function found(changes: Partial<EnumerateData> = {}): EnumerateData {
  const one = {
    type: 'QEMU',
    label: 'web01',
    id: '/vm/web01/web01.ctys',
    uuid: '',
    interfaces: [{mac: '00:50:56:13:11:33'}],
  }
  const two = {...one, label: 'db01', id: '/vm/db01/db01.ctys'}
  return {
    kind: 'enumerate',
    machines: [one, two],
    rejects: [],
    files: 2,
    ignored: 0,
    searched: ['/vm'],
    unsearched: [],
    ...changes,
  }
}

export const probe: ProbeData = {
  kind: 'probe',
  hostname: 'lab1.example.org',
  os: 'Debian GNU/Linux 12',
  arch: 'x86_64',
  hypervisors: [{arch: 'x86_64', path: '/usr/bin/qemu-system-x86_64', version: '7.2.0'}],
  accelerators: ['tcg'],
  memoryMiB: {total: 7975, free: 3312},
  diskMiB: [{path: '/vm', total: 102_400, free: 20_480}],
  findings: [
    {name: 'kvm', ok: false, value: '/dev/kvm cannot be written by acue', remedy: 'usermod -aG kvm acue'},
    {name: 'bridge', ok: true, value: 'br0'},
  ],
}

export const list: Action = {verb: 'list', ask: {}}
/** With what is asked otherwise than by `create` and `cancel`. */
export const createWith = (more: Partial<CreateAsk>) =>
  ({
    verb: 'create',
    ask: {machine: {label: 'web01'}, mode: 'reuse', console: 'VNC', timeoutMs: 60_000, ...more},
  }) satisfies Action
export const cancelWith = (more: Partial<CancelAsk>) =>
  ({
    verb: 'cancel',
    ask: {machine: {label: 'web01'}, how: 'poweroff', force: false, graceMs: 120_000, ...more},
  }) satisfies Action
export const create = createWith({})
export const cancel = cancelWith({})
export const enumerate: Action = {verb: 'enumerate', ask: {basePaths: ['/vm', '/srv']}}

export const cancelled = {
  label: 'web01',
  id: '/vm/web01/web01.ctys',
  uuid: '462a9f2fe2c444a991c0f66e95714687',
  pid: 1234,
  state: 'gone',
  step: 'powerButton',
  ms: 3204,
} as const
