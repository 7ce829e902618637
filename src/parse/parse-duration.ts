const unitMs: Readonly<Record<string, number>> = {
  '': 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Reads `90s`, `15m`, `2h`, `1d`, `1w`; a bare number means seconds. `flag` names it in the fault. */
export function parseDuration(flag: string, text: string, faults: string[]): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhdw]?)$/.exec(text) ?? []
  const factor = unitMs[unit]
  if (digits !== '' && factor !== undefined) return Number(digits) * factor
  faults.push(`${flag}: '${text}' is no duration; such as 90s, 15m, 2h, 1d, 1w`)
  return undefined
}
