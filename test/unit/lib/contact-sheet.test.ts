import {expect, test} from 'vitest'
import {drawText, glyphWidth} from '../../../src/lib/bitmap-font.js'
import {contactSheet} from '../../../src/lib/contact-sheet.js'
import type {Picture} from '../../../src/lib/png.js'

function blank(width: number, height: number, colour = 0): Picture {
  const rgb = Buffer.alloc(width * height * 3)
  for (let at = 0; at < width * height; at++) rgb.writeUIntBE(colour, at * 3, 3)
  return {width, height, rgb}
}

/** The dots of a picture as rows of text. */
function dots({width, height, rgb}: Picture): readonly string[] {
  return Array.from({length: height}, (_, y) =>
    Array.from({length: width}, (_, x) => (rgb.readUIntBE((y * width + x) * 3, 3) === 0 ? '.' : '#')).join(''),
  )
}

test('letters look like letters', () => {
  const picture = blank(glyphWidth * 2, 8)
  drawText(picture, 'Az', {x: 0, y: 0, scale: 1, colour: 0xffffff})
  expect(dots(picture)).toEqual([
    '..#.........',
    '.#.#........',
    '#...#.#####.',
    '#...#....#..',
    '#####...#...',
    '#...#..#....',
    '#...#.#####.',
    '............',
  ])
})

test('what has no letter is a question mark, and nothing is drawn outside', () => {
  const [strange, mark] = ['\u4e16', '?'].map((text) => {
    const picture = blank(4, 4)
    drawText(picture, text, {x: 0, y: 0, scale: 1, colour: 1})
    return picture.rgb
  })
  expect(strange).toEqual(mark)
})

test('every picture has a place of its own in its colour, and what is missing says why', () => {
  const colours = [0xff0000, 0x00ff00, 0x0000ff]
  const cells = colours.map((colour, index) => ({title: `m${index}`, picture: blank(64, 48, colour)}))
  const sheet = contactSheet('now', [...cells, {title: 'm3', text: 'UNREACHABLE'}])
  const at = (x: number, y: number) => sheet.rgb.readUIntBE((y * sheet.width + x) * 3, 3)
  const [left, right] = [12 + 240, 12 + 492 + 240]
  const [top, bottom] = [200, 200 + 394]
  expect([at(left, top), at(right, top), at(left, bottom)]).toEqual(colours)
  expect(at(right, bottom)).toBe(0x101214)
  expect(sheet.rgb.length).toBe(sheet.width * sheet.height * 3)
})
