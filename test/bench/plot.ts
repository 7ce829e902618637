import type {Growth} from './inventory-bench.js'

/** An SVG with time (solid) and memory (dashed) over the number of records, all axes logarithmic. */
export function growthPlot(points: readonly Growth[]): string {
  const width = 640
  const height = 360
  const margin = 60
  const x = scale(
    points.map(({records}) => records),
    margin,
    width - 20,
  )
  const y = scale([10, 1000], height - margin, 20)
  const path = (value: (point: Growth) => number) =>
    points
      .map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.records).toFixed(1)},${y(value(point)).toFixed(1)}`)
      .join(' ')
  const grid = [10, 30, 100, 300, 1000]
    .map(
      (v) =>
        `<line x1="${margin}" x2="${width - 20}" y1="${y(v)}" y2="${y(v)}" stroke="#ddd"/><text x="${margin - 8}" y="${y(v) + 4}" text-anchor="end">${v}</text>`,
    )
    .join('')
  const ticks = points
    .map(
      ({records}) =>
        `<text x="${x(records)}" y="${height - margin + 20}" text-anchor="middle">${records.toLocaleString('en')}</text>`,
    )
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>${grid}${ticks}
<path d="${path(({wallMs}) => wallMs)}" fill="none" stroke="#06c" stroke-width="2"/>
<path d="${path(({peakMiB}) => peakMiB)}" fill="none" stroke="#c60" stroke-width="2" stroke-dasharray="6 4"/>
<text x="${margin + 10}" y="34" fill="#06c">ctys find LABEL, wall ms</text>
<text x="${margin + 10}" y="52" fill="#c60">peak memory, MiB (dashed)</text>
<text x="${width / 2}" y="${height - 12}" text-anchor="middle">records in the inventory</text>
</svg>
`
}

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.log(Math.min(...values))
  const high = Math.log(Math.max(...values))
  return (value) => from + ((Math.log(value) - low) / (high - low)) * (to - from)
}
