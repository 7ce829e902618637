import type {ShadowedHost} from '../../domain/results/shown.js'

/** Lines without line ends, not escaped yet. */
export function shadowedLines(shadowed: readonly ShadowedHost[] = []): readonly string[] {
  return shadowed.map(({name, file}) => `${name} is read as the group ${file}`)
}
