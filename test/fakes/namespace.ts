import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import type {HostSession} from '../../src/domain/ports/ports.js'

/** A host of its own within this one: network, processes, /sys, /run, /var/tmp and /dev/net are its own. Needs root. */
export interface Namespace {
  /** What goes in front of a command that is to run there. */
  readonly enter: readonly string[]
  end(): Promise<void>
}

const init = `
mount -t sysfs sysfs /sys && mount -t tmpfs -o mode=1777 none /var/tmp && mount -t tmpfs none /dev/net && mount -t tmpfs none /run &&
  mknod -m "$1" /dev/net/tun c 10 200 && ip link set lo up || exit 1
echo ready
# reaps what is left to it
while :; do sleep 3600 & wait "$!"; done`

/** Its /dev/net/tun may be opened by everybody, as udev has it, unless `tunMode` says otherwise. */
export async function openNamespace({tunMode = '0666'}: {readonly tunMode?: string} = {}): Promise<Namespace> {
  const words = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private']
  const child = spawn('unshare', [...words, 'sh', '-c', init, 'init', tunMode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`no namespace: exit ${code}`)))
  })
  // unshare itself stays outside the new PID namespace: its child is the one that is entered
  const inner = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0] ?? ''
  return {
    enter: ['nsenter', '--target', inner, '--net', '--mount', '--pid', '--'],
    async end() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A session of this machine whose commands run in the namespace, its scripts by this shell. */
export function sessionIn({enter}: Namespace, session: HostSession, shell: readonly string[]): HostSession {
  return {
    target: session.target,
    exec: (argv, options) => session.exec([...enter, ...argv], options),
    script: ({name, text, maxBytes = 1024 * 1024}, args, options) =>
      session.exec([...enter, ...shell, '-c', text, name, ...args], {maxBytes, ...options}),
    open: (to, limits) => {
      if ('argv' in to) return session.open({argv: [...enter, ...to.argv]}, limits)
      if ('unix' in to) return session.open({argv: [...enter, 'socat', '-', `UNIX-CONNECT:${to.unix}`]}, limits)
      return session.open(to, limits)
    },
    put: (path, content, options) => session.put(path, content, options),
    hold: (bytes) => session.hold(bytes),
    close: () => session.close(),
  }
}
