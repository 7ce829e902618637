/** Many targets at few sshds, which share the cores with the callers, against clush with the same script. */
import {join} from 'node:path'
import type {Lab} from '../lab/lab.js'
import {clushList, manyNames} from '../lab/many-names.js'
import {timed} from '../lab/timed.js'
import type {Measure} from './hyperfine.js'

const sshds = 8
const limitMs = 30 * 60_000

/** Each command so many times, in turn; a command that fails, or misses a target, ends the benchmark. */
export async function manyTargets(
  lab: Lab,
  env: NodeJS.ProcessEnv,
  {targets, runs}: {readonly targets: number; readonly runs: number},
): Promise<{readonly measures: readonly Measure[]; readonly peakMiB: number}> {
  const many = manyNames(lab, targets, {hosts: sshds})
  const list = [process.execPath, join(process.cwd(), 'bin/ctys.cjs'), 'list', '--ssh-config', many.sshConfig]
  const contenders = [
    {name: '`clush -f 64`, the script of list', argv: clushList(many, 64)},
    {name: '`ctys list --fanout 32`', argv: [...list, ...many.names]},
    {name: '`ctys list --fanout 128`', argv: [...list, '--fanout', '128', ...many.names]},
    {name: '`ctys list --transport openssh`', argv: [...list, '--transport', 'openssh', ...many.names]},
  ]
  const walls = contenders.map((): number[] => [])
  const cpus = contenders.map((): number[] => [])
  let peakMiB = 0
  for (let run = 0; run < runs; run++) {
    for (const [index, {name, argv}] of contenders.entries()) {
      const {result, wall, cpu, peakMiB: peak} = await timed(lab, argv, env, limitMs)
      if (result.code !== 0) throw new Error(`${name}: exit ${result.code}\n${result.stderr.slice(-2_000)}`)
      walls[index]?.push(wall)
      cpus[index]?.push(cpu)
      peakMiB = Math.max(peakMiB, peak)
    }
  }
  const measures = contenders.map(({name}, index) => {
    const wall = walls[index] ?? []
    return {name, wall: mean(wall), sd: spread(wall), cpu: mean(cpus[index] ?? [])}
  })
  return {measures, peakMiB}
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

function spread(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, one) => sum + (one - middle) ** 2, 0) / values.length)
}
