/** What VMSTATE may say (configuration files) and MATCHVSTAT may ask for, ALL apart. */
export const executableStates = ['ACTIVE', 'CUSTOM', 'EMPTY', 'ENABLED', 'TESTDUMMY'] as const
const storedStates = ['BACKUP', 'DISABLED', 'IGNORE', 'PRESENT', 'TEMPLATE'] as const
export const vmStates: readonly string[] = [...executableStates, ...storedStates].sort()

/** A machine that states nothing is active. ACTIVE and ENABLED are the same here: a scan starts no hypervisor. */
export function matchesState(vmState: string, wanted: readonly string[]): boolean {
  const isActive = vmState === '' || vmState === 'ACTIVE' || vmState === 'ENABLED'
  return isActive ? wanted.includes('ACTIVE') || wanted.includes('ENABLED') : wanted.includes(vmState)
}
