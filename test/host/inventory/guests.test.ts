import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import catalogue from '../../../inventory/guests/catalogue.json' with {type: 'json'}
import {createGuests} from '../../../inventory/guests/guests.js'
import images from '../../../inventory/images/catalogue.json' with {type: 'json'}
import {validateLayout} from '../../../inventory/yaml/validate.js'
import type {CtysError} from '../../../src/domain/errors.js'
import {parseStep} from '../../../src/lib/boot-step.js'
import {parseNew} from '../../../src/parse/make/parse-new.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ctys-guests-'))
})
afterEach(() => rmSync(folder, {recursive: true}))
const {signal} = new AbortController()

test('what ctys knows fits its schema; its words are those of ctys new, its steps steps, its images there', async () => {
  expect(validateLayout('guests', catalogue)).toEqual([])
  const all = await createGuests(folder).all()
  const names = new Set(images.images.map(({name}) => name))
  expect(new Set(all.map(({name}) => name)).size).toBe(all.length)
  for (const guest of all) {
    const {name, steps = [], image, arch, machine, cpu, memory, nic, bus, vga, clock, tablet, serial, install} = guest
    const faults: string[] = []
    const words = {arch, machine, cpu, memory, nic, bus, vga, clock, tablet, step: steps}
    parseNew({name: 'x', ...words}, (word, reason) => faults.push(`${name}: ${word}: ${reason}`))
    expect(faults).toEqual([])
    expect(steps.map(parseStep).filter((step) => typeof step === 'string')).toEqual([])
    expect([name, serial.length > 0, install.length > 0]).toEqual([name, true, true])
    if (image !== undefined) expect(names).toContain(image)
  }
})

test('every system of the manual is there, and every CPU it names', async () => {
  const all = await createGuests(folder).all()
  const manual = all.filter(({source}) => source.includes('tables 1 and 2'))
  expect(manual.length).toBeGreaterThanOrEqual(33)
  const archs = new Set(all.map(({arch}) => arch))
  for (const arch of ['x86_64', 'i386', 'arm', 'aarch64', 'mips', 'ppc', 'ppc64', 'sh4', 'm68k', 'alpha', 'sparc']) {
    expect(archs).toContain(arch)
  }
})

test('entries of the user come first, may be like another, and every fault is told with its place', async () => {
  const file = join(folder, 'guests.yaml')
  writeFileSync(file, 'guests:\n  - {name: ours, like: openbsd-4.6, memory: 1G}\n  - {name: arch, title: Mine}\n')
  const all = await createGuests(folder).all()
  expect(all[0]).toMatchObject({name: 'ours', nic: 'e1000', memory: '1G', source: file, evidence: 'arguments only'})
  expect(all.filter(({name}) => name === 'arch')).toMatchObject([{title: 'Mine'}])
  writeFileSync(file, "guests:\n  - {name: 'a b', nic: 'x y'}\n  - {nam: x}\n")
  const error: unknown = await createGuests(folder)
    .all()
    .catch((thrown: unknown) => thrown)
  const {code, message, details = []} = error as CtysError
  expect([code, [message, ...details].length]).toEqual(['CONFIG', 4])
  expect(message).toContain(`${file}:2:6: guests[0].name: "a b" is not letters`)
  writeFileSync(file, 'guests: [{name: a, like: nosuch}]\n')
  await expect(createGuests(folder).all()).rejects.toThrow("guests[0].like: 'nosuch' is no guest")
  writeFileSync(file, 'guests: [{name: a, like: b}, {name: b, like: a}]\n')
  expect((await createGuests(folder).all()).map(({name}) => name)).toEqual(expect.arrayContaining(['a', 'b']))
})

test('what was seen to boot is kept, once a guest, and shown', async () => {
  const guests = createGuests(folder)
  await guests.saw([{name: 'arch', date: '2026-01-02', qemu: '7.2.22'}], signal)
  await guests.saw(
    [
      {name: 'arch', date: '2026-01-03', qemu: '9.1.0'},
      {name: 'none', date: '2026-01-03', qemu: '1.0'},
    ],
    signal,
  )
  const [arch] = (await guests.all()).filter(({name}) => name === 'arch')
  expect(arch?.evidence).toBe('booted 2026-01-03 with QEMU 9.1.0')
  expect(readFileSync(join(folder, 'guests-seen.yaml'), 'utf8').match(/"arch"/g)).toHaveLength(1)
})
