/**
 * The main job for a person to watch: scan, find, start two machines on two hosts at once, list, stop one gracefully,
 * and what it looks like when a host is dead. Each command is shown as a person would type it, with its real output.
 * As root on a lab of three hosts; otherwise the same story on this machine alone, over the local transport.
 */
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {guestImageDir} from './lab/guest-image.js'
import {startLab} from './lab/lab.js'
import {writeVm} from './lab/make-vm.js'

type Run = (argv: readonly string[]) => Promise<void>

const ctys = join(process.cwd(), 'bin/ctys.cjs')
const say = (text: string): void => void process.stdout.write(`\n\x1b[1m# ${text}\x1b[0m\n`)

/** Shows a command and lets it write to the terminal itself. */
function shown(start: (argv: readonly string[]) => ChildProcess): Run {
  return (words) => {
    process.stdout.write(`$ ctys ${words.map(quoted).join(' ')}\n`)
    const child = start([process.execPath, ctys, ...words])
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        if (code !== 0) process.stdout.write(`(exit ${code})\n`)
        resolve()
      })
    })
  }
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

async function onLab(): Promise<void> {
  say('A lab of three hosts: real sshd, real QEMU, two virtual machines on each')
  const lab = await startLab({hosts: 3})
  try {
    for (const [number, labels] of [
      [1, ['web01', 'db01']],
      [2, ['web01', 'db02']],
      [3, ['web02', 'db03']],
    ] as const) {
      for (const label of labels) lab.makeVm(number, {label})
    }
    const run = shown((argv) => lab.spawnCtl(argv, {stdio: 'inherit'}))
    say('Collect what lies on the hosts')
    await run(['scan', 'h1', 'h2', 'h3', '--base', '/vm'])
    say('Ask the inventory; no host is contacted')
    await run(['find', 'web01'])
    say('Start web01 on two hosts at once, the classic way')
    await run(['-t', 'qemu', '-a', 'create=l:web01,reuse', 'h1', 'h2'])
    say('... and db03 where the inventory says it lies')
    await run(['start', 'db03', '--console', 'vnc'])
    say('All machines of all hosts, and what runs')
    await run(['list'])
    say('Starting it again is an error, not a second copy')
    await run(['start', 'db03'])
    say('Stop one: the guest is asked, and the end is observed')
    await run(['-t', 'qemu', '-a', 'cancel=l:web01,poweroff', 'h1'])
    say('The cable of h2 is cut: the others answer, and ctys says what it does not know')
    await lab.cutCable(2)
    await run(['list'])
    await lab.joinCable(2)
    say('Stop everything')
    await run(['stop', '--all', 'h1', 'h2', 'h3'])
  } finally {
    await lab.down()
  }
}

async function onThisMachine(): Promise<void> {
  say('Not root: no hosts of our own. The same story on this machine alone')
  const guest = await guestImageDir()
  const home = mkdtempSync('/tmp/ctys-demo-')
  try {
    for (const label of ['web01', 'db01']) {
      writeVm(
        {path: (path) => path, uid: () => userInfo().uid},
        {label, dir: join(home, 'vm'), owner: userInfo().username, guest},
      )
    }
    const run = shown(([file = '', ...args]) =>
      spawn(file, args, {stdio: 'inherit', env: {...process.env, HOME: home}}),
    )
    const base = join(home, 'vm')
    say('Collect what lies here')
    await run(['scan', 'localhost', '--base', base])
    say('Ask the inventory')
    await run(['find', 'web01'])
    say('Start two machines')
    await run(['-t', 'qemu', '-a', 'create=l:web01,reuse', 'localhost'])
    await run(['start', 'db01', '--console', 'vnc'])
    await run(['list', 'localhost'])
    say('Stop one gracefully')
    await run(['-t', 'qemu', '-a', 'cancel=l:web01,poweroff', 'localhost'])
    say('What a dead host looks like')
    await run(['list', 'localhost', '127.0.0.1:1'])
    say('Stop the other')
    await run(['stop', 'db01'])
  } finally {
    rmSync(home, {recursive: true, force: true})
  }
}

await (process.getuid?.() === 0 ? onLab() : onThisMachine())
