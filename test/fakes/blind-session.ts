import {PreconditionError} from '../../src/domain/errors.js'
import type {HostSession} from '../../src/domain/ports/ports.js'

export interface Blindness {
  /** Processes of other users are hidden. */
  readonly hidden: boolean
  /** The configurations beside the images do not answer. */
  readonly hangs: boolean
  /** The chunks of the processes that are seen, with `mark` for the mark; `all`: what is really there. Default none. */
  readonly seen?: string
}

/** PID START EXE CWD UID GID USER GROUP, PARENT SESSION NAME MOUNTS KVM CGROUP. */
const facts = [
  ...['process', '42', '1', '/usr/bin/qemu-system-x86_64', '/', '0', '0', 'root', 'root'],
  ...['1', '42', 'qemu-system-x86', 'same', '0', '/'],
]
/** A QEMU that has neither name nor UUID. */
export const namelessQemu = [facts, ['words', '42', '1', 'qemu-system-x86_64']]
  .map((words) => `${words.join('\0')}\0\0mark\0`)
  .join('')

/** A host that does not show everything: what the script that looks at processes would say there, nothing else changed. */
export function blindSession(session: HostSession, {hidden, hangs, seen = ''}: Blindness): HostSession {
  return {
    ...session,
    exec: (argv, options) => session.exec(argv, options),
    open: (to, limits) => session.open(to, limits),
    put: (path, content, options) => session.put(path, content, options),
    hold: (bytes) => session.hold(bytes),
    close: () => session.close(),
    script: async (script, args, options) => {
      const [mark = '', configs] = args
      if (script.name !== 'processes') return session.script(script, args, options)
      if (hangs && configs === '1') throw new PreconditionError('COMMAND_TIMEOUT', 'hangs')
      const end = `\0${mark}\0`
      const real = seen === 'all' ? (await session.script(script, args, options)).stdout : Buffer.alloc(0)
      const told = (hidden ? 'hidden\0mark\0' : '') + (seen === 'all' ? '' : `${seen}whole\0mark\0`)
      const stdout = Buffer.concat([Buffer.from(told.replaceAll('\0mark\0', end)), real])
      return {exitCode: 0, stdout, stderr: Buffer.alloc(0)}
    },
  }
}
