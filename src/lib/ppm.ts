import type {Picture} from './png.js'

/** More than the screen of any machine. */
const maxSide = 16_384

/** A binary PPM as QEMU writes it (ppm(5): `P6`, width, height, 255, then the pixels); undefined for anything else. */
export function readPpm(data: Buffer): Picture | undefined {
  const head = /^P6\n(\d{1,5}) (\d{1,5})\n255\n/.exec(data.subarray(0, 32).toString('latin1'))
  if (head === null) return undefined
  const [width, height] = [Number(head[1]), Number(head[2])]
  const rgb = data.subarray(head[0].length)
  if (width < 1 || height < 1 || width > maxSide || height > maxSide) return undefined
  return rgb.length === width * height * 3 ? {width, height, rgb} : undefined
}
