import fc from 'fast-check'
import {expect, test} from 'vitest'
import {strip} from '../../../../src/drivers/qemu/monitor/telnet.js'

const will = [255, 251, 1]
const subnegotiation = [255, 250, 24, 1, 255, 240]

test.each([
  ['options', [...will, 65, ...[255, 253, 0], 66], [65, 66], []],
  ['a doubled 255', [65, 255, 255, 66], [65, 255, 66], []],
  ['a subnegotiation', [65, ...subnegotiation, 66], [65, 66], []],
  ['another command', [65, 255, 241, 66], [65, 66], []],
  ['an unfinished option', [65, 255, 251], [65], [255, 251]],
  ['an unfinished subnegotiation', [65, 255, 250, 24], [65], [255, 250, 24]],
])('%s', (_what, bytes, data, left) => {
  const seen = strip(Buffer.from(bytes))
  expect([[...seen.data], [...seen.left]]).toEqual([data, left])
})

test('the data is the same in pieces of any size', () => {
  const part = fc.oneof(fc.constant(will), fc.constant(subnegotiation), fc.array(fc.nat(254)))
  fc.assert(
    fc.property(fc.array(part), fc.array(fc.nat(20)), (parts, cuts) => {
      const bytes = Buffer.from(parts.flat())
      let rest = Buffer.alloc(0)
      const got: number[] = []
      let from = 0
      for (const cut of [...cuts, bytes.length]) {
        const {data, left} = strip(Buffer.concat([rest, bytes.subarray(from, from + cut)]))
        from += cut
        rest = Buffer.from(left)
        got.push(...data)
      }
      expect(got).toEqual([...strip(bytes).data])
    }),
  )
})
