/** Sizes as people write them: a number and a unit of 1024, such as `20G`, `512M`, `1.5T`, `20GiB`. */
const units: Readonly<Record<string, number>> = {'': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50}

/** Bytes; a number alone counts `unit`s. Undefined when it is no size. */
export function parseSize(text: string, unit: 'M' | 'G'): number | undefined {
  const [, number = '', named = unit] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([KMGTP])?(?:i?B)?$/i.exec(text) ?? []
  if (number === '') return undefined
  const bytes = Number(number) * (units[named.toUpperCase()] ?? Number.NaN)
  return Number.isFinite(bytes) && bytes > 0 ? Math.ceil(bytes / 512) * 512 : undefined
}
