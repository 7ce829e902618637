/**
 * Speed in tests is told as a ratio, never in seconds: `timesYardstick(n)` is what n rounds of a fixed piece of work
 * take on this machine right now, in milliseconds. A round is about 22 ms on the machine the ratios were chosen on; the
 * slowest of three counts, because other tests run beside. What is measured by another clock gives it.
 */
export function timesYardstick(n: number, clock: () => number = () => performance.now()): number {
  return n * Math.max(...Array.from({length: 3}, () => oneRound(clock)))
}

function oneRound(clock: () => number): number {
  const begin = clock()
  for (let i = 0; i < 30_000; i++) JSON.parse(JSON.stringify({a: i, b: [i, i + 1, `x${i}`]}))
  return clock() - begin
}

/** Processor time of this process so far: what else the machine does is not in it. */
export function processorMs(): number {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}
