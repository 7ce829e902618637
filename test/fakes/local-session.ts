import type {HostSession} from '../../src/domain/ports/ports.js'

/** The same host, but its scripts are run by `command`, such as `['mksh']` or `['env', 'PATH=...', 'busybox', 'sh']`. */
export function sessionUnderShell(session: HostSession, command: readonly string[]): HostSession {
  return {
    target: session.target,
    exec: (argv, options) => session.exec(argv, options),
    script: ({name, text, maxBytes = 1024 * 1024}, args, options) =>
      session.exec([...command, '-c', text, name, ...args], {maxBytes, ...options}),
    open: (to, limits) => session.open(to, limits),
    put: (path, content, options) => session.put(path, content, options),
    hold: (bytes) => session.hold(bytes),
    close: () => session.close(),
  }
}
