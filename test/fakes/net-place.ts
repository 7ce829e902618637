/**
 * A host of its own for scripts that change its network: namespaces of network, processes and mounts, an empty /run, and
 * a cable between eth0 and `far` in a second network. Ends with everything in it. Needs root.
 */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {HostContext, HostSession} from '../../src/domain/ports/ports.js'
import {createLocalTransport} from '../../src/transport/local/local.js'
import {waitUntil} from '../lab/lab-state.js'

/** `ls` tells what the mounts hide; /var/lib keeps what Docker, libvirt and others record. */
const begin = `
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t tmpfs none /run && mount -t tmpfs none /var/lib
ip link set lo up
echo ready
exec sleep infinity`

/** To be put behind commands of this host: until no address is tentative any more. */
export const settled = `
n=0
while ip -o addr show dev eth0 | grep -q tentative && [ "$n" -lt 100 ]; do sleep 0.1; n=$((n + 1)); done`

export class NetPlace {
  readonly dir = mkdtempSync(join(tmpdir(), 'ctys-net-'))
  readonly #child: ChildProcess
  readonly #far: ChildProcess
  readonly #path: string

  private constructor(shell: string) {
    mkdirSync(join(this.dir, 'bin'))
    symlinkSync(execFileSync('sh', ['-c', 'command -v "$1"', 'sh', shell], {encoding: 'utf8'}).trim(), this.bin('sh'))
    this.#path = `${join(this.dir, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`
    this.#far = spawn('unshare', ['-n', 'sh', '-c', 'ip link set lo up; echo ready; exec sleep infinity'])
    const flags = ['-n', '-m', '-p', '-f', '--kill-child', 'sh', '-c', begin]
    this.#child = spawn('unshare', flags)
  }

  /** `shell` is what `sh` is there: dash, bash, mksh or busybox, which brings its own ip. */
  static async open(shell: string): Promise<NetPlace> {
    const place = new NetPlace(shell)
    await ready(place.#far)
    await ready(place.#child)
    // the cable is laid from outside, where both have pids
    const cable = ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far', 'netns', String(place.#far.pid)]
    execFileSync('nsenter', ['-t', String(place.#init()), '-n', '--', 'ip', ...cable])
    place.far(['ip', 'link', 'set', 'far', 'up'])
    place.sh('/usr/sbin/ip link set eth0 up')
    return place
  }

  bin(name: string): string {
    return join(this.dir, 'bin', name)
  }

  /** The words to put in front of a command of this host. */
  enter(): readonly string[] {
    const words = ['nsenter', '-t', String(this.#init()), '-n', '-m', '-p', '--']
    return [...words, 'env', `PATH=${this.#path}`]
  }

  run(argv: readonly string[]): string {
    const [program = '', ...args] = [...this.enter(), ...argv]
    return execFileSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']})
  }

  sh(text: string, ...args: readonly string[]): string {
    return this.run(['dash', '-c', text, 'sh', ...args])
  }

  /** The other end of the cable. */
  far(argv: readonly string[]): string {
    const [program = '', ...args] = ['nsenter', '-t', String(this.#far.pid), '-n', '--', ...argv]
    return execFileSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']})
  }

  /** A process of the network at the other end. */
  get farPid(): number {
    return this.#far.pid ?? 0
  }

  /** A program of this host. */
  program(name: string, text: string): void {
    writeFileSync(this.bin(name), text, {mode: 0o755})
  }

  /** Links, addresses, routes and neighbours, without what time changes. */
  network(): string {
    const text = this.sh(
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin; ip -o link; ip -o addr; ip -o -4 route show table all; ' +
        'ip -o -6 route show table all; ip -o neigh show nud permanent; ' +
        'for f in /proc/sys/net/ipv6/conf/eth0/*; do read -r v <"$f" && echo "$f $v"; done 2>/dev/null; true',
    )
    return text
      .replace(/(valid_lft|preferred_lft|expires) \d+sec/g, '$1 N')
      .replace(/ $/gm, '')
      .split('\n')
      .sort()
      .join('\n')
  }

  async session(): Promise<HostSession> {
    const {signal} = new AbortController()
    const [program = '', ...args] = this.enter()
    return createLocalTransport({shell: [program, ...args, 'sh']}).open({host: 'here'}, {signal})
  }

  /** What a handler gets; each session of `reopen` is its caller's to close. */
  async context(): Promise<HostContext> {
    const {signal} = new AbortController()
    const session = await this.session()
    return {session, signal, note: () => undefined, reopen: () => this.session()}
  }

  close(): void {
    for (const child of [this.#child, this.#far]) child.kill('SIGKILL')
    rmSync(this.dir, {recursive: true, force: true})
  }

  #init(): number {
    const {pid} = this.#child
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
  }
}

async function ready(child: ChildProcess): Promise<void> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  await waitUntil(() => said.includes('ready'), `namespaces: ${said}`, 10_000)
}
