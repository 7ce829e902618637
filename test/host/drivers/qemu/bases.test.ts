/** A relative base is a filter on the host, whatever the inventory knows. */
import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {emptyRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {withAbsoluteBases} from '../../../../src/drivers/qemu/bases.js'
import {chooseMachines} from '../../../../src/drivers/qemu/cancel/find.js'
import {locateMachine} from '../../../../src/drivers/qemu/create/locate.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {qemuFarm} from '../../../fakes/real-qemu.js'

const {signal} = new AbortController()
const farm = qemuFarm()
let place: string
let session: HostSession

beforeAll(async () => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'ctys-bases-')))
  session = await createLocalTransport().open({host: 'localhost'}, {signal})
})

afterAll(async () => {
  await farm.stop()
  await session.close()
  rmSync(place, {recursive: true, force: true})
})

const at = (home: string) => ({session: sessionUnderShell(session, ['env', `HOME=${home}`, 'sh']), signal})

/** A configuration at `<home>/<name>/<label>.ctys`; its record. */
function store(home: string, name: string, label: string) {
  const id = join(home, name, `${label}.ctys`)
  mkdirSync(join(home, name), {recursive: true})
  writeFileSync(id, `#@#MAGICID-QEMU\n#@#LABEL = "${label}"\n`)
  return {...emptyRecord(), host: 'localhost', type: 'QEMU', label, id}
}

test.each([
  [['vm'], ['HOME/vm']],
  [
    ['~/vm', '~'],
    ['HOME/vm', 'HOME'],
  ],
  [
    ['./vm//x/', '/abs'],
    ['HOME/vm/x', '/abs'],
  ],
])('%j are %j', async (basePaths, absolute) => {
  const expected = absolute.map((base) => base.replace('HOME', place))
  expect(await withAbsoluteBases({label: 'x', basePaths}, at(place))).toEqual({label: 'x', basePaths: expected})
})

test('a home that is a symbolic link counts under both of its names', async () => {
  const link = join(place, 'link')
  mkdirSync(join(place, 'real'))
  symlinkSync('real', link)
  const {basePaths} = await withAbsoluteBases({basePaths: ['vm']}, at(link))
  expect(basePaths).toEqual([join(link, 'vm'), join(place, 'real/vm')])
})

test('without a home nothing is selected', async () => {
  await expect(withAbsoluteBases({basePaths: ['vm']}, at(''))).rejects.toMatchObject({code: 'BASE_MISSING'})
})

test('a start takes no recorded machine that lies elsewhere than asked', async () => {
  const record = store(place, 'a', 'm1')
  const inside = store(place, 'b', 'm1')
  const found = (...basePaths: string[]) => locateMachine({label: 'm1', basePaths}, {...at(place), record})
  expect((await found('b')).id).toBe(inside.id)
  expect((await found('a')).id).toBe(record.id)
  await expect(found('c')).rejects.toMatchObject({code: 'BASE_MISSING'})
  mkdirSync(join(place, 'c'))
  await expect(found('c')).rejects.toMatchObject({code: 'MACHINE_NOT_FOUND'})
})

test.each([
  ['the UUID', {uuid: '0123456789abcdef0123456789abcdef'}, /its UUID is none now \(the inventory: 0123456789abcdef/],
  ['the name', {label: 'was'}, /its name is m2 now \(the inventory: was\)/],
])('a start says that %s of the configuration is another one by now', async (_what, recorded, message) => {
  const record = {...store(place, 'd', 'm2'), ...recorded}
  const home = mkdtempSync(join(place, 'home-'))
  await expect(locateMachine({label: record.label}, {...at(home), record})).rejects.toMatchObject({
    code: 'MACHINE_NOT_FOUND',
    message: expect.stringMatching(message),
  })
})

test('a stop ends no machine that does not lie below the base', async () => {
  const {label} = await farm.start({label: 'b-elsewhere'})
  const record = {...emptyRecord(), host: 'localhost', type: 'QEMU', label, id: '/vm/x/x.ctys'}
  const ask = {machine: {label, basePaths: ['vm']}, how: 'poweroff', force: false, graceMs: 0} as const
  const task = {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'cancel', ask, record, timeoutMs: 1} as const
  await expect(chooseMachines(task, at(place))).rejects.toMatchObject({code: 'NOT_RUNNING'})
})
