/** Ends what has to be ended at once when the user asks twice; everything else goes through the signal. */
export interface Interrupts {
  readonly signal: AbortSignal
  /** From now on there is something to settle. */
  readonly settle: () => void
  /** From now on these do nothing; until what is returned is called. */
  readonly ignore: (names: readonly NodeJS.Signals[]) => () => void
  /** The signal's name when one has come. */
  readonly caught: () => NodeJS.Signals | undefined
  readonly dispose: () => void
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** How long one request to a file system may go on after a signal: a dead one (NFS, FUSE) never answers. */
const fileMs = 3_000
const checkMs = 100

/**
 * Until `settle` is called a signal ends the process as the system does it, in the middle of a call to a file system
 * that does not answer too. From then on: first SIGINT, SIGTERM or SIGHUP: the signal fires, nothing more is started,
 * what runs settles. The second one, or a file system that does not answer: the terminal is restored by `restore` and
 * the process ends by that very signal, so that the caller sees the truth.
 */
export function watchInterrupts({notice, restore}: {notice: () => void; restore: () => void}): Interrupts {
  const controller = new AbortController()
  let caught: NodeJS.Signals | undefined
  const ignored = new Set<NodeJS.Signals>()
  const onSignal = (name: NodeJS.Signals): void => {
    if (ignored.has(name)) return
    if (caught === undefined) {
      caught = name
      notice()
      whenFilesHang(() => leave(name))
      controller.abort()
      return
    }
    leave(name)
  }
  const leave = (name: NodeJS.Signals): void => {
    restore()
    dispose()
    process.kill(process.pid, name)
  }
  const dispose = (): void => {
    for (const name of names) process.off(name, onSignal)
  }
  let isSettling = false
  const settle = (): void => {
    if (isSettling) return
    isSettling = true
    for (const name of names) process.on(name, onSignal)
  }
  const ignore = (unheard: readonly NodeJS.Signals[]) => {
    for (const name of unheard) {
      ignored.add(name)
      // without a listener the system would end or stop the process
      process.on(name, nothing)
    }
    return () => {
      for (const name of unheard) {
        ignored.delete(name)
        process.off(name, nothing)
      }
    }
  }
  return {signal: controller.signal, settle, ignore, caught: () => caught, dispose}
}

function nothing(): void {}

/** Also behind the report: what waits for a file system in a thread keeps the process from ending. */
function whenFilesHang(run: () => void): void {
  let checks = 0
  const timer = setInterval(() => {
    checks = process.getActiveResourcesInfo().some((what) => what.startsWith('FSReq')) ? checks + 1 : 0
    if (checks * checkMs < fileMs) return
    clearInterval(timer)
    run()
  }, checkMs)
  timer.unref()
}
