/** Questions to inventories of 1,000 to 1,000,000 records, and how time and memory grow. */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type Contender, type Measure, measure, type Runner} from './hyperfine.js'
import {writeInventory, writeInventoryWithMap} from './records.js'

const node = process.execPath
const ctys = join(process.cwd(), 'bin/ctys.cjs')

export interface Growth {
  readonly records: number
  readonly wallMs: number
  readonly peakMiB: number
}

export interface InventoryResult {
  readonly lookups: readonly Measure[]
  readonly growth: readonly Growth[]
}

export async function inventoryBench(run: Runner, runs: number): Promise<InventoryResult> {
  const parent = mkdtempSync(join(tmpdir(), 'ctys-bench-db-'))
  try {
    const sizes = [1_000, 10_000, 100_000]
    const directories = new Map([...sizes, 1_000_000].map((size) => [size, writeInventory(parent, size)]))
    const at = (size: number) => directories.get(size) ?? ''
    const label = (size: number) => `vm${String(size / 2).padStart(7, '0')}`
    const contenders: readonly Contender[] = [
      {name: '`node -e 0`', argv: [node, '-e', '0']},
      {name: '`ctys --version`', argv: [node, ctys, '--version']},
      ...sizes.flatMap((size): Contender[] => [
        {name: `\`grep LABEL\`, ${size} records`, argv: ['grep', label(size), join(at(size), 'enum.fdb')]},
        {
          name: `\`ctys find LABEL\`, ${size} records`,
          argv: [node, ctys, 'find', '-p', at(size), label(size)],
          ...(size <= 20_000 && {original: '0.73 s'}),
        },
      ]),
      {
        name: '`ctys find NOTHING`, 100000 records',
        argv: ['sh', '-c', '"$@" 2>&1; test $? = 3', 'sh', node, ctys, 'find', '-p', at(100_000), 'no-such-machine'],
      },
      {
        name: "`ctys find 'label~^vm00[0-9]*777$'`, 100000 records",
        argv: [node, ctys, 'find', '-p', at(100_000), 'label~^vm00[0-9]*777$'],
      },
      {
        name: "`ctys find 'mem>1G'` (every record read), 100000 records",
        argv: ['sh', '-c', '"$@" 2>&1; test $? = 3', 'sh', node, ctys, 'find', '-p', at(100_000), 'mem>1G'],
      },
      {
        name: '`ctys find` (all as a table), 20000 of them',
        argv: [node, ctys, 'find', '-p', writeInventory(parent, 20_000)],
        original: '6.0 s',
      },
      {
        name: '`ctys find LABEL`, 5000 records, 2500 without their address, which the address map has',
        argv: [node, ctys, 'find', '-p', writeInventoryWithMap(parent, 5000), label(5000)],
        original: '9.1 s',
      },
    ]
    const lookups = await measure(run, contenders, runs)
    const growth = [...directories].map(([records, directory]) => grow(records, directory, label(records)))
    return {lookups, growth}
  } finally {
    rmSync(parent, {recursive: true, force: true})
  }
}

/** Best of five, and the peak of resident memory as /proc tells it at the end (VmHWM). */
function grow(records: number, directory: string, label: string): Growth {
  const script = `process.argv.splice(1, 1, ${JSON.stringify(ctys)});process.once('exit',()=>process.stderr.write('\\nHWM '+/VmHWM:\\s+(\\d+)/.exec(require('fs').readFileSync('/proc/self/status','utf8'))[1]));require(${JSON.stringify(ctys)})`
  const runs = Array.from({length: 5}, () => {
    const started = performance.now()
    const {stderr} = spawnSync(node, ['-e', script, '--', 'x', 'find', '-p', directory, label], {
      encoding: 'utf8',
      env: {PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production'},
    })
    return {wallMs: performance.now() - started, peakMiB: Number(/HWM (\d+)/.exec(stderr)?.[1] ?? 0) / 1024}
  })
  const best = runs.reduce((a, b) => (b.wallMs < a.wallMs ? b : a))
  return {records, wallMs: best.wallMs, peakMiB: Math.max(...runs.map(({peakMiB}) => peakMiB))}
}
