/** One report of every kind, by the name of its golden file. */
import {CtysError, UsageError} from '../../../src/domain/errors.js'
import type {ListedMachine} from '../../../src/domain/machine/listed-machine.js'
import {planResult} from '../../../src/domain/results/run.js'
import type {ReportStyle} from '../../../src/report/shared/style.js'
import {type PrintedTwice, printed, printedError, printedFind, printedRun, printedScan} from '../../fakes/printed.js'
import * as s from './samples.js'

const hosts = ['h1', 'h2', 'admin@h3']
const machines = [
  s.machine(),
  s.machine({label: 'db01', state: 'unknown', pid: 99, vncDisplay: '', tcps: ['172.20.1.34', '10.0.0.34']}),
  s.machine(s.foreign),
]
const listOutcomes = [
  s.ok('1', 'h1', {kind: 'list', machines}),
  s.ok('2', 'h2', {kind: 'list', machines: []}),
  s.failed('3', 'admin@h3', s.timeout('h3')),
]
const idle = [s.ok('1', 'h1', {kind: 'list', machines: []}), s.ok('2', 'h2', {kind: 'list', machines: []})]
const notAllShown = [
  s.ok('1', 'h1', {kind: 'list', machines: [], hidden: true}),
  s.ok('2', 'h2', {kind: 'list', machines: []}),
]
const wedged = s.ok('3', 'h3', {kind: 'list', machines: [s.machine({id: '', managed: false})], wedged: true})
const noneAnswered = [s.failed('1', 'h1', s.timeout('h1')), s.failed('2', 'h2', s.timeout('h2'))]
const createOutcomes = [
  s.ok('1', 'h1', {
    kind: 'create',
    reused: false,
    machine: s.machine(),
    log: '/tmp/ctys/web01.log',
    ways: ['console', 'vnc'],
  }),
  s.ok('2', 'h2', {kind: 'create', reused: true, machine: s.machine({vncDisplay: ''}), log: ''}),
  s.ok('3', 'admin@h3', {
    kind: 'create',
    reused: true,
    machine: s.machine({state: 'paused'}),
    log: '',
    notDone: [{asked: 'console vnc', reason: 'it runs already, without a VNC display', hint: 'stop it'}],
    remarks: ['VNC was open to the network (-vnc :3); ctys moved it to 127.0.0.1:5903'],
  }),
]
const cancelOutcomes = [
  s.ok('1', 'h1', {
    kind: 'cancel',
    machines: [s.cancelled, {...s.cancelled, label: '', id: '', pid: 777, step: 'SIGKILL', ms: 121_950}],
  }),
  s.unknown('2', 'h2', s.lost),
  s.ok('3', 'admin@h3', {kind: 'cancel', machines: []}),
]
const manyHosts = ['h1', 'h2', 'h3', 'admin@h4', 'h5', 'h6', 'h7']
const manyFailures = [
  s.ok('1', 'h1', {kind: 'list', machines: [s.machine()]}),
  s.failed('2', 'h2', s.timeout('h2')),
  s.failed('3', 'h3', s.timeout('h3')),
  s.failed('4', 'admin@h4', s.timeout('h4')),
  s.failed('5', 'h5', {
    code: 'COMMAND_FAILED',
    message: 'the search ended with status 2',
    hint: 'ctys doctor h5',
    details: ['find: /vm/a: Permission denied', 'find: /vm/b: Permission denied'],
  }),
  {taskId: '6', host: 'h6', ms: 0, status: 'skipped' as const, reason: 'interrupted before it was started'},
  {taskId: '7', host: 'h7', ms: 0, status: 'skipped' as const, reason: 'interrupted before it was started'},
]
const inventory = {
  location: '/home/acue/.ctys/db/default/enum.fdb',
  records: [
    s.record(),
    s.record({mac: '00:50:56:13:11:34'}),
    s.record({host: 'h3', label: 'old01', id: '/vm/old01/old01.ctys'}),
    s.record({host: 'h3', label: 'old02', id: '/vm/old02/old02.ctys'}),
  ],
}
const scanOutcomes = [
  s.ok(
    '1',
    'h1',
    s.found({
      rejects: [
        {path: '/vm/bad/bad.ctys', line: 14, reason: "MAC0: '00:50:56:xx' is no MAC address"},
        {path: '/vm/worse/worse.ctys', line: 0, reason: 'no label'},
      ],
    }),
  ),
  s.ok(
    '2',
    'h2',
    s.found({machines: [], files: 3, ignored: 3, unsearched: [{path: '/srv', line: 0, reason: 'no such directory'}]}),
  ),
  s.failed('3', 'admin@h3', s.timeout('h3')),
]
const changes = [
  {what: 'added' as const, record: s.record()},
  {what: 'added' as const, record: s.record({mac: '00:50:56:13:11:34'})},
  {what: 'gone' as const, record: s.record({label: 'db01', id: '/vm/db01/db01.ctys', mac: '00:50:56:13:11:40'})},
  {what: 'added' as const, record: s.record({label: 'db01', id: '/vm/db01/db01.ctys', mac: '00:50:56:13:11:41'})},
  {what: 'gone' as const, record: s.record({host: 'h2', label: 'app7', id: '/srv/app7/app7.ctys'})},
  {
    what: 'moved' as const,
    record: s.record({host: 'h2', label: 'mail', id: '/vm/mail/mail.ctys'}),
    from: {host: 'h3', id: '/old/mail.ctys'},
    fields: [
      {field: 'vram' as const, before: '128', after: '256'},
      {field: 'tcp' as const, ifName: '1', before: '', after: '10.0.0.7'},
    ],
  },
  {what: 'changed' as const, record: s.record({type: 'PM', label: 'h1', id: '', category: 'PM'}), fields: []},
]
const scan = {
  plan: s.planOf(s.enumerate, hosts),
  outcomes: scanOutcomes,
  differences: changes,
  request: {mode: 'merge' as const, types: ['QEMU', 'PM']},
  found: [s.record()],
  hidden: {1: {BACKUP: 1, DISABLED: 2}},
  notAsked: [{host: 'h4', answeredAt: '2026-03-14T08:00:00Z'}],
  names: {1: 'h1', 2: 'h2', 3: 'h3'},
  inventory,
}
const records = [
  s.record(),
  s.record({label: 'db01', id: '/vm/db01/db01.ctys', tcp: '', dist: '', observedAt: '2026-03-10T00:00:00Z'}),
  s.record({host: 'host021', label: '日本', id: '/vm/a/very/long/way/down/nihon.ctys', observedAt: ''}),
]
const inventoryInfo = {location: inventory.location, size: 1200, rejects: [{line: 7, reason: '12 fields, not 47'}]}
const refused = [s.refused('2', 'h2', s.notFound)]
const plan = s.planOf(s.create, ['h1'], refused)
const planned = {
  ...plan,
  tasks: [
    ...plan.tasks.map((task) => ({...task, record: s.record()})),
    ...s.planOf(s.cancel, ['h1', 'admin@h3']).tasks,
    ...s.planOf(s.cancelWith({machine: 'all', how: 'reset', force: true, graceMs: 0}), ['h5']).tasks,
    ...s.planOf(s.enumerate, ['h6']).tasks,
  ],
}

