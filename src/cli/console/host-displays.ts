/**
 * The X display of this machine for windows of programs on other hosts: a forwarding of ssh(1) (ForwardX11 of
 * ssh_config(5)), which outlives this call and ends with the program.
 */
import {spawn} from 'node:child_process'
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {PreconditionError} from '../../domain/errors.js'
import type {HostDisplay, HostDisplays} from '../../domain/ports/host-display.js'
import {formatTarget, isLocal} from '../../domain/target.js'
import {onAbort, withDeadline} from '../../lib/deadline.js'
import {isInstalled} from '../../lib/is-installed.js'
import {loginWords} from './login-words.js'

/** How long a host may be silent before it has told its display. */
const silentMs = 30_000
/** hostname:D.S of X(7). */
const plainDisplay = /^[A-Za-z0-9._:/-]{1,200}$/

/**
 * Given to `sh` on the host as its standard input: says where windows go, then waits for a line `keep PID`. The end of
 * that input before it, or the end of that process after it, is its own.
 */
const keeper = `\
keep() {
  exec </dev/null >/dev/null 2>&1
  while kill -0 "$1" || [ -d "/proc/$1" ]; do sleep 2; done
  exit 0
}
printf 'display %s\\n' "\${DISPLAY-}"
`

/** Why none can be forwarded from here; undefined when it can. */
export function displayLack(): string | undefined {
  const missing = ['ssh', 'xauth'].filter((name) => !isInstalled(name))
  return missing.length === 0 ? undefined : `${missing.join(' and ')} is not installed`
}

/** `sshConfig`: a configuration of ssh(1) in place of its own. */
export function createHostDisplays(sshConfig: string | undefined): HostDisplays {
  return {
    async open(target, {display}, signal) {
      const env = {...process.env, ...(display !== undefined && {DISPLAY: display})}
      if (isLocal(target)) return {name: env.DISPLAY ?? '', keep: () => undefined, release: () => undefined}
      const host = formatTarget(target)
      const dir = mkdtempSync(join(tmpdir(), 'ctys-display-'))
      const file = join(dir, 'said')
      const said = openSync(file, 'w', 0o600)
      try {
        return await forward(host, {argv: argvTo(host, sshConfig), env, said, signal}).catch((why: unknown) => {
          if (!(why instanceof NotForwarded)) throw why
          const lines = readFileSync(file, 'utf8').slice(0, 2000).trim()
          throw new PreconditionError(
            'COMMAND_FAILED',
            `${host}: no X display is forwarded from there: ${why.message}`,
            {
              hint: 'its sshd needs X11Forwarding yes and xauth; this machine a DISPLAY that ssh -X takes',
              ...(lines !== '' && {details: lines.split('\n')}),
            },
          )
        })
      } finally {
        closeSync(said)
        rmSync(dir, {recursive: true, force: true})
      }
    },
  }
}

class NotForwarded extends Error {}

function argvTo(host: string, sshConfig: string | undefined): readonly string[] {
  const [ssh = '', ...words] = loginWords(host, sshConfig)
  // a connection of its own, which nobody is asked about, that ends when the host is gone
  const options = ['BatchMode=yes', 'ClearAllForwardings=yes', 'ForwardX11Timeout=0', 'ServerAliveInterval=15']
  return [ssh, '-X', '-T', '-a', '-S', 'none', ...options.flatMap((text) => ['-o', text]), ...words, 'sh']
}

interface Forwarding {
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Descriptor for what ssh says. */
  readonly said: number
  readonly signal: AbortSignal
}

async function forward(
  host: string,
  {argv: [file = '', ...words], env, said, signal}: Forwarding,
): Promise<HostDisplay> {
  const child = spawn(file, words, {detached: true, stdio: ['pipe', 'pipe', said], env})
  const {stdin, stdout} = child
  if (stdin === null || stdout === null) throw new NotForwarded('it has no pipes')
  const release = (): void => {
    stdin.destroy()
    stdout.destroy()
    child.kill('SIGTERM')
    child.unref()
  }
  stdin.on('error', () => undefined) // its end tells
  const told = new Promise<string>((resolve, reject) => {
    let text = ''
    stdout.setEncoding('latin1').on('data', (chunk: string) => {
      text = `${text}${chunk}`.slice(-2000)
      const [, name] = /^display (.*)\n/m.exec(text) ?? []
      if (name !== undefined) resolve(name)
    })
    child.once('error', (error) => reject(new NotForwarded(error.message)))
    child.once('exit', (code, by) =>
      reject(new NotForwarded(by === null ? `ssh ended with status ${code}` : `ssh was ended by ${by}`)),
    )
  })
  stdin.write(keeper)
  const forget = onAbort(signal, release)
  try {
    const timeout = () => new NotForwarded(`no answer within ${silentMs / 1000} s`)
    const name = await withDeadline(told, {ms: silentMs, signal, timeout})
    if (!plainDisplay.test(name))
      throw new NotForwarded(name === '' ? `${host} has no DISPLAY` : 'its DISPLAY is no name')
    let isKept = false
    return {
      name,
      keep(pid) {
        isKept = true
        stdin.end(`keep ${pid}\n`)
        stdout.destroy()
        child.unref()
      },
      release: () => (isKept ? undefined : release()),
    }
  } catch (error) {
    release()
    throw error
  } finally {
    forget()
  }
}
