import {mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {beforeEach, describe, expect, test} from 'vitest'
import type {ScanMemory} from '../../../../src/domain/inventory/scan-memory.js'
import type {ExecOptions, HostSession} from '../../../../src/domain/ports/ports.js'
import type {EnumerateData} from '../../../../src/domain/work/answers.js'
import {scanHost} from '../../../../src/drivers/host/scan/enumerate.js'
import {scanHosts, writeTool} from '../../../fakes/scan-hosts.js'
import {clockAhead, scanPlace} from '../../../fakes/scan-place.js'

const {signal} = new AbortController()
const types = ['QEMU', 'XEN', 'QEMU-INIT', 'PM']
const place = scanPlace()

/** Files made a moment ago look settled to a host whose clock is ahead. */
let ahead = false
beforeEach(() => {
  ahead = false
})
const setAhead = () => {
  ahead = true
}

function host(shell: readonly string[] = ['dash']): HostSession {
  return place.host(shell, () => (ahead ? clockAhead : {}))
}

interface Traffic {
  asked: number
  answered: number
  trips: number
}

/** Counts what goes to the host and comes back. */
function counted(inner: HostSession, traffic: Traffic): HostSession {
  return {
    ...inner,
    async script(script, args, options?: ExecOptions) {
      const result = await inner.script(script, args, options)
      traffic.trips += 1
      traffic.asked += script.text.length + args.join(' ').length
      traffic.answered += result.stdout.length + result.stderr.length
      return result
    },
  }
}

async function scan(on: HostSession, memory?: ScanMemory) {
  const {data, memory: next} = await scanHost(on, {basePaths: [place.dir], types, signal, ...(memory && {memory})})
  return {data, memory: next === 'same' ? memory : next, plain: withoutCount(data)}
}

/** As it comes from a file: what cannot be written as JSON is no memory. */
async function rescan(on: HostSession, memory: ScanMemory | undefined) {
  return scan(on, memory === undefined ? undefined : (JSON.parse(JSON.stringify(memory)) as ScanMemory))
}

function withoutCount({unchanged: _, ...data}: EnumerateData): EnumerateData {
  return data
}

const config = (label: string, more = '') =>
  `#@#MAGICID-QEMU\n#@#LABEL = "${label}"\n#@#MAC0 = "00:50:56:00:00:01"\n${more}`
function vm(name: string, more?: string): string {
  const path = join(place.dir, `${name}/${name}.ctys`)
  mkdirSync(join(place.dir, name), {recursive: true})
  writeFileSync(path, config(name, more))
  return path
}

describe.each(scanHosts)('a second scan under $name', ({shell, set, stat = true}) => {
  beforeEach(() => {
    setAhead()
    set(place.tools)
  })

  test('of an unchanged host is one short answer with the same result', async () => {
    for (let i = 0; i < 20; i++) vm(`vm${i}`)
    writeFileSync(join(place.dir, 'app.conf'), 'color = blue\n')
    const first = await scan(host(shell))
    const traffic = {asked: 0, answered: 0, trips: 0}
    const second = await rescan(counted(host(shell), traffic), first.memory)
    expect(second.plain).toEqual(first.plain)
    expect(second.data).toMatchObject({unchanged: 20, files: 20})
    expect(traffic.trips).toBe(1)
    expect(traffic.answered).toBeLessThan(100)
  })

  test('brings what was changed, added, moved or removed', async () => {
    for (const name of ['stays', 'changes', 'goes', 'moves']) vm(name)
    const {memory} = await scan(host(shell))
    vm('changes', '#@#OS = "Linux"\n')
    vm('new')
    rmSync(join(place.dir, 'goes'), {recursive: true})
    renameSync(join(place.dir, 'moves'), join(place.dir, 'moved'))
    const second = await rescan(host(shell), memory)
    const full = await scan(host(shell))
    expect(second.plain).toEqual(full.plain)
    expect(second.data.unchanged).toBe(1)
    expect(
      second.data.machines
        .map(({id}) => id.slice(place.dir.length))
        .filter((id) => id !== '')
        .sort(),
    ).toEqual(['/changes/changes.ctys', '/moved/moves.ctys', '/new/new.ctys', '/stays/stays.ctys'])
  })

  test('does not see the lease of a machine that was started since', async () => {
    const path = vm('web01')
    const first = await scan(host(shell))
    writeFileSync(join(place.dir, 'web01/.web01.ctys.lease'), '#ctys-lease 1\nLABEL = "web01"\nend\n')
    const traffic = {asked: 0, answered: 0, trips: 0}
    const {data} = await rescan(counted(host(shell), traffic), first.memory)
    expect([data.unchanged, data.files, traffic.answered < 100]).toEqual([1, 1, true])
    const {plain} = await scan(host(shell))
    expect(plain).toEqual(first.plain)
    expect(plain.machines.map(({id}) => id).filter((id) => id !== '')).toEqual([path])
  })

  test('tells of markers beside the configurations, which are no part of the listing', async () => {
    const marked = vm('web01')
    vm('web02')
    const before = await scan(host(shell))
    writeFileSync(join(place.dir, 'web01/.web01.ctys.suspended'), '')
    const inspected: string[] = []
    const watched = (inner: HostSession): HostSession => ({
      ...inner,
      async script(script, args, options) {
        if (script.name !== 'suspended') return inner.script(script, args, options)
        inspected.push(...args.slice(2))
        return {exitCode: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0)}
      },
    })
    const traffic = {asked: 0, answered: 0, trips: 0}
    // it is asked of the image, whether the listing is the same, comes anew, or the base is the file itself
    const again = await rescan(counted(watched(host(shell)), traffic), before.memory)
    expect([again.data.unchanged, traffic.answered < 250, inspected]).toEqual([2, true, [marked]])
    vm('web03')
    expect((await rescan(watched(host(shell)), before.memory)).data.files).toBe(3)
    await scanHost(watched(host(shell)), {basePaths: [marked], types, signal})
    expect(inspected).toEqual([marked, marked, marked])
  })

  test('of a changed host still costs one trip when the clock is right', async () => {
    ahead = false
    vm('old')
    const {memory} = await scan(host(shell))
    vm('new')
    const traffic = {asked: 0, answered: 0, trips: 0}
    const {data} = await rescan(counted(host(shell), traffic), memory)
    expect(data.files).toBe(2)
    expect(traffic.trips).toBe(stat ? 1 : 2)
  })
})

