/** Scans of one host with many machines and of many hosts, against find(1) over ssh on the same hosts in the same run. */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Lab} from '../lab/lab.js'
import {type Contender, type Measure, measure, type Runner} from './hyperfine.js'
import {writeVmDirectories} from './vm-directories.js'

const ctys = [process.execPath, join(process.cwd(), 'bin/ctys.cjs')]

/** One host: a first scan and one that finds nothing changed, and what has to be done at the least for each. */
export async function oneHostScan(
  run: Runner,
  {lab, machines, runs}: {readonly lab: Lab; readonly machines: number; readonly runs: number},
): Promise<readonly Measure[]> {
  const base = writeVmDirectories(lab, 1, machines)
  const ssh = ['ssh', '-F', lab.sshConfig, 'h1']
  const scan = (database: string) => [...ctys, 'scan', 'h1', '--base', base, '-p', join(lab.dir, database)]
  const forget = ['rm', '-rf', join(lab.dir, `first-${machines}`)]
  const contenders: readonly Contender[] = [
    {name: `\`ssh HOST find\`, ${machines} machines`, argv: [...ssh, `find ${base} -type f`]},
    {
      name: `\`ssh HOST find -exec cat\`, ${machines} machines`,
      argv: [...ssh, `find ${base} -type f -exec cat {} +`],
    },
    {
      name: `first \`ctys scan\`, ${machines} machines`,
      argv: scan(`first-${machines}`),
      prepare: forget,
      original: '1.1 s a machine',
    },
    {name: `\`ctys scan\`, nothing changed, ${machines} machines`, argv: scan(`again-${machines}`)},
  ]
  // what is younger than two seconds is read again, see docs/scan.md
  await new Promise((resolve) => setTimeout(resolve, 3000))
  return measure(run, contenders, runs)
}

/** All hosts at once, the same machines on each. */
export async function manyHostsScan(
  run: Runner,
  {lab, machines, runs}: {readonly lab: Lab; readonly machines: number; readonly runs: number},
): Promise<readonly Measure[]> {
  const hosts = lab.hosts.map(({name}) => name)
  const [base = ''] = lab.hosts.map(({number}) => writeVmDirectories(lab, number, machines))
  const file = join(lab.dir, 'scan-hosts')
  writeFileSync(file, `${hosts.join('\n')}\n`)
  const parallel = `-P${hosts.length}`
  const ssh = (command: string) => [
    ...['xargs', '-a', file, parallel, '-I{}', 'ssh', '-F', lab.sshConfig, '{}'],
    command.replace('BASE', base),
  ]
  const scan = (database: string) => [
    ...[...ctys, 'scan', ...hosts, '--base', base, '--fanout', String(hosts.length)],
    ...['-p', join(lab.dir, database)],
  ]
  const contenders: readonly Contender[] = [
    {name: `\`xargs ${parallel} ssh HOST find\``, argv: ssh('find BASE -type f')},
    {name: 'first `ctys scan`', argv: scan('first-many'), prepare: ['rm', '-rf', join(lab.dir, 'first-many')]},
    {name: '`ctys scan`, nothing changed', argv: scan('again-many')},
  ]
  await new Promise((resolve) => setTimeout(resolve, 3000))
  return measure(run, contenders, runs)
}