const listRun = (style: ReportStyle) => printedRun({plan: s.planOf(s.list, hosts), outcomes: listOutcomes, style})
const createRun = (style: ReportStyle) => printedRun({plan: s.planOf(s.create, hosts), outcomes: createOutcomes, style})
const cancelRun = (style: ReportStyle) => printedRun({plan: s.planOf(s.cancel, hosts), outcomes: cancelOutcomes, style})
const scanRun = (style: ReportStyle) => printedScan({...scan, style})
const findRun = (style: ReportStyle) => printedFind({records, inventory: inventoryInfo, style})
const recorded = {host: 'h1', type: 'QEMU', id: '', uuid: '', macs: [], tcps: ['10.0.0.9'], arch: 'x86_64'}
const listed: readonly ListedMachine[] = [
  ...machines.map((process) => ({...recorded, label: process.label, status: 'running' as const, process})),
  {...recorded, label: 'off01', status: 'off', observedAt: '2026-03-14T11:57:00Z'},
  {...recorded, label: 'off02', status: 'off', runsOn: ['h2']},
  {...recorded, label: 'saved', status: 'suspended', image: '/vm/saved.img', since: ''},
  {...recorded, label: 'same', status: 'unknown', pid: 4711},
  {...recorded, label: 'domu', type: 'XEN', status: 'notAsked'},
  {
    ...recorded,
    host: 'admin@h3',
    label: 'lost',
    status: 'unknown',
    code: 'CONNECT_TIMEOUT',
    observedAt: '2026-03-12T11:57:00Z',
  },
  {...recorded, host: 'admin@h3', label: 'hand', status: 'unknown', code: 'CONNECT_TIMEOUT', observedAt: ''},
]
const listAll = (style: ReportStyle) => {
  const unread = [{line: 7, text: 'one;two', reason: 'has 2 fields instead of 51'}]
  const plan = s.planOf(s.list, hosts)
  return printed(
    {kind: 'list', plan, outcomes: listOutcomes, machines: listed, unread, location: '/db/enum.fdb'},
    style,
  )
}
const enumerateRun = (style: ReportStyle) =>
  printedRun({plan: s.planOf(s.enumerate, hosts), outcomes: scanOutcomes, style})
const probeRun = (style: ReportStyle) =>
  printedRun({plan: s.planOf({verb: 'probe', ask: {}}, ['h1']), outcomes: [s.ok('1', 'h1', s.probe)], style})

