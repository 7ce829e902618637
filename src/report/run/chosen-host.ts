/** The host a machine is acted on where the user named none and there are several, with the reason. */
export interface ChosenHost {
  readonly host: string
  readonly because: string
}

/** Hosts that are asked before a start on this one whether the machine runs there. */
export interface AskedBefore {
  readonly host: string
  readonly hosts: readonly string[]
}

/** Lines without line ends, not escaped yet. */
export function chosenLines(chosen: readonly ChosenHost[]): readonly string[] {
  return chosen.map(({host, because}) => `${host} chosen: ${because}`)
}

export function chosenBody(chosen: readonly ChosenHost[]): {readonly chosen?: readonly ChosenHost[]} {
  return chosen.length === 0 ? {} : {chosen}
}
