import {execFile} from 'node:child_process'
import {resolve} from 'node:path'

export interface Answer {
  /** The exit status, or the signal that ended it. */
  readonly code: number | string | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface BuiltOptions {
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Its standard input. Default: empty. */
  readonly input?: string | undefined
  /** Where it is called. Default: here. */
  readonly cwd?: string | undefined
  /** Default: 20 s. */
  readonly timeoutMs?: number | undefined
}

/** Temporary directories are everybody's, so no code cache is used below them and every start would take longer. */
const codeCache = resolve('node_modules/.cache')

/**
 * Runs a built program of ctys, `bin/DOOR.cjs` with its words, for the user of that home directory.
 * Temporary files go there too.
 */
export function runBuilt(
  home: string,
  [program, ...argv]: readonly [program: string, ...argv: string[]],
  {env = {}, input = '', cwd, timeoutMs = 20_000}: BuiltOptions = {},
): Promise<Answer> {
  const options = {
    env: {PATH: process.env.PATH, HOME: home, TMPDIR: home, XDG_CACHE_HOME: codeCache, NODE_ENV: 'production', ...env},
    timeout: timeoutMs,
    cwd,
  }
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [resolve(`bin/${program}.cjs`), ...argv],
      options,
      (error, stdout, stderr) =>
        done({code: error === null ? 0 : (error.code ?? error.signal ?? undefined), stdout, stderr}),
    )
    // a program that ends without reading it breaks the pipe
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}
