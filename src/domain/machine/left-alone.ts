/** A machine that runs on, and why it was not touched. */
export interface LeftAlone {
  readonly label: string
  readonly uuid: string
  readonly pid: number
  readonly uid: string
  readonly disk?: string
  readonly manager?: string
  readonly managerCommand?: string
  readonly why: 'foreign' | 'otherUser'
}
