/** A machine that another manager owns is started or stopped by that manager's own command, where the user says so. */
export interface OwnedAsk {
  readonly what: 'start' | 'stop'
  readonly label: string
  /** 32 lower-case hexadecimal digits, or empty. */
  readonly uuid: string
  /** As it calls itself, such as libvirt. */
  readonly owner: string
  /** Its command, as the host runs it. */
  readonly argv: readonly string[]
  /** How long it may take to be seen running, or gone. */
  readonly waitMs: number
}

export interface OwnedData {
  readonly kind: 'owned'
  readonly what: OwnedAsk['what']
  readonly label: string
  readonly owner: string
  /** Of the host's processes; `unseen`: its manager was told, and no process of it was ever seen. */
  readonly state: 'running' | 'off' | 'unseen'
  readonly pid?: number
  /** What the command said, at most some lines. */
  readonly said: readonly string[]
}
