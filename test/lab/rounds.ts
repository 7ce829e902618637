/** How often a test repeats what chance decides: all `whole` rounds under CTYS_LONG=1 (`npm run long`), else a tenth. */
export function rounds(whole: number): number {
  return process.env.CTYS_LONG === '1' ? whole : Math.max(1, Math.ceil(whole / 10))
}
