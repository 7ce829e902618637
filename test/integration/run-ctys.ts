import {join} from 'node:path'
import {expect, onTestFailed, TestRunner} from 'vitest'
import type {Outcome} from '../../src/domain/work/outcome.js'
import type {Lab, RunResult} from '../lab/lab.js'

export const ctysFile = join(process.cwd(), 'bin/ctys.cjs')

/** Runs the built ctys on the controller side of the lab. What it said is printed when the test fails. */
export async function ctys(
  lab: Lab,
  argv: readonly string[],
  options: {timeoutMs?: number; env?: NodeJS.ProcessEnv} = {},
): Promise<RunResult> {
  const env = {NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: undefined, ...options.env}
  const result = await lab.ctl([process.execPath, ctysFile, ...argv], {timeoutMs: options.timeoutMs ?? 120_000, env})
  // a hook has no test that could fail
  if (TestRunner.getCurrentTest() !== undefined) {
    const said = [result.stdout, result.stderr].map((text) => text.slice(0, 4_000)).join('')
    onTestFailed(() => console.error(`ctys ${argv.join(' ')}: ${result.code ?? result.signal}\n${said}`))
  }
  return result
}

export interface JsonBody {
  readonly exitCode: number
  readonly outcomes: readonly Outcome[]
  readonly records?: readonly Record<string, string>[]
}

/** The same with --json; the exit status of the process and of the body must agree. */
export async function ctysJson(
  lab: Lab,
  argv: readonly string[],
  options: {timeoutMs?: number} = {},
): Promise<JsonBody> {
  const result = await ctys(lab, [...argv, '--json'], options)
  const body = JSON.parse(result.stdout) as JsonBody
  expect(body.exitCode, result.stderr).toBe(result.code)
  return body
}

/** `h1 ok`, `h2 failed CONNECT_TIMEOUT`: what became of each host, for one comparison. */
export function verdicts({outcomes}: JsonBody): readonly string[] {
  return outcomes.map((outcome) =>
    'error' in outcome
      ? `${outcome.host} ${outcome.status} ${outcome.error.code}`
      : `${outcome.host} ${outcome.status}`,
  )
}

/** QEMU processes of a host, by label. */
export function guestsOf(lab: Lab, host: number): readonly string[] {
  return lab
    .processes(host)
    .filter(({args}) => /(^|\/)qemu-system[^/]*$/.test(args[0] ?? ''))
    .map(({args}) => args[args.indexOf('-name') + 1]?.replace(/^guest=/, '').split(',')[0] ?? '?')
    .sort()
}
