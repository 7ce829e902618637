/** `ctys new -f` on this machine: what a file says is made, refused with every fault in its place, and never executed. */
import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {newMachines} from '../../../../src/app/machines/new-machines.js'
import {compose} from '../../../../src/compose/compose.js'
import {UsageError} from '../../../../src/domain/errors.js'
import type {MakeData} from '../../../../src/domain/work/make.js'
import {standIn} from '../../../fakes/wrapped-machine.js'
import {rounds} from '../../../lab/rounds.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ctys-lab-file-'))
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

async function make(text: string, {yes = true, dryRun = false} = {}) {
  const file = join(root, 'lab.yaml')
  writeFileSync(file, text)
  const {signal} = new AbortController()
  const none = () => {}
  const context = compose({signal, emit: none, note: none, fanout: 4, transport: 'local', inventory: join(root, 'db')})
  try {
    const result = await newMachines({type: 'QEMU', file, words: {}, yes, dryRun}, context)
    const outcomes = result.kind === 'make' ? result.outcomes : []
    return outcomes.flatMap((outcome): MakeData[] => {
      if (outcome.status === 'ok' && outcome.data.kind === 'make') return [outcome.data]
      throw new Error(JSON.stringify(outcome))
    })
  } finally {
    await context.transport.close()
  }
}

const faultsOf = async (text: string): Promise<readonly string[]> => {
  const error: unknown = await make(text).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  const {message, details = []} = error as UsageError
  return [message, ...details].map((line) => line.replaceAll(join(root, 'lab.yaml'), 'FILE'))
}

const states = (data: readonly MakeData[]) =>
  data.flatMap(({machines}) => machines.map(({label, state}) => `${label} ${state}`)).sort()

test('machines of a file, by defaults and by themselves; the repetition makes exactly what is missing', async () => {
  const text = `
defaults: {dir: ${root}/vm, size: 1G, memory: 64M}
machines:
  - name: web[1-3]
    cpus: 2
  - {name: db1, memory: 128M, mac: 52:54:00:00:00:01, size: ''}
`
  expect(await make(text, {dryRun: true})).toEqual([])
  expect(existsSync(join(root, 'vm'))).toBe(false)
  expect(states(await make(text))).toEqual(['db1 made', 'web1 made', 'web2 made', 'web3 made'])
  const config = readFileSync(join(root, 'vm/db1/db1.ctys'), 'utf8')
  expect(config).toContain('#@#VRAM = "128"')
  expect(config).toContain('#@#MAC0 = "52:54:00:00:00:01"')
  expect(readFileSync(join(root, 'vm/web2/web2.ctys'), 'utf8')).toContain('#@#VCPU = "2"')
  rmSync(join(root, 'vm/web2'), {recursive: true})
  expect(states(await make(text))).toEqual(['db1 there', 'web1 there', 'web2 made', 'web3 there'])
})

test('files that a file names lie beside it, or in the home directory', async () => {
  writeFileSync(join(root, 'key.pub'), `ssh-ed25519 AAAA${'b'.repeat(60)} ann@here\n`)
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(root, 'base.qcow2'), '1M'])
  const text = `machines: [{name: a, dir: ${root}/vm, ssh-key: key.pub, image: ./base.qcow2}]`
  expect(states(await make(text))).toEqual(['a made'])
  expect(readFileSync(join(root, 'vm/a/seed/meta-data'), 'utf8')).toContain('ann@here')
  const faults = await faultsOf(`machines: [{name: b, ssh-key: ~/no such.pub}]`)
  expect(faults).toEqual([expect.stringContaining('~/no such.pub cannot be read')])
})

test('every fault has its place, all at once, and nothing is made', async () => {
  const faults = await faultsOf(`hosts: [not a host]
defaults:
  memory: much
  colour: red
  dir: ${root}/vm
machines:
  - name: web[1-2]
    mac: 52:54:00:00:00:01
    format: vmdk
  - {name: 'a b', cpus: two, image: '::'}
  - {name: db, arg: [{}]}
  - size: 1G
`)
  for (const line of [
    /^FILE:1:1: hosts: target 'not a host'/,
    /^FILE:3:3: defaults\.memory: 'much' is no amount of memory/,
    /^FILE:4:3: defaults\.colour: is not known here/,
    /^FILE:8:5: machines\[0\]\.mac: is for one machine, not for 2/,
    /^FILE:9:5: machines\[0\]\.format: "vmdk" is not one of qcow2, raw/,
    /^FILE:10:6: machines\[1\]\.name: 'a b' is no name/,
    /^FILE:10:19: machines\[1\]\.cpus: is no number of CPUs/,
    /^FILE:10:30: machines\[1\]\.image: /,
    /^FILE:11:22: machines\[2\]\.arg\[0\]: is a map instead of text/,
    /^FILE:12:5: machines\[3\]: lacks name/,
  ]) {
    expect(
      faults.filter((fault) => line.test(fault)),
      String(line),
    ).toHaveLength(1)
  }
  expect(existsSync(join(root, 'vm'))).toBe(false)
})

