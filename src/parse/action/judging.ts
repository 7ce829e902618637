/** What is found wrong, and what is asked for that nothing does yet; `type` is the session type in upper case. */
export interface Judging {
  readonly type: string
  readonly faults: string[]
  readonly lacks: string[]
}
