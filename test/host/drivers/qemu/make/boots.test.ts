/**
 * Boots from every medium, seen on the serial console: a sector of machine code that says a word there, on a floppy, a CD, a
 * USB stick, a disk and a network, with a real QEMU under the wrapper.
 */
import {spawn} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {wrappedMachine} from '../../../../fakes/wrapped-machine.js'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ctys-boots-'))
})
afterAll(() => rmSync(root, {recursive: true, force: true}))

/** Writes the word to the first serial line and halts; wherever it lies in memory. */
function sectorSaying(word: string): Buffer {
  const code = 'e8 0000 5e 83c615 0e 1f fc ba f803 ac 84c0 7403 ee ebf8 f4 ebfd'
  const sector = Buffer.alloc(512)
  Buffer.concat([Buffer.from(code.replaceAll(' ', ''), 'hex'), Buffer.from(`${word}\r\n\0`)]).copy(sector)
  sector.writeUInt16LE(0xaa55, 510)
  return sector
}

/** The least that firmware boots (El Torito, no emulation): it reads no file system. */
function cdSaying(word: string): Buffer {
  const cd = Buffer.alloc(32 * 2048)
  const at = (sector: number) => cd.subarray(sector * 2048, (sector + 1) * 2048)
  at(16).write('\x01CD001\x01', 'latin1')
  at(17).write('\x00CD001\x01EL TORITO SPECIFICATION', 'latin1')
  at(17).writeUInt32LE(19, 0x47)
  at(18).write('\xffCD001\x01', 'latin1')
  const catalog = at(19)
  catalog[0] = 1
  catalog.writeUInt16LE(0xaa55, 30)
  catalog.writeUInt16LE((0x10000 - 1 - 0xaa55) & 0xffff, 28)
  catalog[32] = 0x88
  catalog.writeUInt16LE(1, 38)
  catalog.writeUInt32LE(20, 40)
  sectorSaying(word).copy(at(20))
  return cd
}

const padded = (sector: Buffer, bytes: number) => Buffer.concat([sector, Buffer.alloc(bytes - sector.length)])

interface Medium {
  readonly options: (path: string) => readonly string[]
  readonly content: (word: string) => Buffer
  readonly keys?: (path: string) => readonly string[]
}

const media: Readonly<Record<string, Medium>> = {
  HDD: {options: () => [], content: (word) => padded(sectorSaying(word), 2 ** 20)},
  FDD: {options: (path) => [`--bootmode=FDD%${path}`], content: (word) => padded(sectorSaying(word), 1440 * 1024)},
  CD: {options: (path) => [`--bootmode=CD%${path}`], content: cdSaying},
  USB: {options: (path) => [`--bootmode=USB%${path}`], content: (word) => padded(sectorSaying(word), 2 ** 20)},
  PXE: {
    options: () => ['--bootmode=PXE'],
    content: sectorSaying,
    keys: (path) => [
      'NET = "none"',
      'ARG0 = "-netdev"',
      `ARG1 = "user,id=p,tftp=${join(path, '..')},bootfile=/medium"`,
      'ARG2 = "-device"',
      'ARG3 = "virtio-net-pci,netdev=p"',
    ],
  },
}

test.each(Object.entries(media))(
  '%s',
  async (name, {options, content, keys = () => []}) => {
    const label = `boot${name.toLowerCase()}`
    const folder = join(root, `media-${name}`)
    mkdirSync(folder)
    const medium = join(folder, 'medium')
    const word = `booted from ${name}`
    writeFileSync(medium, content(word))
    const disk = name === 'HDD' ? medium : join(folder, 'empty')
    if (name !== 'HDD') writeFileSync(disk, Buffer.alloc(2 ** 20))
    const own = ['VRAM = "32"', 'NIC = ";"', 'VGADRIVER = ";"', 'ACCELERATOR = "QEMU"', `HDDBOOTIMAGE = "${disk}"`]
    const {home, wrapper} = wrappedMachine(root, label, [...own, 'HDDBOOTIMAGE_FORMAT = "raw"', ...keys(medium)], false)
    const env = {PATH: process.env.PATH, USER: 'ann', CTYS_SOCKBASE: root}
    const qemu = spawn('sh', [wrapper, ...options(medium)], {env, cwd: home, stdio: ['ignore', 'ignore', 'pipe']})
    let said = ''
    qemu.stderr.on('data', (chunk: Buffer) => {
      said += chunk
    })
    const log = join(home, `${label}.console.log`)
    const shown = () => (existsSync(log) ? readFileSync(log, 'latin1') : '')
    try {
      const end = performance.now() + 60_000
      while (!shown().includes(word) && qemu.exitCode === null && performance.now() < end) await sleep(50)
      expect(shown(), said).toContain(word)
    } finally {
      qemu.kill('SIGKILL')
    }
  },
  90_000,
)
