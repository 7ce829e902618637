/** Brings a lab up: keys, account files and ssh settings first, then the lab's init, then waiting for every sshd. */
import {mkdirSync, openSync, readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {type Account, accountFiles, CHATTY, labAccounts} from './accounts.js'
import {guestImageDir} from './guest-image.js'
import {claimLabDir, clearLeftovers, destroyLab, ownIdentity, readIdentity, readState, waitUntil} from './lab-state.js'
import {isAlive} from './process-table.js'
import {mustRun, spawnCommand} from './run-command.js'
import {Lab} from './running-lab.js'

export interface LabOptions {
  /** Number of hosts, 1 to 250. */
  readonly hosts: number
  /** Letters and digits; by default unique. An own lab of that id without a living owner is replaced. */
  readonly id?: string
  /** `User` of the ssh settings; default admin. */
  readonly user?: string
  /** Login shells by user: a name, a path, or "chatty-bash". Users named here exist on every host. */
  readonly shells?: Readonly<Record<string, string>>
  /** Lines put in front of every host's sshd_config (the first value of a keyword counts). */
  readonly sshd?: readonly string[]
  /** Size of each host's disk in MiB; default 128. */
  readonly diskMiB?: number
  /** true: the lab outlives this process (used by hand). */
  readonly stay?: boolean
}

export type {LabVm, VmSpec} from './make-vm.js'
export type {LabProcess} from './process-table.js'
export type {RunOptions, RunResult} from './run-command.js'
export type {Lab, LabHost} from './running-lab.js'

const initScript = fileURLToPath(new URL('./lab-init.sh', import.meta.url))
const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
let count = 0

/** Needs root (namespaces, mounts). Throws with the lab's log when it does not come up; nothing is left then. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const {hosts, shells = {}, user = 'admin', stay = false, diskMiB = 128} = options
  count += 1
  const id = options.id ?? `t${process.pid}n${count}`
  if (process.getuid?.() !== 0) throw new Error('a lab needs root: it makes namespaces and mounts')
  if (!/^[A-Za-z0-9]+$/.test(id)) throw new Error(`bad lab id: ${id}`)
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 250) throw new Error(`bad number of hosts: ${hosts}`)
  const guest = await guestImageDir()
  await clearLeftovers()
  const old = readState(id)
  if (old && !(old.owner && isAlive(old.owner))) await destroyLab(id)

  const accounts = labAccounts(shells)
  const dir = claimLabDir({id, hosts, user, accounts, ...(!stay && {owner: ownIdentity()})})
  try {
    await writeSettings(dir, {hosts, user, accounts, sshd: options.sshd ?? []})
    await launch(dir, [initScript, dir, String(hosts), String(diskMiB), projectRoot, guest], stay, hosts)
    const lab = new Lab(id)
    for (const {number} of lab.hosts) await lab.waitForSshd(number)
    for (const {user: name, home} of accounts.filter((one) => shells[one.user] === CHATTY)) makeChatty(lab, name, home)
    lab.learnHostKeys()
    return lab
  } catch (error) {
    await destroyLab(id)
    throw error
  }
}

/** A lab started earlier, maybe by another process; throws when it is not running. */
export function attachLab(id: string): Lab {
  return new Lab(id)
}

async function launch(dir: string, script: readonly string[], stay: boolean, hosts: number): Promise<void> {
  const log = openSync(`${dir}/log`, 'a')
  const child = spawnCommand(['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', ...script], {
    stdio: ['pipe', log, log],
    detached: true,
    cwd: '/',
  })
  child.on('error', () => {}) // seen below as an init that never appears
  child.stdin?.on('error', () => {})
  const inits = ['init', ...Array.from({length: hosts}, (_, index) => `h${index + 1}.init`)]
  try {
    await waitUntil(
      () => child.exitCode !== null || inits.every((name) => readIdentity(`${dir}/${name}`) !== undefined),
      `the hosts in ${dir}`,
      30_000,
    )
    if (child.exitCode !== null) throw new Error('the lab ended while starting')
  } catch (cause) {
    child.kill('SIGKILL')
    throw new Error(`the lab did not come up: ${readFileSync(`${dir}/log`, 'utf8')}`, {cause})
  }
  if (stay) child.stdin?.end('stay\n')
  child.unref()
  const stdin = child.stdin as (NodeJS.WritableStream & {unref?: () => void}) | null
  stdin?.unref?.()
}

interface Settings {
  readonly hosts: number
  readonly user: string
  readonly accounts: readonly Account[]
  readonly sshd: readonly string[]
}

async function writeSettings(dir: string, {hosts, user, accounts, sshd}: Settings): Promise<void> {
  for (const name of ['mnt', 'etc', 'ctl-home']) mkdirSync(`${dir}/${name}`)
  await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'ctyslab', '-f', `${dir}/client_key`])
  const numbers = Array.from({length: hosts}, (_, index) => index + 1)
  const files = accountFiles(accounts)
  for (const [name, text] of Object.entries(files)) writeFileSync(`${dir}/etc/${name}`, text)
  const table = ['127.0.0.1 localhost', '10.77.0.254 ctl', ...numbers.map((n) => `10.77.0.${n} h${n}`)]
  writeFileSync(`${dir}/etc/hosts`, `${table.join('\n')}\n`)
  writeFileSync(`${dir}/etc/sshd_config`, `${[...sshd, ...SSHD_CONFIG].join('\n')}\n`)
  const stanzas = numbers.map((n) =>
    [
      `Host h${n}`,
      `  HostName 10.77.0.${n}`,
      '  Port 22',
      `  User ${user}`,
      `  IdentityFile ${dir}/client_key`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${dir}/known_hosts`,
      '  GlobalKnownHostsFile none',
      '  StrictHostKeyChecking yes',
    ].join('\n'),
  )
  writeFileSync(`${dir}/ssh_config`, `${stanzas.join('\n')}\n`)
}

/** MaxStartups 10:30:100, MaxSessions 10 and AllowStreamLocalForwarding yes are sshd's own defaults. */
const SSHD_CONFIG = [
  'HostKey /etc/ssh/ssh_host_ed25519_key',
  'AuthorizedKeysFile /etc/ssh/authorized_keys',
  'UsePAM no',
  'StrictModes no',
  'PasswordAuthentication no',
  'KbdInteractiveAuthentication no',
  'PermitRootLogin prohibit-password',
  'X11Forwarding yes',
  'PrintMotd no',
  'PidFile none',
  'Subsystem sftp internal-sftp',
]

function makeChatty(lab: Lab, user: string, home: string): void {
  const talk = `echo "welcome to $(hostname), ${user}"\necho "you have mail" >&2\n`
  for (const {number} of lab.hosts)
    for (const file of ['.bashrc', '.bash_profile']) writeFileSync(lab.hostPath(number, `${home}/${file}`), talk)
}
