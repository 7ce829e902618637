type Given<T> = {[K in keyof T]?: Exclude<T[K], undefined>}

/** The object without what is undefined in it. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
}
