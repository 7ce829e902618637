/** Ends what has to be ended at once when the user asks twice; everything else goes through the signal. */
export interface Interrupts {
  readonly signal: AbortSignal
  /** The signal's name when one has come. */
  readonly caught: () => NodeJS.Signals | undefined
  readonly dispose: () => void
}

/**
 * First SIGINT, SIGTERM or SIGHUP: the signal fires, nothing more is started, what runs settles. The second one: the
 * terminal is restored by `restore` and the process ends by that very signal, so that the caller sees the truth.
 */
export function watchInterrupts({notice, restore}: {notice: () => void; restore: () => void}): Interrupts {
  const controller = new AbortController()
  let caught: NodeJS.Signals | undefined
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const onSignal = (name: NodeJS.Signals): void => {
    if (caught === undefined) {
      caught = name
      notice()
      controller.abort()
      return
    }
    restore()
    dispose()
    process.kill(process.pid, name)
  }
  const dispose = (): void => {
    for (const name of names) process.off(name, onSignal)
  }
  for (const name of names) process.on(name, onSignal)
  return {signal: controller.signal, caught: () => caught, dispose}
}
