/**
 * How the time for an input grows: the CPU time for twice the input, in times of that for the input. About 2 for linear
 * work, 4 for quadratic. The least of several measurements each counts, so a loaded machine does not matter; what takes
 * less than a few milliseconds is 1. A suspicion is measured again with larger input.
 */
export function growth(work: (size: number) => () => unknown, size: number): number {
  let ratio = 1
  for (let scale = 1; scale <= 8; scale *= 2) {
    const once = work(size * scale)
    const twice = work(2 * size * scale)
    if (least(twice, 1) < notableMs) return 1
    ratio = least(twice, 2 + scale) / least(once, 2 + scale)
    if (ratio < 2.8) return ratio
  }
  return ratio
}

const notableMs = 12

function least(work: () => unknown, runs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage()
    work()
    const {user, system} = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}
