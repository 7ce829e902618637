import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {endianness, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {byteOrderFunction} from '../../../../src/drivers/qemu/remote/byte-order.js'

let dir: string
const sysfs = '/sys/kernel/cpu_byteorder'

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-order-'))
  for (const order of ['big', 'little']) writeFileSync(join(dir, order), `${order}\n`)
})
afterAll(() => rmSync(dir, {recursive: true}))

const shows = (text: string) => `od() { echo '${text}'; }\n`

describe.each([['dash'], ['bash'], ['busybox', 'sh'], ['mksh']] as const)('%s', (...shell) => {
  test.each([
    ['sysfs says big', 'big', '', 'big:'],
    ['sysfs says little, whatever od shows', 'little', shows('0000000   256'), ''],
    ['there is no sysfs and od shows big', 'missing', shows('0000000   256'), 'big:'],
    ['there is no sysfs and od shows it with zeros', 'missing', shows('0000000 00256'), 'big:'],
    ['there is no sysfs and od is that of this machine', 'missing', '', endianness() === 'BE' ? 'big:' : ''],
    ['there is neither', 'missing', 'od() { return 127; }\n', ''],
  ])('where %s', (_what, told, before, expected) => {
    const look = byteOrderFunction.replaceAll(sysfs, join(dir, told))
    const text = `set -uf\n${before}${look}\nbyte_order\necho "$swapped"`
    const [file, ...args] = [...shell, '-c', text]
    expect(execFileSync(file, args, {encoding: 'utf8'})).toBe(`${expected}\n`)
  })
})
