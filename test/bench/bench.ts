/**
 * Start-up, fan-out, create-to-running, questions and scans on the lab. All figures of one table come from one run and
 * are ratios to a yardstick in it. Children run with NODE_ENV=production and without NODE_EXTRA_CA_CERTS, as a released
 * ctys does.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startLab} from '../lab/lab.js'
import {type ConsoleFigures, consoles, screenshots} from './console-bench.js'
import {type Contender, type Measure, measure} from './hyperfine.js'
import {type Growth, inventoryBench} from './inventory-bench.js'
import {manyTargets} from './many-bench.js'
import {networks, type Throughput} from './network-bench.js'
import {growthPlot} from './plot.js'
import {writeInventory} from './records.js'
import {manyHostsScan, oneHostScan} from './scan-bench.js'

const node = process.execPath
const ctys = join(process.cwd(), 'bin/ctys.cjs')
const env = {NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: undefined}
const hostCount = 64
const fanOutHosts = 32

async function startUp(): Promise<readonly Measure[]> {
  const directory = writeInventory(lab.dir, 10_000)
  return measure(
    run,
    [
      {name: '`node -e 0`', argv: [node, '-e', '0']},
      {name: '`ctys --version`', argv: [node, ctys, '--version']},
      {name: '`ctys --help`', argv: [node, ctys, '--help']},
      {name: '`ctys list` of this machine', argv: [node, ctys, 'list', 'localhost']},
      {name: '`ctys find LABEL`, 10,000 records', argv: [node, ctys, 'find', '-p', directory, 'vm0005000']},
    ],
    times(40),
  )
}

async function fanOut(): Promise<readonly Measure[]> {
  const hosts = lab.hosts.slice(0, fanOutHosts).map(({name}) => name)
  const file = join(lab.dir, 'bench-hosts')
  writeFileSync(file, `${hosts.join('\n')}\n`)
  const ps = 'ps -eo pid,args'
  const contenders: readonly Contender[] = [
    {
      name: '`xargs -P32 ssh HOST ps`',
      argv: ['xargs', '-a', file, '-P32', '-I{}', 'ssh', '-F', lab.sshConfig, '{}', ps],
    },
    {
      name: '`pdsh -f 32 ps`',
      argv: [
        'env',
        `PDSH_SSH_ARGS=-F ${lab.sshConfig} -l%u %h`,
        'pdsh',
        '-R',
        'ssh',
        '-f',
        '32',
        '-w',
        hosts.join(','),
        ps,
      ],
    },
    {name: '`clush -f 32 ps`', argv: ['clush', '-f', '32', '-o', `-F ${lab.sshConfig}`, '-w', hosts.join(','), ps]},
    {name: '`ctys list` (ssh2)', argv: [node, ctys, 'list', ...hosts]},
    {name: '`ctys list --transport openssh`', argv: [node, ctys, 'list', '--transport', 'openssh', ...hosts]},
  ]
  return measure(run, contenders, times(8))
}

async function createToRunning(): Promise<readonly Measure[]> {
  const vm = lab.makeVm(1, {label: 'bench1'})
  await lab.ctl([node, ctys, 'scan', 'h1', '--base', '/vm'], {env})
  const stop = [node, ctys, '-t', 'qemu', '-a', `cancel=p:${vm.config},force,poweroff:0`, 'h1']
  // the wrapper by hand, until its monitor answers: what a person would have to do
  const waitForMonitor = 'until ls /var/tmp/qemumon.bench1.*.admin.qmp >/dev/null 2>&1; do sleep 0.01; done'
  const byHand = `cd ${vm.dir}; setsid ${vm.wrapper} --console=NONE </dev/null >/dev/null 2>&1 & ${waitForMonitor}`
  // tolerate that nothing runs yet
  const clean = ['sh', '-c', `"$@" >/dev/null 2>&1; rm -f /nonexistent; true`, 'sh', ...stop]
  return measure(
    run,
    [
      {
        name: 'the wrapper over `ssh`, until its monitor socket is there',
        argv: ['ssh', '-F', lab.sshConfig, 'h1', byHand],
        prepare: clean,
      },
      {
        name: '`ctys -t qemu -a create=l:bench1 h1`',
        argv: [node, ctys, '-t', 'qemu', '-a', 'create=l:bench1', 'h1'],
        prepare: clean,
      },
    ],
    times(8),
  )
}

function table(title: string, measures: readonly Measure[], note: string): string {
  const [yardstick] = measures
  if (yardstick === undefined) return ''
  const hasOriginal = measures.some(({original}) => original !== undefined)
  const rows = measures.map(({name, wall, sd, cpu, original = ''}) => [
    name,
    `${(wall * 1000).toFixed(0)} ± ${(sd * 1000).toFixed(0)}`,
    (wall / yardstick.wall).toFixed(2),
    (cpu * 1000).toFixed(0),
    (cpu / yardstick.cpu).toFixed(2),
    ...(hasOriginal ? [original] : []),
  ])
  const titles = ['Command', 'wall ms', 'wall ratio', 'CPU ms', 'CPU ratio', ...(hasOriginal ? ['the original'] : [])]
  const lines = [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return `## ${title}\n\n${lines.join('\n')}\n\n${note}\n`
}

function consoleTables({echo, output}: ConsoleFigures): string {
  const [first] = echo
  const keys = echo.map(
    ({name, median, late}) =>
      `| ${name} | ${median.toFixed(1)} | ${(median / (first?.median ?? median)).toFixed(2)} | ${late.toFixed(1)} |`,
  )
  const [slow] = output
  const rates = output.map(
    ({name, mb, rate, peakMiB}) =>
      `| ${name} | ${mb.toFixed(1)} | ${rate.toFixed(2)} | ${(rate / (slow?.rate ?? rate)).toFixed(2)} | ${peakMiB.toFixed(0)} |`,
  )
  return [
    '## A key on a serial console\n',
    '| Way | median ms | ratio | slowest tenth ms |\n| --- | --- | --- | --- |',
    ...keys,
    '\nThere and back through a guest that echoes it. Aim: at most 1.2 ×.\n',
    '## Output of a guest\n',
    '| Way | MB | MB/s | ratio | peak MiB |\n| --- | --- | --- | --- | --- |',
    ...rates,
    '\nThe serial line of the emulated guest is what limits both.\n',
  ].join('\n')
}

function networkTable(all: readonly Throughput[]): string {
  const [first] = all
  const rows = all.map(
    ({name, mb, rate}) => `| ${name} | ${mb} | ${rate.toFixed(1)} | ${(rate / (first?.rate ?? rate)).toFixed(3)} |`,
  )
  return [
    '## Throughput of networks\n',
    '| Way | MB | MB/s | ratio |\n| --- | --- | --- | --- |',
    ...rows,
    '\nTCP between two ends on one host. VDE carries every frame through a program; a guest here has no KVM.\n',
  ].join('\n')
}

function growthTable(growth: readonly Growth[]): string {
  const rows = growth.map(
    ({records, wallMs, peakMiB}) =>
      `| ${records.toLocaleString('en')} | ${wallMs.toFixed(0)} | ${peakMiB.toFixed(0)} |`,
  )
  return `## How a question grows\n\n| records | wall ms | peak MiB |\n|---|---|---|\n${rows.join('\n')}\n\n![time and memory over the number of records](benchmarks-growth.svg)\n`
}

const run = (argv: readonly string[]) => lab.ctl(argv, {env, timeoutMs: 600_000})
const likeOriginal = 'The last column is what the original needed for the same on a machine like this one.'

/** By name, in the order of the document. */
const parts: Readonly<Record<string, () => Promise<string>>> = {
  'start-up': async () => table('Start-up', await startUp(), 'Aim: at most 2 × bare node each, 2.5 × for the list.'),
  'fan-out': async () =>
    table(
      `Fan-out: ${fanOutHosts} hosts`,
      await fanOut(),
      'Clients and servers share the same cores, so the servers’ share is in every wall time; CPU is the client’s alone.',
    ),
  'many-targets': async () => {
    const tables: string[] = []
    for (const targets of [300, 1000]) {
      const {measures, peakMiB} = await manyTargets(lab, env, {targets, runs: Math.min(3, times(3))})
      const note = `Eight sshds on the cores of the callers. Aim: at or below the wall time of clush for less than a third of its CPU (ssh2), in less than 250 MiB; it was ${peakMiB.toFixed(0)} MiB.`
      tables.push(table(`${targets.toLocaleString('en')} targets at 8 sshds`, measures, note))
    }
    return tables.join('\n')
  },
  create: async () =>
    table(
      'Create to running',
      await createToRunning(),
      'Aim: at most 300 ms above the first row. ctys looks before it starts, checks for a second copy, and asks the monitor.',
    ),
  inventory: async () => {
    const {lookups, growth} = await inventoryBench(run, times(15))
    if (isWhole) writeFileSync('docs/benchmarks-growth.svg', growthPlot(growth))
    const note = `Aim: 100,000 records within 1.5 × of \`ctys --version\` plus grep, in less than 150 MiB. ${likeOriginal}`
    return `${table('Questions to the inventory', lookups, note)}\n${growthTable(growth)}`
  },
  scan: async () => {
    const note = `Aim: at most 1.5 × find each, with the contents and without. The inventory is written in both. ${likeOriginal}`
    const tables: string[] = []
    for (const machines of [1000, 10_000]) {
      const measures = await oneHostScan(run, {lab, machines, runs: times(8)})
      tables.push(table(`Scan: ${machines.toLocaleString('en')} machines on one host`, measures, note))
    }
    return tables.join('\n')
  },
  console: async () => consoleTables(await consoles(lab, isQuick ? {keys: 40, mb: 1} : {keys: 400, mb: 20})),
  screenshots: async () =>
    table(
      'Screens of 32 machines on 8 hosts',
      await screenshots(run, {lab, hosts: 8, each: 4, runs: times(8)}),
      'Of machines that have not begun, so that only the pictures cost something. ctys proves whose monitor it asks.',
    ),
  networks: async () => networkTable(await networks(lab, isQuick ? {mb: 50, guestMb: 1} : {mb: 500, guestMb: 20})),
  'scan-hosts': async () =>
    table(
      `Scan: ${hostCount} hosts with 100 machines each`,
      await manyHostsScan(run, {lab, machines: 100, runs: times(5)}),
      'Clients and servers share the same cores; CPU is the client’s alone.',
    ),
}

// `npm run bench -- PART... [--quick]` prints these tables and leaves the document as it is
const words = process.argv.slice(2)
const isQuick = words.includes('--quick')
const asked = words.filter((word) => word !== '--quick')
const unknown = asked.filter((name) => parts[name] === undefined)
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(' ')}; there are: ${Object.keys(parts).join(' ')}`)
const isWhole = asked.length === 0 && !isQuick
const times = (runs: number): number => (isQuick ? 3 : runs)

const lab = await startLab({hosts: hostCount})
try {
  const tables: string[] = []
  for (const [name, measured] of Object.entries(parts)) {
    if (asked.length === 0 || asked.includes(name)) tables.push(await measured())
  }
  if (isWhole) {
    const document = 'docs/benchmarks.md'
    const text = readFileSync(document, 'utf8')
    const [head = '', tail = ''] = [text.split('<!-- begin -->')[0], text.split('<!-- end -->')[1]]
    writeFileSync(document, `${head}<!-- begin -->\n${tables.join('\n')}<!-- end -->${tail}`)
  }
  process.stdout.write(`${tables.join('\n')}\n`)
} finally {
  await lab.down()
}
