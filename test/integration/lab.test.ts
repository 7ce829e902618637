/** The lab itself, for real: what the other integration tests stand on. Needs root, as every lab does. */
import {spawn} from 'node:child_process'
import {existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {qmpCommand, socketPath, waitForPrompt} from '../lab/guest-console.js'
import {attachLab, type Lab, type LabVm, startLab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'

let lab: Lab
let web: LabVm
let deaf: LabVm
const self = new URL(import.meta.url).pathname
const marker = 'the-end-of-the-answer'

beforeAll(async () => {
  lab = await startLab({hosts: 2, shells: {fay: 'fish', cora: 'csh', charly: 'chatty-bash'}})
  web = lab.makeVm(2, {label: 'web01', macs: ['52:54:00:00:00:01'], guestIp: '10.78.0.1/24'})
  deaf = lab.makeVm(2, {label: 'deaf01', deaf: true})
  await lab.startVm(2, web)
  await lab.startVm(2, deaf)
})
afterAll(async () => {
  await lab?.down()
})

function ssh(host: string, command: string, ...options: string[]) {
  const argv = ['ssh', '-F', lab.sshConfig, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=2', ...options, host, command]
  return lab.ctl(argv, {timeoutMs: 20_000})
}

describe('hosts', () => {
  test.each([1, 2])('h%i answers ssh with its own name, processes and address', async (number) => {
    const {code, stdout} = await ssh(`h${number}`, 'id -un; hostname; ps -eo args; ip -br address')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^admin\nh${number}\n`))
    expect(stdout).toContain(`10.77.0.${number}/24`)
    expect(stdout).not.toContain('vitest')
    expect(stdout.includes('qemu-system')).toBe(number === 2)
  })

  test('root has a login too', async () => {
    expect((await ssh('root@h1', 'id -u')).stdout).toBe('0\n')
  })

  test.each([
    ['fay', 'fish'],
    ['cora', 'csh'],
    ['charly', 'bash'],
  ])('%s has the login shell %s', async (user, shell) => {
    const {stdout} = await ssh(`${user}@h1`, 'echo $0 is $SHELL')
    expect(stdout).toContain(`/${shell}`)
  })

  test('a chatty shell talks before the command does', async () => {
    const {stdout, stderr} = await ssh('charly@h1', `echo ${marker}`)
    expect(stdout).toBe(`welcome to h1, charly\n${marker}\n`)
    expect(stderr).toContain('you have mail')
  })

  test('hosts have files of their own and share one directory', async () => {
    await lab.host(1, ['sh', '-c', 'echo one >/home/admin/own; echo both >/shared/common'], {user: 'admin'})
    const seen = await lab.host(2, ['sh', '-c', 'cat /shared/common; cat /home/admin/own'], {user: 'admin'})
    expect(seen.stdout).toBe('both\n')
    expect(seen.code).not.toBe(0)
    expect(existsSync('/home/admin/own')).toBe(false)
  })

  test('a host cannot change the files of the machine', async () => {
    const before = readFileSync('/etc/passwd', 'utf8')
    const result = await lab.host(1, ['sh', '-c', 'echo x >>/etc/passwd; touch /usr/bin/of-h1; touch "$1"', 'sh', self])
    expect(result.stderr).toContain('Read-only file system')
    expect(readFileSync('/etc/passwd', 'utf8')).toBe(before)
    expect(existsSync('/usr/bin/of-h1')).toBe(false)
  })

  test('a command on a host ends when its time is over', async () => {
    await lab.host(1, ['sleep', '4321'], {timeoutMs: 300})
    expect(lab.processes(1).filter(({args}) => args.includes('4321'))).toEqual([])
  })
})

describe('the controller side', () => {
  test('has the network of the lab and a home of its own', async () => {
    const {stdout} = await lab.ctl(['sh', '-c', 'ip -br address; echo "$HOME $CTYS_SSH_CONFIG"; cat'], {input: marker})
    expect(stdout).toContain('10.77.0.254/24')
    expect(stdout).toContain(`${lab.ctlHome} ${lab.sshConfig}`)
    expect(stdout).toContain(marker)
  })

  test('has no way out', async () => {
    const {stdout} = await lab.ctl(['ip', 'route'])
    expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('10.77.0.0/24')])
  })

  test('a spawned program can be signalled by its own pid', async () => {
    const child = lab.spawnCtl(['sleep', '60'], {stdio: 'ignore'})
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    child.kill('SIGTERM')
    expect(await ended).toBe('SIGTERM')
  })
})

describe('faults', () => {
  test('a frozen host accepts the connection and never answers, until it is thawed', async () => {
    lab.freezeHost(1)
    const frozen = await ssh('h1', 'true')
    lab.thawHost(1)
    expect(frozen.code).toBe(255)
    expect(frozen.stderr).toContain('Connection timed out during banner exchange')
    expect((await ssh('h1', 'true')).code).toBe(0)
  })

  test('a cut cable lets no connection through, until it is joined', async () => {
    await lab.cutCable(1)
    const cut = await ssh('h1', 'true')
    await lab.joinCable(1)
    expect(cut.code).toBe(255)
    expect(cut.stderr).toMatch(/timed out|No route to host/)
    expect((await ssh('h1', 'true', '-o', 'ConnectionAttempts=5')).code).toBe(0)
  })

  test('a changed host key is refused, until somebody learns it', async () => {
    await lab.changeHostKey(1)
    const changed = await ssh('h1', 'true')
    expect(changed.code).toBe(255)
    expect(changed.stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED')
    lab.learnHostKeys()
    expect((await ssh('h1', 'true')).code).toBe(0)
  })

  test('a full disk takes no byte, until it is freed', async () => {
    const write = () => ssh('h1', 'echo byte >"$HOME/byte" && cat "$HOME/byte"')
    await lab.fillDisk(1)
    const full = await write()
    lab.freeDisk(1)
    expect(full.stderr).toContain('No space left on device')
    expect((await write()).stdout).toBe('byte\n')
  })

  test('QEMU can be missing', async () => {
    expect((await ssh('h1', 'command -v qemu-system-x86_64')).code).toBe(0)
    await lab.hideQemu(1)
    expect((await ssh('h1', 'command -v qemu-system-x86_64')).code).not.toBe(0)
    expect(existsSync('/usr/bin/qemu-system-x86_64')).toBe(true)
  })

  test('a home directory can be missing', async () => {
    await lab.removeHome(1, 'charly')
    const {code, stderr} = await ssh('charly@h1', 'true')
    expect(code).toBe(0)
    expect(stderr).toContain('Could not chdir to home directory')
  })
})

describe('guests', () => {
  const running = (label: string) => lab.processes(2).some(({args}) => args.includes('-name') && args.includes(label))

  test('a wrapper shows its command, boot image last, without running it', async () => {
    const {code, stdout, stderr} = await lab.host(2, [
      web.wrapper,
      '--check',
      '--print',
      '--console=VNC',
      '--vncaccessdisplay=7',
      '--odd',
    ])
    expect(code).toBe(0)
    expect(stdout).toContain(`'-uuid' '${web.uuid}'`)
    expect(stdout).toContain("'-vnc' '127.0.0.1:7'")
    expect(stdout).toMatch(/'file=\/vm\/web01\/web01\.img,file\.locking=auto,format=raw,if=virtio'\n$/)
    expect(stderr).toBe('web01.sh: option ignored: --odd\n')
  })

  test('a wrapper without QMP, or with a bare image path, says so in its command', async () => {
    const vm = lab.makeVm(2, {
      label: 'old01',
      qmp: false,
      image: 'bare',
      net: 'none',
      keys: {UUID: undefined, VRAM: '256'},
    })
    const {stdout} = await lab.host(2, [vm.wrapper, '--check', '--print'])
    expect(stdout).not.toMatch(/-qmp|-netdev/)
    expect(stdout).toContain("'-m' '256'")
    expect(stdout).toMatch(/ '\/vm\/old01\/old01\.img'\n$/)
    expect(readFileSync(lab.hostPath(2, vm.config), 'utf8')).not.toContain('UUID')
  })

  test('a wrapper can fail', async () => {
    const vm = lab.makeVm(2, {label: 'bad01', fails: 'no luck today'})
    const {code, stderr} = await lab.host(2, [vm.wrapper])
    expect([code, stderr]).toEqual([1, 'bad01.sh: no luck today\n'])
  })

  test('a guest that detaches itself leaves its sockets where QEMUMONSOCK says', async () => {
    const vm = lab.makeVm(2, {label: 'bg01', daemonize: true})
    const env = {QEMUMONSOCK: '/var/tmp/at.ACTUALLABEL.ACTUALPID.x'}
    expect(await lab.host(2, [vm.wrapper], {user: 'admin', env})).toMatchObject({code: 0, timedOut: false})
    expect(running('bg01')).toBe(true)
    const {events} = await qmpCommand(await socketPath(lab, 2, 'at.bg01.'), 'quit')
    expect(events).toContain('SHUTDOWN')
  })

  test('a guest boots, and the power button ends it', {timeout: 60_000}, async () => {
    const socket = await socketPath(lab, 2, 'qemumon.web01.')
    await waitForPrompt(socket, 'web01')
    const {events, ended} = await qmpCommand(socket, 'system_powerdown')
    expect(ended).toBe(true)
    expect(events).toContain('SHUTDOWN')
    await expect.poll(() => running('web01'), {timeout: 5000}).toBe(false)
  })

  test('a deaf guest goes on when the power button is pressed', {timeout: 60_000}, async () => {
    const socket = await socketPath(lab, 2, 'qemumon.deaf01.')
    await waitForPrompt(socket, 'deaf01')
    const {events, ended} = await qmpCommand(socket, 'system_powerdown', 3000)
    expect(events).toEqual(['POWERDOWN'])
    expect(ended).toBe(false)
    expect(running('deaf01')).toBe(true)
  })
})

describe('lifetime', () => {
  test('two labs run at once, and one going down leaves nothing of itself and all of the other', async () => {
    const other = await startLab({hosts: 2, user: 'root'})
    const inode = (pid: number) => readlinkSync(`/proc/${pid}/ns/pid`)
    const namespaces = new Set(other.hosts.map(({init}) => inode(init.pid)))
    const [first] = other.hosts
    expect(first && inode(first.init.pid)).not.toBe(inode(lab.hosts[0]?.init.pid ?? 0))
    const answer = await other.ctl(['ssh', '-F', other.sshConfig, 'h2', 'id -un'])
    expect(answer.stdout).toBe('root\n')
    const straggler = other.spawnCtl(['sleep', '600'], {stdio: 'ignore'})
    const ended = new Promise((resolve) => straggler.once('exit', (_, signal) => resolve(signal)))
    await sleep(50) // nsenter has entered

    await other.down()
    expect(await ended).toBe('SIGKILL')
    expect(existsSync(other.dir)).toBe(false)
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('ctyslab')
    const left = readdirSync('/proc').filter((pid) => {
      try {
        return namespaces.has(readlinkSync(`/proc/${pid}/ns/pid`))
      } catch {
        return false
      }
    })
    expect(left).toEqual([])
    await other.down()
    expect(() => attachLab(other.id)).toThrow(`no lab ${other.id} is running`)
    expect((await ssh('h1', 'true')).code).toBe(0)
  })

  test('a lab ends with its owner, however that ended, and the next start clears what it left', async () => {
    const script = `${lab.ctlHome}/owner.ts`
    const library = new URL('../lab/lab.ts', import.meta.url).pathname
    writeFileSync(
      script,
      `import {startLab} from '${library}'
       const lab = await startLab({hosts: 1, id: 'orphan${process.pid}'})
       process.stdout.write(lab.hosts[0].init.pid + '\\n')
       setInterval(() => {}, 1000)`,
    )
    const child = spawn('node', ['src/build/run-ts.mjs', script], {stdio: ['ignore', 'pipe', 'inherit']})
    let pid = 0
    child.stdout.once('data', (data) => {
      pid = Number(data)
    })
    await waitUntil(() => pid > 0 || child.exitCode !== null, 'the owner of a lab', 30_000)
    expect(attachLab(`orphan${process.pid}`).isUp()).toBe(true)
    child.kill('SIGKILL')
    await waitUntil(() => !existsSync(`/proc/${pid}`), 'the end of the lab', 10_000)
    expect(existsSync(`/run/ctyslab-orphan${process.pid}`)).toBe(true)
    const next = await startLab({hosts: 1})
    await next.down()
    expect(existsSync(`/run/ctyslab-orphan${process.pid}`)).toBe(false)
  })

  test('by hand it stays between commands, until it is told to go down', async () => {
    const id = `hand${process.pid}`
    const run = (...words: string[]) =>
      lab.ctl(['node', 'src/build/run-ts.mjs', 'test/lab/cli.ts', ...words], {
        env: {CTYS_LAB: id, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME, HOME: process.env.HOME},
      })
    expect(await run('up', '1')).toMatchObject({code: 0, stderr: ''})
    expect((await run('host', '1', 'hostname')).stdout).toBe('h1\n')
    expect((await run('vm', '1', 'web01')).stdout).toBe('/vm/web01/web01.sh on h1\n')
    expect((await run('ctl', 'ssh', '-F', `/run/ctyslab-${id}/ssh_config`, 'h1', 'ls /vm')).stdout).toBe('web01\n')
    expect((await run('status')).stdout).toContain(`${id}: 1 hosts, kept by hand`)
    expect(await run('down')).toMatchObject({code: 0, stderr: ''})
    expect((await run('host', '1', 'hostname')).stderr).toBe(`no lab ${id} is running\n`)
    expect((await run('nonsense')).code).toBe(2)
  })
})
