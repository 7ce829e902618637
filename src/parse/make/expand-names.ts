/** Names of machines by pattern: `web[01-20]`, `db[1,3,5-7]`, `a,b`. Digits keep the width they are written with. */

const mostNames = 10_000

/** In the order they are written. Everything wrong is added to `faults`. */
export function expandNames(pattern: string, faults: string[]): readonly string[] {
  const names: string[] = []
  for (const piece of splitOutside(pattern)) {
    const expanded = expandOne(piece, faults)
    if (expanded === undefined) return []
    names.push(...expanded)
    if (names.length > mostNames) return tooMany(pattern, faults)
  }
  const met = new Set<string>()
  const double = names.find((name) => met.size === met.add(name).size)
  if (double !== undefined) faults.push(`'${pattern}' names ${double} twice`)
  return names
}

/** At commas that stand in no bracket. */
function splitOutside(pattern: string): readonly string[] {
  return pattern.split(/,(?![^[\]]*\])/)
}

function expandOne(piece: string, faults: string[]): readonly string[] | undefined {
  const parts = piece.split(/(\[[^[\]]*\])/)
  let names: readonly string[] = ['']
  for (const part of parts) {
    const values = part.startsWith('[') ? rangeValues(part.slice(1, -1)) : [part]
    if (values === undefined || /[[\]]/.test(values.length === 1 ? (values[0] ?? '') : '')) {
      faults.push(`'${piece}' is no pattern of names: write web[01-20] or web[1,3,5]`)
      return undefined
    }
    if (names.length * values.length > mostNames) return tooMany(piece, faults)
    names = names.flatMap((name) => values.map((value) => name + value))
  }
  return names
}

/** `01-20` or `1,3,5-7`; undefined when it is neither. */
function rangeValues(text: string): readonly string[] | undefined {
  const values: string[] = []
  for (const item of text.split(',')) {
    const [, from = '', to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(item) ?? []
    const [first, last] = [Number(from), Number(to)]
    if (from === '' || last < first) return undefined
    if (last - first >= mostNames) return Array.from({length: mostNames + 1}, () => '')
    for (let n = first; n <= last; n++) values.push(String(n).padStart(from.length, '0'))
  }
  return values
}

function tooMany(pattern: string, faults: string[]): readonly string[] {
  faults.push(`'${pattern}' names more than ${mostNames} machines`)
  return []
}
