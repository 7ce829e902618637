/**
 * A lab that is up: programs run on its controller side and on its hosts, faults, virtual machines, and its end.
 * Hosts are numbered from 1 (h1, h2 ...). Nothing here touches a process or namespace that is not the lab's own: every
 * use starts from the recorded first process of the lab or host, known by pid and start time.
 */
import type {ChildProcess, SpawnOptions} from 'node:child_process'
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {ctlNamespace, destroyLab, labDir, readIdentity, readState, waitUntil} from './lab-state.js'
import {type LabVm, type VmSpec, writeVm} from './make-vm.js'
import {
  isAlive,
  type LabProcess,
  namespaceInode,
  type ProcessIdentity,
  pidsInNamespace,
  processesBelow,
} from './process-table.js'
import {mustRun, type RunOptions, type RunResult, runCommand, spawnCommand} from './run-command.js'

export interface LabHost {
  readonly number: number
  readonly name: string
  readonly address: string
  /** Its first process, as the machine sees it. */
  readonly init: ProcessIdentity
}

export interface HostRunOptions extends RunOptions {
  /** Default root. */
  readonly user?: string
}

export class Lab {
  readonly id: string
  /** Directory on the machine with keys and settings. */
  readonly dir: string
  readonly hosts: readonly LabHost[]
  readonly sshConfig: string
  readonly knownHosts: string
  readonly clientKey: string
  readonly ctlHome: string
  readonly #init: ProcessIdentity
  readonly #uids: ReadonlyMap<string, number>
  readonly #homes: ReadonlyMap<string, string>

  /** Takes hold of a lab that was started; throws when it is not running. */
  constructor(id: string) {
    const state = readState(id)
    const dir = labDir(id)
    const init = readIdentity(`${dir}/init`)
    if (!state || !init) throw new Error(`no lab ${id} is running`)
    this.id = id
    this.dir = dir
    this.#init = init
    this.sshConfig = `${dir}/ssh_config`
    this.knownHosts = `${dir}/known_hosts`
    this.clientKey = `${dir}/client_key`
    this.ctlHome = `${dir}/ctl-home`
    this.#uids = new Map(state.accounts.map(({user, uid}) => [user, uid]))
    this.#homes = new Map(state.accounts.map(({user, home}) => [user, home]))
    this.hosts = Array.from({length: state.hosts}, (_, index) => {
      const name = `h${index + 1}`
      const first = readIdentity(`${dir}/${name}.init`)
      if (!first) throw new Error(`lab ${id}: host ${name} is gone`)
      return {number: index + 1, name, address: `10.77.0.${index + 1}`, init: first}
    })
  }

  /** Runs a program on the controller side: the machine's files and processes, but the lab's network and ssh settings. */
  ctl(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return runCommand(this.#ctlArgv(argv), {...options, env: this.ctlEnv(options.env)})
  }

  /** The same as a child process of the caller: its pid is the program's own, so it can be signalled and killed. */
  spawnCtl(argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawnCommand(this.#ctlArgv(argv), {...options, env: this.ctlEnv(options.env)})
  }

  /** The caller's environment without its agent, XDG and ctys settings, with the lab's; `extra` wins. */
  ctlEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !/^(SSH_|XDG_|CTYS_)/.test(name))
    return {...Object.fromEntries(kept), HOME: this.ctlHome, CTYS_SSH_CONFIG: this.sshConfig, ...extra}
  }

  /** Runs a program on a host without ssh, for looking and preparing; ended on the host when its time is over. */
  host(number: number, argv: readonly string[], options: HostRunOptions = {}): Promise<RunResult> {
    const {user, env = {}, timeoutMs = 30_000, ...rest} = options
    const words = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    const limit = ['timeout', '-s', 'KILL', String(timeoutMs / 1000)]
    return runCommand([...this.hostArgv(number, user), 'env', ...words, ...limit, ...argv], {
      ...rest,
      timeoutMs: timeoutMs + 1000,
    })
  }

  /** The words to put in front of a command so that it runs on a host as that user, with that user's environment. */
  hostArgv(number: number, user = 'root'): string[] {
    const {init} = this.#host(number)
    const enter = ['nsenter', '-t', String(init.pid), '--mount', '--pid', '--net', '--uts', '--ipc', '--']
    return [...enter, 'setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--reset-env', '--']
  }

  /** Where the machine finds a file of a host. Absolute links in it would lead back to the machine's own files. */
  hostPath(number: number, path: string): string {
    return `/proc/${this.#host(number).init.pid}/root${path}`
  }

