/** What is typed on the serial console of a machine while it boots. */
export interface BootStep {
  /** What it shows first: a text, or an extended regular expression (ECMAScript's own); absent = it is typed at once. */
  readonly wait?: {readonly text: string} | {readonly pattern: string}
  /** Bytes to type; empty: it is only waited for. */
  readonly type: string
  /** Each character is seen on the console before the next is typed; a password is not shown. */
  readonly echo: boolean
  /** As it was given. */
  readonly text: string
}

/** How long one may wait where nobody says otherwise. */
export const stepMs = 300_000
/** Of one machine. */
export const mostSteps = 50
