/** Many pictures in one, each below what it is. */
import {drawText, glyphHeight, glyphWidth} from './bitmap-font.js'
import type {Picture} from './png.js'

export interface SheetCell {
  readonly title: string
  /** Absent: `text` says why there is none. */
  readonly picture?: Picture
  readonly text?: string
}

/** Of a cell, in pixels; pictures keep their shape within. */
const cellWidth = 480
const cellHeight = 360
const gap = 12
const scale = 2
const lineHeight = glyphHeight * scale + 6
const back = 0x202428
const dark = 0x101214
const light = 0xf0f0f0
const dim = 0xa0a8b0

/** In rows from the left, about as many across as down. */
export function contactSheet(heading: string, cells: readonly SheetCell[]): Picture {
  const across = Math.max(1, Math.ceil(Math.sqrt(cells.length)))
  const down = Math.max(1, Math.ceil(cells.length / across))
  const width = gap + across * (cellWidth + gap)
  const height = gap + lineHeight + down * (cellHeight + lineHeight + gap)
  const sheet = {width, height, rgb: Buffer.alloc(width * height * 3)}
  paint(sheet, {x: 0, y: 0, width, height}, back)
  drawText(sheet, fitting(heading, width - 2 * gap), {x: gap, y: gap, scale, colour: light})
  for (const [index, {title, picture, text = ''}] of cells.entries()) {
    const x = gap + (index % across) * (cellWidth + gap)
    const y = gap + lineHeight + Math.floor(index / across) * (cellHeight + lineHeight + gap)
    drawText(sheet, fitting(title, cellWidth), {x, y, scale, colour: light})
    const place = {x, y: y + lineHeight, width: cellWidth, height: cellHeight}
    paint(sheet, place, dark)
    if (picture !== undefined) putScaled(sheet, picture, place)
    else drawText(sheet, fitting(text, cellWidth - gap), {x: x + gap, y: place.y + gap, scale, colour: dim})
  }
  return sheet
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function fitting(text: string, width: number): string {
  const most = Math.floor(width / (glyphWidth * scale))
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 2).join('')}..`
}

function paint({width, rgb}: Picture, box: Box, colour: number): void {
  const row = Buffer.alloc(box.width * 3)
  for (let x = 0; x < box.width; x++) row.writeUIntBE(colour, x * 3, 3)
  for (let y = box.y; y < box.y + box.height; y++) row.copy(rgb, (y * width + box.x) * 3)
}

/** In the middle, as large as fits; each pixel is the mean of what it stands for. */
function putScaled(sheet: Picture, picture: Picture, box: Box): void {
  const ratio = Math.min(box.width / picture.width, box.height / picture.height)
  const width = Math.max(1, Math.floor(picture.width * ratio))
  const height = Math.max(1, Math.floor(picture.height * ratio))
  const left = box.x + Math.floor((box.width - width) / 2)
  const top = box.y + Math.floor((box.height - height) / 2)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sheet.rgb.writeUIntBE(meanOf(picture, {x, y}, {width, height}), ((top + y) * sheet.width + left + x) * 3, 3)
    }
  }
}

/** The colour of what a pixel of a smaller, or larger, picture stands for. */
export function meanOf(
  {width, height, rgb}: Picture,
  at: {readonly x: number; readonly y: number},
  size: {readonly width: number; readonly height: number},
): number {
  const [left, right] = span(at.x, size.width, width)
  const [top, bottom] = span(at.y, size.height, height)
  let [red, green, blue] = [0, 0, 0]
  for (let row = top; row < bottom; row++) {
    for (let from = (row * width + left) * 3; from < (row * width + right) * 3; from += 3) {
      red += rgb[from] ?? 0
      green += rgb[from + 1] ?? 0
      blue += rgb[from + 2] ?? 0
    }
  }
  const count = (right - left) * (bottom - top)
  return (Math.round(red / count) << 16) | (Math.round(green / count) << 8) | Math.round(blue / count)
}

/** Which of `whole` parts the part `index` of `parts` stands for; at least one. */
function span(index: number, parts: number, whole: number): readonly [number, number] {
  const from = Math.floor((index * whole) / parts)
  return [from, Math.max(from + 1, Math.floor(((index + 1) * whole) / parts))]
}