  /** Everything that runs on a host, its own init and sshd included. */
  processes(number: number): LabProcess[] {
    return processesBelow(this.#host(number).init)
  }

  makeVm(number: number, spec: VmSpec): LabVm {
    return writeVm({path: (path) => this.hostPath(number, path), uid: (user) => this.#uid(user)}, spec)
  }

  /** Starts a wrapper on a host with nobody waiting for it; what it says goes to `<label>.log` in its user's home. */
  async startVm(number: number, vm: LabVm, options: {user?: string; args?: readonly string[]} = {}): Promise<void> {
    const {user = 'admin', args = []} = options
    const detach = 'cd; log=$1; shift; setsid "$@" </dev/null >"$log" 2>&1 &'
    const argv = ['sh', '-c', detach, 'sh', `${vm.label}.log`, vm.wrapper, ...args]
    const result = await this.host(number, argv, {user})
    if (result.code !== 0) throw new Error(`starting ${vm.wrapper}: ${result.stderr}`)
  }

  /** The host accepts connections and never answers: all its processes are stopped, those to come are not. */
  freezeHost(number: number): void {
    this.#signalHost(number, 'SIGSTOP')
  }

  thawHost(number: number): void {
    this.#signalHost(number, 'SIGCONT')
  }

  async cutCable(number: number): Promise<void> {
    await this.#setCable(number, 'down')
  }

  async joinCable(number: number): Promise<void> {
    await this.#setCable(number, 'up')
  }

  /** New host key, new listener; open connections stay. The lab's known_hosts keeps the old key. */
  async changeHostKey(number: number): Promise<void> {
    const key = '/etc/ssh/ssh_host_ed25519_key'
    for (const file of [key, `${key}.pub`]) rmSync(this.hostPath(number, file))
    await this.#mustHost(number, ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key])
    await this.restartSshd(number)
  }

  /** Ends the listener only; the host's init starts it again with the settings of now. */
  async restartSshd(number: number): Promise<void> {
    const isListener = ({args}: LabProcess) => args.join(' ').includes('[listener]')
    const old = this.processes(number).filter(isListener)
    for (const {pid} of old) await this.#mustHost(number, ['kill', String(pid)])
    const pids = new Set(old.map(({pid}) => pid))
    const isNew = (one: LabProcess) => isListener(one) && !pids.has(one.pid)
    await waitUntil(() => this.processes(number).some(isNew), `a new sshd on h${number}`, 10_000)
    await this.waitForSshd(number)
  }

  /** Writes the present keys of all hosts to known_hosts, as an administrator would who has checked them. */
  learnHostKeys(): void {
    const lines = this.hosts.map(({number, name, address}) => {
      const key = readFileSync(this.hostPath(number, '/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')
      return `${name},${address} ${key.split(' ').slice(0, 2).join(' ').trim()}\n`
    })
    writeFileSync(this.knownHosts, lines.join(''))
  }

  /** Every byte of the host's disk is taken, for root too: /home, /root, /tmp, /var, /vm, /etc. */
  async fillDisk(number: number): Promise<void> {
    await this.#mustHost(number, ['sh', '-c', `cat /dev/zero 2>/dev/null >${BALLAST}; test -s ${BALLAST}`])
  }

  freeDisk(number: number): void {
    rmSync(this.hostPath(number, BALLAST), {force: true})
  }

  /** No QEMU is installed any more (guests that run keep running). Not undone while the lab lives. */
  async hideQemu(number: number): Promise<void> {
    this.#mustBeOverlay(number)
    await this.#mustHost(number, ['sh', '-c', 'rm -f /usr/bin/qemu-*'])
  }

  /** The user's home directory is missing; login still works, as the keys are kept elsewhere. */
  async removeHome(number: number, user = 'admin'): Promise<void> {
    const home = this.#homes.get(user)
    if (home === undefined) throw new Error(`lab ${this.id} has no user ${user}`)
    this.#mustBeOverlay(number)
    // /root is a mount point of the host: it can be emptied, not removed
    await this.#mustHost(number, ['sh', '-c', 'rm -rf -- "$1" 2>/dev/null || [ -z "$(ls -A "$1")" ]', 'sh', home])
  }

  /** True from the moment the host's sshd listens on port 22. */
  async waitForSshd(number: number): Promise<void> {
    const {init, name} = this.#host(number)
    const isListening = () => / 00000000:0016 00000000:0000 0A /.test(readFileSync(`/proc/${init.pid}/net/tcp`, 'utf8'))
    await waitUntil(isListening, `sshd on ${name}`, 10_000)
  }

  isUp(): boolean {
    return isAlive(this.#init)
  }

  /** Ends every process of the lab, and with them all it was made of. Safe to call twice. */
  async down(): Promise<void> {
    await destroyLab(this.id)
  }

  #ctlArgv(argv: readonly string[]): string[] {
    if (!this.isUp()) throw new Error(`lab ${this.id} is down`)
    return ['nsenter', `--net=${ctlNamespace(this.id, this.#init)}`, '--', ...argv]
  }

  #host(number: number): LabHost {
    const host = this.hosts[number - 1]
    if (!host) throw new Error(`lab ${this.id} has no host ${number}`)
    if (!isAlive(host.init)) throw new Error(`lab ${this.id}: host ${host.name} is gone`)
    return host
  }

  #uid(user: string): number {
    const uid = this.#uids.get(user)
    if (uid === undefined) throw new Error(`lab ${this.id} has no user ${user}`)
    return uid
  }

  #mustHost(number: number, argv: readonly string[]): Promise<string> {
    return mustRun([...this.hostArgv(number), ...argv])
  }

  async #setCable(number: number, state: 'up' | 'down'): Promise<void> {
    const {name} = this.#host(number)
    await mustRun(['nsenter', '-t', String(this.#init.pid), '--net', '--', 'ip', 'link', 'set', name, state])
  }

  #signalHost(number: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    const inode = namespaceInode(this.#host(number).init.pid, 'pid')
    // twice: what was forked between looking and stopping its parent
    for (const pid of [...pidsInNamespace('pid', inode), ...pidsInNamespace('pid', inode)]) {
      try {
        process.kill(pid, signal)
      } catch {
        // ended meanwhile
      }
    }
  }

  /** Removing files is safe only where they are seen through the host's overlay. */
  #mustBeOverlay(number: number): void {
    const mounts = readFileSync(`/proc/${this.#host(number).init.pid}/mounts`, 'utf8')
    if (!/^overlay \/ overlay /m.test(mounts) || !existsSync(this.hostPath(number, '/usr/lib/ctys-lab/vmlinuz')))
      throw new Error(`h${number} does not look like a lab host`)
  }
}

const BALLAST = '/var/tmp/.ballast'
