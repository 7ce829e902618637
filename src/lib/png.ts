/**
 * Pictures as PNG (ISO/IEC 15948): eight bits a channel, red, green and blue, no filter. Reads only what it wrote itself.
 */
import {promisify} from 'node:util'
import {crc32, deflate, inflateSync} from 'node:zlib'

export interface Picture {
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** Three bytes a pixel, row by row from the top. */
  readonly rgb: Buffer
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export async function encodePng({width, height, rgb}: Picture): Promise<Buffer> {
  const row = width * 3
  const raw = Buffer.alloc((row + 1) * height)
  for (let y = 0; y < height; y++) rgb.copy(raw, y * (row + 1) + 1, y * row, (y + 1) * row)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const data = await promisify(deflate)(raw, {level: 6})
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/** Of a picture that `encodePng` made. */
export function decodePng(png: Buffer): Picture {
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const length = png.readUInt32BE(33)
  const raw = inflateSync(png.subarray(41, 41 + length))
  const row = width * 3
  const rgb = Buffer.alloc(row * height)
  for (let y = 0; y < height; y++) raw.copy(rgb, y * row, y * (row + 1) + 1, (y + 1) * (row + 1))
  return {width, height, rgb}
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
