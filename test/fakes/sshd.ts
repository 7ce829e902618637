import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {createConnection, createServer} from 'node:net'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'

/** A real sshd on 127.0.0.1 with keys, known_hosts and ssh_config of its own, all below one temporary directory. */
export interface Sshd {
  readonly port: number
  readonly dir: string
  /** For `ssh -F`: the alias `fake` is this sshd, by its key; nothing of the user's own configuration is used. */
  readonly configFile: string
  readonly knownHosts: string
  /** Public host key, `type base64`. */
  readonly hostKey: string
  readonly pid: number
  /** Adds lines to the ssh_config in front of everything else. */
  configure(lines: string): void
  /** Process ids of everything that descends from this sshd. */
  descendants(): number[]
  log(): string
  stop(): Promise<void>
}

export interface SshdOptions {
  /** Further lines of sshd_config. */
  readonly config?: string
}

export async function startSshd({config = ''}: SshdOptions = {}): Promise<Sshd> {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-sshd-'))
  if (userInfo().uid === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', {mode: 0o755})
  const hostKey = makeKey(join(dir, 'host_key'))
  writeFileSync(join(dir, 'authorized_keys'), `${makeKey(join(dir, 'client_key'))}\n`)
  const port = await freePort()
  const file = join(dir, 'sshd_config')
  writeFileSync(
    file,
    [
      config,
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${dir}/host_key`, 'PidFile none'],
      ...[`AuthorizedKeysFile ${dir}/authorized_keys`, 'UsePAM no', 'StrictModes no', 'PasswordAuthentication no'],
      ...['KbdInteractiveAuthentication no', 'LogLevel VERBOSE', 'PermitRootLogin yes'],
      // what the tester's own .bashrc does, and how long it takes, is no part of a test
      ...[`SetEnv HOME=${dir}`, ''],
    ].join('\n'),
  )
  const knownHosts = join(dir, 'known_hosts')
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey}\n`)
  const configFile = join(dir, 'ssh_config')
  let ownLines = ''
  // in one step: clients may be reading it
  const writeConfig = (): void => {
    const draft = `${configFile}.draft`
    writeFileSync(
      draft,
      [
        ownLines,
        ...['Host fake', '  HostName 127.0.0.1', `  Port ${port}`, 'Host *', `  IdentityFile ${dir}/client_key`],
        ...['  IdentitiesOnly yes', '  IdentityAgent none', `  UserKnownHostsFile ${knownHosts}`],
        ...['  GlobalKnownHostsFile /dev/null', '  StrictHostKeyChecking yes', ''],
      ].join('\n'),
    )
    renameSync(draft, configFile)
  }
  writeConfig()
  const logFile = join(dir, 'log')
  const child = spawn(sshdPath(), ['-D', '-f', file, '-E', logFile], {stdio: 'ignore'})
  await untilListening(port, child, logFile)
  const pid = child.pid ?? 0
  return {
    ...{port, dir, configFile, knownHosts, hostKey, pid},
    configure(lines) {
      ownLines = `${lines}\n${ownLines}`
      writeConfig()
    },
    descendants: () => descendantsOf(pid),
    log: () => readFileSync(logFile, 'utf8'),
    async stop() {
      const all = [...descendantsOf(pid), pid]
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      for (const one of all) tryKill(one)
      await ended
      rmSync(dir, {recursive: true, force: true})
    },
  }
}

/** Makes a key pair at `path`; returns `type base64`. */
export function makeKey(path: string, type = 'ed25519'): string {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'ctys-test', '-f', path])
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
}

/** Adds a line to a file. */
export function addLine(file: string, line: string): void {
  appendFileSync(file, `${line}\n`)
}

/** Process ids below `root` in the process table, zombies left out. */
export function descendantsOf(root: number): number[] {
  const rows = processTable()
  const found: number[] = []
  for (let level = [root]; level.length > 0; ) {
    level = rows.filter(({ppid}) => level.includes(ppid)).map(({pid}) => pid)
    found.push(...level)
  }
  return found
}

/** Every process that is no zombie, with its arguments. */
export function processTable(): {readonly pid: number; readonly ppid: number; readonly args: string}[] {
  const text = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], {encoding: 'utf8'})
  return text.split('\n').flatMap((line) => {
    const [, pid, ppid, stat = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined || stat.startsWith('Z') ? [] : [{pid: Number(pid), ppid: Number(ppid), args}]
  })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Waits until `check` holds; the last value of it counts. */
export async function eventually(check: () => boolean | Promise<boolean>, ms = 5_000): Promise<boolean> {
  const end = Date.now() + ms
  for (;;) {
    if (await check()) return true
    if (Date.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export function tryKill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}

function sshdPath(): string {
  return ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(existsSync) ?? 'sshd'
}

async function untilListening(port: number, child: ChildProcess, logFile: string): Promise<void> {
  const up = await eventually(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = createConnection({port, host: '127.0.0.1'})
        socket.once('connect', () => resolve(true))
        socket.once('error', () => resolve(false))
        socket.once('connect', () => socket.destroy())
      }),
  )
  if (up && child.exitCode === null) return
  child.kill()
  throw new Error(`sshd did not start: ${existsSync(logFile) ? readFileSync(logFile, 'utf8') : 'no log'}`)
}
