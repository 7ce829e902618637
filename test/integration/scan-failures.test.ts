/** What can go wrong in a scan, for real: nothing is lost from the inventory, and each fault is told with its place. */
import {chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {wedge} from '../lab/wedge.js'
import {ctys} from './run-ctys.js'

let lab: Lab
/** A scan of h4, whose storage does not answer: its two minutes pass beside the other tests. */
let wedged: ReturnType<typeof scan>
let holder: Awaited<ReturnType<typeof wedge>>

beforeAll(async () => {
  lab = await startLab({hosts: 4})
  for (const host of [1, 2, 3]) for (const label of ['one', 'two']) lab.makeVm(host, {label})
  lab.makeVm(4, {label: 'one'})
  expect(await scan('h1', 'h2', 'h3', 'h4')).toMatchObject({code: 0})
  mkdirSync(lab.hostPath(4, '/vm/wedged'))
  lab.makeVm(4, {label: 'aside', dir: '/srv'})
  holder = await wedge(lab, 4, '/vm/wedged')
  wedged = scan('h4', '--base', '/srv').finally(() => holder.kill('SIGKILL'))
})

afterAll(() => lab?.down())

function scan(...words: readonly string[]) {
  return ctys(lab, ['scan', '--base', '/vm', ...words], {timeoutMs: 200_000})
}

const inventoryFile = () => join(lab.ctlHome, '.ctys/db/default/enum.fdb')

/** `host label` of every QEMU machine that is recorded. */
function recorded(): readonly string[] {
  const lines = readFileSync(inventoryFile(), 'utf8').split('\n')
  return lines.flatMap((line) => {
    const [host, type, label] = line.split(';')
    return type === 'QEMU' ? [`${host} ${label}`] : []
  })
}

const all = ['h1', 'h2', 'h3'].flatMap((host) => [`${host} one`, `${host} two`])

describe.sequential('a host', () => {
  test('that accepts connections and never answers keeps its records; the others are scanned', async () => {
    lab.makeVm(1, {label: 'new'})
    lab.freezeHost(2)
    const told = await scan('h1', 'h2', 'h3')
    lab.thawHost(2)
    expect(told.code).toBe(4)
    expect(told.stderr).toMatch(/^h2: CONNECT_TIMEOUT: /m)
    expect(told.stderr).toMatch(/2 machines kept in the inventory as last seen \d+[smh]? ago/)
    expect(recorded()).toEqual(expect.arrayContaining([...all, 'h1 new']))
  })

  test('whose key changed keeps its records', async () => {
    await lab.changeHostKey(3)
    const told = await scan('h3')
    expect(told).toMatchObject({code: 1, stderr: expect.stringContaining('HOST_KEY_CHANGED')})
    expect(recorded()).toEqual(expect.arrayContaining(all))
    await lab.learnHostKeys()
  })

  test('whose cable is cut in the middle of the scan keeps its records', async () => {
    // a search that takes its time: the cable is cut while it runs
    const many = lab.hostPath(2, '/vm/many')
    for (let i = 0; i < 40; i++) for (let j = 0; j < 100; j++) mkdirSync(`${many}/${i}/${j}`, {recursive: true})
    const cut = sleep(400).then(() => lab.cutCable(2))
    const told = await scan('h1', 'h2')
    await cut
    await lab.joinCable(2)
    expect(recorded()).toEqual(expect.arrayContaining(all))
    // it is quick on some machines: then it was done before the cable was cut
    if (told.code !== 0) expect(told.stderr).toMatch(/^h2: (?:CONNECTION_LOST|CONNECT_TIMEOUT|UNREACHABLE)/m)
    rmSync(many, {recursive: true})
  })
})

describe.sequential('a directory', () => {
  test('that cannot be read is named, and what is recorded below it stays', async () => {
    chmodSync(lab.hostPath(1, '/vm/two'), 0)
    chownSync(lab.hostPath(1, '/vm/two'), 0, 0)
    const told = await scan('h1')
    expect(told).toMatchObject({code: 4, stderr: expect.stringContaining('h1:/vm/two: not searched')})
    expect(recorded()).toContain('h1 two')
    chmodSync(lab.hostPath(1, '/vm/two'), 0o755)
  })

  test('on storage that does not answer is told, the other bases are searched', {timeout: 300_000}, async () => {
    const told = await wedged
    expect(told.code).toBe(4)
    expect(told.stderr).toMatch(/^h4:\/vm: not searched: the file system did not answer within \d+ s/m)
    expect(recorded()).toEqual(expect.arrayContaining([...all, 'h4 one', 'h4 aside']))
  })
})

test('a file that is no sound configuration is told with host, file, line and reason, and its record stays', async () => {
  const config = lab.hostPath(2, '/vm/one/one.ctys')
  const sound = readFileSync(config, 'utf8')
  const lines = sound.split('\n')
  const at = lines.findIndex((line) => line.includes('#@#UUID'))
  writeFileSync(config, lines.with(at, '#@#UUID = "$(touch /tmp/hurt)"').join('\n'))
  const told = await scan('h2')
  expect(told.stderr).toContain(`h2:/vm/one/one.ctys:${at + 1}: UUID: no UUID: "$(touch /tmp/hurt)"`)
  expect(recorded()).toContain('h2 one')
  writeFileSync(config, sound)
  rmSync(config)
  expect((await scan('h2', '-n')).stdout).toMatch(/^gone: h2 one /m)
})

test('what scans remember may be lost or broken at any time', async () => {
  lab.makeVm(3, {label: 'late'})
  const memory = join(lab.ctlHome, '.ctys/db/default/scan')
  rmSync(memory, {recursive: true})
  expect(await scan('h3')).toMatchObject({code: 0})
  expect(recorded()).toContain('h3 late')
  writeFileSync(join(memory, 'h3.json'), '{"broken')
  expect(await scan('h3')).toMatchObject({code: 0})
  expect(recorded()).toContain('h3 late')
})
