import type {Group, GroupSource} from '../../src/domain/ports/ports.js'

/** Groups in memory: member words by name, one a line. */
export function createMemoryGroups(
  groups: Readonly<Record<string, readonly string[]>> = {},
  faults: readonly string[] = [],
): GroupSource {
  return {
    location: 'memory',
    names: async () => Object.keys(groups).sort(),
    load: async (name): Promise<Group | undefined> => {
      const words = Object.hasOwn(groups, name) ? groups[name] : undefined
      if (words === undefined) return undefined
      const file = `groups/${name}`
      return {name, file, members: words.map((word, index) => ({word, file, line: index + 1})), faults}
    },
  }
}
