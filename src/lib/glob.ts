/** Patterns of names as a shell has them (glob(7)): `*`, `?`, `[a-f]`, `[!0-9]`; nothing else means anything. */

/** True where one of its signs is there. */
export function isGlob(text: string): boolean {
  return /[*?]|\[[^\]]+\]/.test(text)
}

/** Fits whole names; made of literals and single steps, so that it takes linear time for each star. */
export function globPattern(glob: string): {test(name: string): boolean} {
  const steps = stepsOf(glob)
  return {test: (name) => fits([...name], steps)}
}

type Step = 'star' | ((char: string) => boolean)

function stepsOf(glob: string): readonly Step[] {
  const steps: Step[] = []
  const chars = [...glob]
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? ''
    if (char === '*') {
      if (steps.at(-1) !== 'star') steps.push('star')
    } else if (char === '?') steps.push(() => true)
    else if (char === '[') {
      const end = chars.indexOf(']', i + (chars[i + 1] === '!' || chars[i + 1] === '^' ? 3 : 2))
      if (end < 0) steps.push((other) => other === '[')
      else {
        steps.push(oneOf(chars.slice(i + 1, end)))
        i = end
      }
    } else steps.push((other) => other === char)
  }
  return steps
}

function oneOf(body: readonly string[]): (char: string) => boolean {
  const isNot = body[0] === '!' || body[0] === '^'
  const set = isNot ? body.slice(1) : body
  const ranges: (readonly [string, string])[] = []
  for (let i = 0; i < set.length; i++) {
    const from = set[i] ?? ''
    const to = set[i + 1] === '-' ? set[i + 2] : undefined
    ranges.push([from, to ?? from])
    if (to !== undefined) i += 2
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== isNot
}

/** Goes back to the last star only. */
function fits(name: readonly string[], steps: readonly Step[]): boolean {
  let [at, step, star, mark] = [0, 0, -1, 0]
  while (at < name.length) {
    const current = steps[step]
    if (current === 'star') {
      star = step++
      mark = at
    } else if (current?.(name[at] ?? '')) {
      at += 1
      step += 1
    } else if (star >= 0) {
      step = star + 1
      at = ++mark
    } else return false
  }
  while (steps[step] === 'star') step += 1
  return step === steps.length
}