export const cases: Readonly<Record<string, (json?: boolean) => PrintedTwice>> = {
  'list-all': (json = false) => listAll(s.styleOf({json})),
  'list-all-80-columns': (json = false) => listAll(s.styleOf({json, width: 80})),
  'list-all-terse': (json = false) => listAll(s.styleOf({json, terse: true})),
  list: (json = false) => listRun(s.styleOf({json})),
  'list-60-columns': (json = false) => listRun(s.styleOf({json, width: 60})),
  'list-classic': (json = false) => listRun(s.styleOf({json, classic: true})),
  'list-terse': (json = false) => listRun(s.styleOf({json, terse: true})),
  'list-nothing-runs': (json = false) =>
    printedRun({plan: s.planOf(s.list, ['h1', 'h2']), outcomes: idle, style: s.styleOf({json})}),
  'list-hidden-nothing-runs': (json = false) =>
    printedRun({plan: s.planOf(s.list, ['h1', 'h2']), outcomes: notAllShown, style: s.styleOf({json})}),
  'list-hidden-terse': (json = false) =>
    printedRun({
      plan: s.planOf(s.list, ['h1', 'h2', 'h3']),
      outcomes: [...notAllShown, wedged],
      style: s.styleOf({json, terse: true}),
    }),
  'list-classic-nothing-runs': (json = false) =>
    printedRun({plan: s.planOf(s.list, ['h1', 'h2']), outcomes: idle, style: s.styleOf({json, classic: true})}),
  'list-classic-none-answered': (json = false) =>
    printedRun({
      plan: s.planOf(s.list, ['h1', 'h2']),
      outcomes: noneAnswered,
      style: s.styleOf({json, classic: true}),
    }),
  create: (json = false) => createRun(s.styleOf({json, verbose: true})),
  'create-terse': (json = false) => createRun(s.styleOf({json, terse: true})),
  cancel: (json = false) => cancelRun(s.styleOf({json})),
  'cancel-terse': (json = false) => cancelRun(s.styleOf({json, terse: true})),
  probe: (json = false) => probeRun(s.styleOf({json})),
  'probe-several': (json = false) => {
    const sound = {...s.probe, findings: s.probe.findings.map((finding) => ({...finding, ok: true}))}
    const answers = [s.probe, sound, s.probe].map((data, i) => s.ok(String(i + 1), `h${i + 1}`, data))
    const plan = s.planOf({verb: 'probe', ask: {}}, ['h1', 'h2', 'h3'])
    return printedRun({plan, outcomes: answers, style: s.styleOf({json})})
  },
  'probe-terse': (json = false) => probeRun(s.styleOf({json, terse: true})),
  enumerate: (json = false) => enumerateRun(s.styleOf({json})),
  failures: (json = false) =>
    printedRun({plan: s.planOf(s.list, manyHosts), outcomes: manyFailures, style: s.styleOf({json})}),
  'all-refused': (json = false) =>
    printedRun({plan: s.planOf(s.create, [], refused), outcomes: refused, style: s.styleOf({json})}),
  scan: (json = false) => scanRun(s.styleOf({json})),
  'scan-verbose': (json = false) => scanRun(s.styleOf({json, verbose: true})),
  'scan-preview': (json = false) =>
    printedScan({...scan, request: {...scan.request, mode: 'preview'}, style: s.styleOf({json})}),
  'scan-print': (json = false) =>
    printedScan({...scan, request: {...scan.request, mode: 'print'}, style: s.styleOf({json})}),
  'scan-terse': (json = false) => scanRun(s.styleOf({json, terse: true})),
  find: (json = false) => findRun(s.styleOf({json})),
  'find-72-columns': (json = false) => findRun(s.styleOf({json, width: 72})),
  'find-terse': (json = false) => findRun(s.styleOf({json, terse: true})),
  'find-nothing': (json = false) =>
    printedFind({records: [], inventory: {...inventoryInfo, rejects: []}, style: s.styleOf({json})}),
  'find-empty-inventory': (json = false) =>
    printedFind({records: [], inventory: {...inventoryInfo, size: 0, rejects: []}, style: s.styleOf({json})}),
  plan: (json = false) => printed(planResult(planned), s.styleOf({json})),
  'plan-80-columns': (json = false) => printed(planResult(planned), s.styleOf({json, width: 80})),
  'error-usage': (json = false) =>
    printedError(
      new UsageError(["-a: unknown verb 'crate' (create?)", "host2: bad port 'x'"], 'ctys help run'),
      s.styleOf({json}),
    ),
  'error-inventory': (json = false) =>
    printedError(
      new CtysError('INVENTORY_LOCKED', 'enum.fdb is held by pid 4711', {hint: 'try again'}),
      s.styleOf({json}),
    ),
}
