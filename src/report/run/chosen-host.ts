import type {ChosenHost} from '../../domain/results/run.js'

/** Lines without line ends, not escaped yet. */
export function chosenLines(chosen: readonly ChosenHost[]): readonly string[] {
  return chosen.map(
    ({host, because, machine}) => `${machine === undefined ? '' : `${machine}: `}${host} chosen: ${because}`,
  )
}

export function chosenBody(chosen: readonly ChosenHost[]): {readonly chosen?: readonly ChosenHost[]} {
  return chosen.length === 0 ? {} : {chosen}
}
