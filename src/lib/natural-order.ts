/** Compares names as people count: `h2` before `h10`; without regard to case first, so that the order is total. */
export function byNaturalOrder(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)]
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left = '', right = ''] = [a[i], b[i]]
    const order = isNumber(left) && isNumber(right) ? byNumber(left, right) : compare(left, right)
    if (order !== 0) return order
  }
  return a.length - b.length || compare(one, other)
}

function partsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[0-9]+|[^0-9]+/g) ?? []
}

function isNumber(part: string): boolean {
  return /^[0-9]/.test(part)
}

/** Digits of any length, without leading zeros: the longer is the larger. */
function byNumber(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')]
  return a.length - b.length || compare(a, b)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
