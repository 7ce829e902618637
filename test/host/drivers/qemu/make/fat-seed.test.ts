/** The FAT disk of a seed, made by the wrapper where QEMU has no vvfat, and read back. */
import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {seedNames} from '../../../../../src/drivers/qemu/make/wrapper/fat.js'
import {wrappedMachine, wrapperShells} from '../../../../fakes/wrapped-machine.js'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ctys-fat-'))
})
afterAll(() => rmSync(root, {recursive: true, force: true}))

/** A QEMU that lacks vvfat, as those of the RHEL family do. */
function plainQemu(): string {
  const path = join(root, 'qemu-system-x86_64')
  const script = `#!/bin/sh
case "$*" in
  -version) echo 'QEMU emulator version 9.1.0 (qemu-kvm-9.1.0-15.el9)' && exit ;;
  '-drive format=help') echo 'Supported formats: blkdebug luks qcow2 raw' && exit ;;
esac
printf '%s\\0' "$@" >"$ARGV_FILE"
`
  writeFileSync(path, script, {mode: 0o755})
  return path
}

/** Of a FAT16 disk with long names, by its own words: nothing of the writer is used. */
function readFat(disk: Buffer) {
  const [sector, perCluster, reserved] = [disk.readUInt16LE(11), disk[13] ?? 0, disk.readUInt16LE(14)]
  const [copies, roots, fatSectors] = [disk[16] ?? 0, disk.readUInt16LE(17), disk.readUInt16LE(22)]
  const rootAt = (reserved + copies * fatSectors) * sector
  const dataAt = rootAt + roots * 32
  const next = (cluster: number, copy = 0) => disk.readUInt16LE((reserved + copy * fatSectors) * sector + cluster * 2)
  const files: Record<string, Buffer> = {}
  const shorts: string[] = []
  let [label, long] = ['', '']
  for (let at = rootAt; at < dataAt && disk[at] !== 0; at += 32) {
    const attributes = disk[at + 11]
    if (attributes === 8) label = disk.toString('latin1', at, at + 11).trimEnd()
    else if (attributes === 0x0f) {
      const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30]
      const part = places.map((place) => disk.readUInt16LE(at + place)).filter((unit) => unit !== 0 && unit !== 0xffff)
      long = String.fromCharCode(...part) + long
    } else {
      const short = disk.subarray(at, at + 11)
      let sum = 0
      for (const byte of short) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 255
      expect(disk[at - 32 + 13]).toBe(sum)
      const parts: Buffer[] = []
      for (let cluster = disk.readUInt16LE(at + 26); cluster >= 2 && cluster < 0xfff8; cluster = next(cluster)) {
        expect(next(cluster, 1)).toBe(next(cluster))
        const start = dataAt + (cluster - 2) * perCluster * sector
        parts.push(disk.subarray(start, start + perCluster * sector))
      }
      files[long] = Buffer.concat(parts).subarray(0, disk.readUInt32LE(at + 28))
      shorts.push(short.toString('latin1'))
      long = ''
    }
  }
  return {label, files, shorts, clusters: Math.floor((disk.length - dataAt) / (perCluster * sector))}
}

describe.each(wrapperShells)('under %s', (...shell) => {
  test('what is told is on the disk byte for byte, and the disk is made anew at each start', () => {
    const {call, home} = wrappedMachine(root, 'told', [`STARTERCALL = "${plainQemu()}"`, 'ACCELERATOR = "QEMU"'])
    rmSync(join(home, 'seed'), {recursive: true, force: true})
    mkdirSync(join(home, 'seed'))
    // sizes around whole clusters, one of nothing, and numbers with a percent sign among their bytes
    const bytes = (length: number) => Buffer.from(Array.from({length}, (_, n) => (n * 7) % 256))
    const files: Record<string, Buffer> = {
      'user-data': bytes(37 * 512 + 37),
      'meta-data': bytes(512),
      'vendor-data': bytes(0),
      'network-config': bytes(1),
    }
    for (const [name, content] of Object.entries(files)) writeFileSync(join(home, 'seed', name), content)
    const {argv = [], stderr} = call([], {shell})
    expect(stderr).toBe('')
    const image = join(home, 'seed.img')
    expect(argv).toContain(`driver=file,node-name=seed,filename=${image},read-only=on`)
    const disk = readFat(readFileSync(image))
    expect(disk.label).toBe('CIDATA')
    expect(disk.files).toEqual(files)
    expect(disk.clusters).toBeGreaterThan(4084)
    expect(execFileSync('blkid', ['-p', '-o', 'value', '-s', 'LABEL', '-s', 'TYPE', image]).toString()).toBe(
      'CIDATA\nvfat\n',
    )
    expect(statSync(image).mode & 0o777).toBe(0o600)
    expect(readdirSync(home).filter((name) => name.startsWith('.seed'))).toEqual([])
    writeFileSync(join(home, 'seed/meta-data'), 'other')
    call([], {shell})
    expect(readFat(readFileSync(image)).files['meta-data']?.toString()).toBe('other')
  })
})

test('every name a guest looks for can stand there; an installer finds its disk by its label', () => {
  const keys = [`STARTERCALL = "${plainQemu()}"`, 'ACCELERATOR = "QEMU"', 'SEEDLABEL = "OEMDRV"']
  const {call, home} = wrappedMachine(root, 'names', keys)
  mkdirSync(join(home, 'seed'))
  for (const name of seedNames) writeFileSync(join(home, 'seed', name), name)
  expect(call(['--print']).stdout).toContain('filename=')
  expect(existsSync(join(home, 'seed.img'))).toBe(false)
  call([])
  const {label, files, shorts} = readFat(readFileSync(join(home, 'seed.img')))
  expect(label).toBe('OEMDRV')
  expect(Object.entries(files).map(([name, content]) => [name, content.toString()])).toEqual(
    seedNames.map((name) => [name, name]),
  )
  expect(new Set(shorts).size).toBe(seedNames.length)
})

test('what does not fit is refused, and nothing is run', () => {
  const {call, home} = wrappedMachine(root, 'large', [`STARTERCALL = "${plainQemu()}"`, 'ACCELERATOR = "QEMU"'])
  mkdirSync(join(home, 'seed'))
  writeFileSync(join(home, 'seed/user-data'), Buffer.alloc(5 * 2 ** 20))
  const {status, argv, stderr} = call([])
  expect([status, argv]).toEqual([1, undefined])
  expect(stderr).toMatch(/too large[\s\S]*seed.img could not be made[\s\S]*remedy/)
  expect(existsSync(join(home, 'seed.img'))).toBe(false)
})
