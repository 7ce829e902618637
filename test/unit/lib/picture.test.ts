import {expect, test} from 'vitest'
import {decodePng, encodePng} from '../../../src/lib/png.js'
import {readPpm} from '../../../src/lib/ppm.js'
import {halfBlocks} from '../../../src/report/run/half-blocks.js'

const rgb = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9])
const picture = {width: 3, height: 2, rgb}

test('a picture comes back from its PNG', async () => {
  const png = await encodePng(picture)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect(decodePng(png)).toEqual(picture)
})

test('a PPM of QEMU is read', () => {
  expect(readPpm(Buffer.concat([Buffer.from('P6\n3 2\n255\n'), rgb]))).toEqual(picture)
})

test.each([
  ['nothing', ''],
  ['another format', 'P5\n3 2\n255\n'],
  ['too few pixels', 'P6\n3 2\n255\nxx'],
  ['too many pixels', `P6\n1 1\n255\n${'x'.repeat(4)}`],
  ['no width', `P6\n0 1\n255\n`],
  ['an endless width', `P6\n99999 1\n255\n${'x'.repeat(299_997)}`],
])('%s is none', (_, text) => {
  expect(readPpm(Buffer.from(text))).toBeUndefined()
})

test('in a terminal a cell shows two pixels, one above the other', () => {
  expect(halfBlocks({width: 1, height: 2, rgb: Buffer.from([1, 2, 3, 4, 5, 6])}, 80)).toBe(
    '\x1b[38;2;1;2;3;48;2;4;5;6m\u2580\x1b[0m\n',
  )
})

test('a wide picture is made as wide as the terminal, each cell the mean of its pixels', () => {
  const wide = {
    width: 4,
    height: 2,
    rgb: Buffer.from([...Array(6).fill(10), ...Array(6).fill(30), ...Array(12).fill(50)]),
  }
  expect(halfBlocks(wide, 2)).toBe(
    '\x1b[38;2;30;30;30;48;2;30;30;30m\u2580\x1b[38;2;40;40;40;48;2;40;40;40m\u2580\x1b[0m\n',
  )
})