test('a thousand unchanged machines cost less than 21 kB, script included', async () => {
  setAhead()
  for (let i = 0; i < 1000; i++) vm(`machine-with-a-usual-name-${i}`, '#@#OS = "Linux"\n'.repeat(30))
  const {memory} = await scan(host())
  const traffic = {asked: 0, answered: 0, trips: 0}
  const {data} = await rescan(counted(host(), traffic), memory)
  expect(data.unchanged).toBe(1000)
  expect(traffic.asked + traffic.answered).toBeLessThan(8_100)
})

test('a file changed twice within a second, with the same size, is seen both times', async () => {
  const path = vm('web01', '#@#VCPU = "2"\n')
  let {memory} = await scan(host())
  for (const cpus of [3, 4, 5]) {
    writeFileSync(path, config('web01', `#@#VCPU = "${cpus}"\n`))
    const next = await rescan(host(), memory)
    memory = next.memory
    expect(next.data.machines[0]?.interfaces[0]?.vcpu).toBe(String(cpus))
  }
})

test('a file that keeps size and time but was replaced is seen', async () => {
  setAhead()
  const path = vm('web01', '#@#VCPU = "2"\n')
  const {atime, mtime} = statSync(path)
  const {memory} = await scan(host())
  writeFileSync(`${path}.new`, config('web01', '#@#VCPU = "3"\n'))
  utimesSync(`${path}.new`, atime, mtime)
  renameSync(`${path}.new`, path)
  const {data} = await rescan(host(), memory)
  expect(data.machines[0]?.interfaces[0]?.vcpu).toBe('3')
})

test('memory of other bases, or a listing it does not hold, is not used', async () => {
  setAhead()
  vm('web01')
  const {memory} = await scan(host())
  if (memory === undefined) throw new Error('nothing was remembered')
  expect((await rescan(host(), {...memory, bases: ['/elsewhere']})).data.unchanged).toBeUndefined()
  expect((await rescan(host(), {...memory, digest: '1 2', files: {}})).data).toMatchObject({files: 1})
})