test.each([
  ['', /lab.yaml: is empty/],
  ['machines: [', /lab.yaml:\d+:\d+: /],
  ['a: &x [1]\nmachines: *x\n', /lab.yaml:2:\d+: /],
  ['machines: []\n', /machines: is empty/],
  ['machines:\n - {name: a}\n - {name: a}\n', /machines\[1\].name: \S+ gets a machine a twice/],
  ['machines:\n - {name: a, uuid: x}\n', /machines\[0\].uuid: 'x' is no UUID/],
  ['[1]', /is a list instead of a map/],
  ['{"machines": [{"name": "a", "cpus": 0}]}', /1:\d+: machines\[0\].cpus: /],
])('%j is refused', async (text, fault) => {
  await expect(make(text)).rejects.toThrow(fault)
})

test('without a question nothing is made, and words beside a file are refused', async () => {
  const text = `machines: [{name: a, dir: ${root}/vm}]`
  await expect(make(text, {yes: false})).rejects.toThrow(/1 machine would be made/)
  expect(existsSync(join(root, 'vm'))).toBe(false)
})

/** Texts that a shell, YAML, QEMU or a configuration could take for more than text. */
const hostile = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...`'"\`$\\;|&<>(){}[]*?~#!=,%: \t\r-@`),
      fc.constantFrom('$(touch X)', '`touch X`', '";touch X;"', "'\ntouch X\n'", '#@#UUID = "'),
      fc.string({unit: 'binary', minLength: 1, maxLength: 1}),
    ),
    maxLength: 12,
  })
  .filter((text) => !/\p{Cs}/u.test(text))
const line = hostile.map((text) => text.replaceAll(/[\0\n\u{fffd}]/gu, ''))
const name = line.map((text) => text.replaceAll('/', '')).filter((text) => Buffer.byteLength(text) < 100)

test('whatever stands in any field is data: refused in its place, or byte for byte what QEMU is called with', async () => {
  const version = 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)'
  const starter = standIn(root, 'qemu-system-x86_64', version)
  const words = fc.record({
    dir: name,
    kernel: name,
    image: name,
    append: line,
    arg: fc.array(line, {maxLength: 3}),
    spoilt: fc.option(fc.record({field: fc.constantFrom(...texts), text: hostile}), {freq: 1}),
  })
  let made = 0
  let round = 0
  await fc.assert(
    fc.asyncProperty(words, async ({dir, kernel, image, append, arg, spoilt}) => {
      const home = join(root, String(++round))
      mkdirSync(home)
      const paths = {dir: `${home}/d${dir}`, kernel: `${home}/k${kernel}`, image: `${home}/i${image}`}
      writeFileSync(paths.kernel, '')
      writeFileSync(paths.image, Buffer.alloc(512))
      const label = `vm${round}`
      const entry = {name: label, format: 'raw', net: 'none', append, arg, ...paths}
      const text = JSON.stringify({machines: [spoilt === null ? entry : {...entry, [spoilt.field]: spoilt.text}]})
      const result = await make(text).catch((error: unknown) => {
        expect(error).toBeInstanceOf(UsageError)
        expect(String(error)).toMatch(/lab.yaml:1:\d+: /)
        return undefined
      })
      const left = readdirSync(process.cwd()).concat(readdirSync(root), readdirSync(home))
      expect(left).not.toContain('X')
      if (result === undefined) expect(existsSync(paths.dir)).toBe(false)
      if (result === undefined || spoilt !== null) return
      expect(result[0]?.notMade).toEqual([])
      made += 1
      const wrapper = join(paths.dir, `${label}/${label}.sh`)
      execFileSync('sh', ['-n', wrapper])
      const argvFile = join(home, 'argv')
      const run = spawnSync('sh', [wrapper, `--startercall=${starter}`], {
        cwd: home,
        env: {PATH: process.env.PATH, USER: 'ann', CTYS_SOCKBASE: root, ARGV_FILE: argvFile},
      })
      expect(run.status, run.stderr.toString()).toBe(0)
      const argv = readFileSync(argvFile, 'utf8').split('\0').slice(0, -1)
      expect(argv[argv.indexOf('-kernel') + 1]).toBe(paths.kernel)
      if (append !== '') expect(argv[argv.indexOf('-append') + 1]).toBe(append)
      const end = argv.length - 2
      expect(argv.slice(end - arg.length, end)).toEqual(arg)
      const doubled = `${paths.dir}/${label}/${label}.img`.replaceAll(',', ',,')
      expect(argv.slice(end)).toEqual(['-drive', `file=${doubled},format=raw,if=none,id=hd0`])
      expect(readdirSync(home)).not.toContain('X')
    }),
    {numRuns: rounds(200)},
  )
  expect(made).toBeGreaterThan(2)
})

const texts = [
  ...['name', 'hosts', 'size', 'memory', 'cpus', 'mac', 'ip', 'uuid', 'net', 'arch', 'machine', 'bus', 'nic', 'cdrom'],
  ...['initrd', 'ssh-key', 'user-data', 'full', 'format', 'image', 'dir'],
]
