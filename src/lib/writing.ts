/**
 * What is needed to change a file that others may change too. Loaded when something is written: a question needs
 * neither locks nor temporary files, and its start is what people wait for.
 */
export async function loadWriting() {
  const [{atomicWrite, fileBehind, removeLeftovers}, {withFileLock}] = await Promise.all([
    import('./atomic-write.js'),
    import('./file-lock.js'),
  ])
  return {atomicWrite, fileBehind, removeLeftovers, withFileLock}
}
