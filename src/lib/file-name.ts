/** A file name of a name that a host or a person gave: nothing that leads out of its directory. */
export function fileName(name: string): string {
  return name
    .replace(/[^\w.@-]/g, '_')
    .replace(/^[.-]/, '_')
    .slice(0, 100)
}
