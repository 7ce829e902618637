/** One process as the host's table has it. */
export interface RawProcess {
  readonly pid: number
  readonly startTime: string
  /** Link of the executable where the host shows it, else empty. */
  readonly exe: string
  readonly cwd: string
  readonly uid: string
  readonly gid: string
  readonly user: string
  readonly group: string
  readonly argv: readonly string[]
}