test('a base that is gone since is named, and nothing is taken from memory', async () => {
  setAhead()
  vm('web01')
  const {memory} = await scan(host())
  rmSync(place.dir, {recursive: true})
  await expect(rescan(host(), memory)).rejects.toMatchObject({code: 'BASE_MISSING'})
})

test('a host with neither stat nor cksum gives every file every time', async () => {
  setAhead()
  vm('web01')
  for (const name of ['find', 'awk', 'sed', 'sh', 'date', 'uname', 'tr'])
    symlinkSync(`/usr/bin/${name}`, join(place.tools, name))
  const poor = () => place.poorHost('/usr/bin/dash')
  const first = await scan(poor())
  expect(first.data.machines.map(({label}) => label)).toContain('web01')
  expect((await rescan(poor(), first.memory)).data).toEqual(first.data)
})

test('a search that is killed is no search', async () => {
  vm('web01')
  const {memory} = await scan(host())
  writeTool(place.tools, 'find', 'kill -9 $$')
  await expect(rescan(host(), memory)).rejects.toMatchObject({code: 'BASE_MISSING'})
})

const ops = [
  'write',
  'rewrite',
  'remove',
  'rename',
  'renameDir',
  'touch',
  'replace',
  'odd',
  'plain',
  'xen',
  'image',
  'link',
] as const

interface Step {
  readonly op: (typeof ops)[number]
  readonly a: number
  readonly b: number
}

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom(...ops),
  a: fc.nat(3),
  b: fc.nat(3),
})

/** `pad`: makes every content longer than the one before, where the clock is a lie and cannot tell them apart. */
function take({op, a, b}: Step, root: string, pad: string): void {
  const folder = join(root, `d${a}`)
  mkdirSync(folder, {recursive: true})
  const files = readdirSync(folder, {withFileTypes: true}).flatMap((entry) => (entry.isFile() ? [entry.name] : []))
  const path = join(folder, files[b % Math.max(1, files.length)] ?? `vm${b}.ctys`)
  const text = config(`vm${a}${b}`, `#@#VCPU = "${b + 1}"\n${pad}`)
  switch (op) {
    case 'write':
      writeFileSync(join(folder, `vm${b}.ctys`), text)
      return
    case 'rewrite':
      writeFileSync(path, text)
      return
    case 'remove':
      rmSync(path, {force: true})
      return
    case 'rename':
      if (files.length > 0) renameSync(path, join(folder, `n${b}.ctys`))
      return
    case 'renameDir':
      rmSync(join(root, `d${b}`), {recursive: true, force: true})
      if (a !== b) renameSync(folder, join(root, `d${b}`))
      return
    case 'touch':
      if (files.length > 0) utimesSync(path, 1_000_000, 1_000_000)
      return
    case 'replace':
      writeFileSync(`${folder}/.tmp`, text)
      renameSync(`${folder}/.tmp`, path)
      return
    case 'odd':
      writeFileSync(join(folder, `o%\n${b}.ctys`), text)
      return
    case 'plain':
      writeFileSync(join(folder, `p${b}.conf`), `name = "x"\n${pad}`)
      return
    case 'image':
      writeFileSync(join(folder, `vm${b}.img`), pad)
      return
    case 'link':
      rmSync(join(folder, `vm${b}.qcow2`), {force: true})
      symlinkSync(b === 0 ? '..' : `../d${b}/vm${b}.img`, join(folder, `vm${b}.qcow2`))
      return
    case 'xen':
      writeFileSync(join(folder, `x${b}.cfg`), `name = "x${a}"\nmemory = 5${b}\n# ${pad}\n`)
      return
  }
}

test.each([
  ['right', false],
  ['ahead', true],
])(
  'whatever happens to the files, an incremental scan says what a full one says (clock %s)',
  async (_, isAhead) => {
    ahead = isAhead
    let counter = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, {maxLength: 4}), {minLength: 2, maxLength: 5}), async (rounds) => {
        rmSync(place.dir, {recursive: true, force: true})
        mkdirSync(place.dir)
        let memory: ScanMemory | undefined
        for (const steps of rounds) {
          for (const each of steps) take(each, place.dir, isAhead ? `${'#'.repeat(++counter)}\n` : '')
          const next = await rescan(host(), memory)
          memory = next.memory
          expect(next.plain).toEqual((await scan(host())).plain)
        }
      }),
      {numRuns: 25},
    )
  },
  120_000,
)
