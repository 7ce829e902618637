/**
 * The lab by hand: `npm run lab -- COMMAND`. A lab made by `up` stays until `down` (or the next `up`); CTYS_LAB names
 * it when there is to be more than one (default "hand").
 */
import {once} from 'node:events'
import {copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {cloudImage} from './guest-image.js'
import {attachLab, type Lab, startLab} from './lab.js'
import {clearLeftovers, destroyLab, listLabs} from './lab-state.js'
import {spawnCommand} from './run-command.js'

const USAGE = `usage: npm run lab -- COMMAND
  up [N [MIB]]               a lab of N hosts (default 2) with disks of MIB each (128); replaces the one before
  shell                      a shell on the controller side, ctys and its classic names on its path; ssh -F "$CTYS_SSH_CONFIG" h1
  ctl COMMAND...             a command on the controller side
  host N COMMAND...          a command on host N, as root, without ssh
  vm N LABEL [--deaf] [--start]   a VM below /vm on host N, on request running
  image                      debian-12.qcow2, an image with cloud-init, in the home directory of the controller side; a
                             machine of it needs a host with a disk of 1024 MiB
  ps N                       the processes of host N
  freeze N | thaw N          host N accepts connections and never answers | goes on
  cut N | join N             unplug host N | plug it in again
  rekey N                    host N gets a new host key
  fill N | free N            fill the disk of host N | free it
  status                     all labs of this machine
  down                       end the lab; nothing of it is left
`
const id = process.env.CTYS_LAB || 'hand'

/** Returns the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...words] = argv
  const lab = () => attachLab(id)
  switch (command) {
    case 'up': {
      const up = await startLab({id, hosts: Number(words[0] ?? 2), diskMiB: Number(words[1] ?? 128), stay: true})
      say(`lab ${id} is up: ${up.hosts.map(({name, address}) => `${name} ${address}`).join(', ')}`)
      say(`ssh settings: ${up.sshConfig} (from inside: npm run lab -- shell)`)
      return 0
    }
    case 'shell':
      return attended(lab().spawnCtl([process.env.SHELL || 'sh'], {stdio: 'inherit', env: withCtys(lab())}))
    case 'ctl':
      return attended(lab().spawnCtl(words, {stdio: 'inherit', env: withCtys(lab())}))
    case 'host': {
      const [number, ...rest] = words
      return attended(spawnCommand([...lab().hostArgv(hostNumber(number)), ...rest], {stdio: 'inherit'}))
    }
    case 'vm': {
      const [number, label] = words
      if (label === undefined) break
      const host = hostNumber(number)
      const vm = lab().makeVm(host, {label, deaf: words.includes('--deaf')})
      if (words.includes('--start')) await lab().startVm(host, vm)
      say(`${vm.wrapper} on h${host}`)
      return 0
    }
    case 'image': {
      const {ctlHome} = lab()
      const file = await cloudImage()
      copyFileSync(file, join(ctlHome, 'debian-12.qcow2'))
      say("in its shell: cd; ctys new 'vm[01-03]' h1 h2 --image ./debian-12.qcow2 --memory 512M --wait ready")
      return 0
    }
    case 'ps':
      for (const {pid, state, args} of lab().processes(hostNumber(words[0]))) say(`${pid} ${state} ${args.join(' ')}`)
      return 0
    case 'status':
      for (const state of listLabs()) say(describeLab(state.id, state.owner?.pid))
      return 0
    case 'down':
      await destroyLab(id)
      await clearLeftovers()
      return 0
    default: {
      const fault = command === undefined ? undefined : FAULTS[command]
      if (!fault) break
      await fault(hostNumber(words[0]))
      return 0
    }
  }
  process.stderr.write(USAGE)
  return 2
}

const FAULTS: Readonly<Record<string, (host: number) => unknown>> = {
  freeze: (host) => attachLab(id).freezeHost(host),
  thaw: (host) => attachLab(id).thawHost(host),
  cut: (host) => attachLab(id).cutCable(host),
  join: (host) => attachLab(id).joinCable(host),
  rekey: (host) => attachLab(id).changeHostKey(host),
  fill: (host) => attachLab(id).fillDisk(host),
  free: (host) => attachLab(id).freeDisk(host),
}

function describeLab(name: string, owner: number | undefined): string {
  const keeper = owner === undefined ? 'kept by hand' : `owned by process ${owner}`
  try {
    const {hosts} = attachLab(name)
    return `${name}: ${hosts.length} hosts, ${keeper}`
  } catch {
    return `${name}: dead, ${keeper}`
  }
}

function hostNumber(word: string | undefined): number {
  return Number(word?.replace(/^h/, ''))
}

/** Every program of this checkout, first on the path; and which lab it is, for `npm run lab` inside. */
function withCtys({dir}: Lab): NodeJS.ProcessEnv {
  const bin = join(dir, 'bin')
  mkdirSync(bin, {recursive: true})
  const programs: unknown = JSON.parse(readFileSync('package.json', 'utf8')).bin
  for (const [name, path] of Object.entries(programs as Record<string, string>)) {
    rmSync(join(bin, name), {force: true})
    symlinkSync(join(process.cwd(), path), join(bin, name))
  }
  return {PATH: `${bin}:${process.env.PATH}`, CTYS_LAB: id}
}

async function attended(child: ReturnType<typeof spawnCommand>): Promise<number> {
  process.on('SIGINT', () => {}) // Ctrl-C is for the child, which gets it too
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
