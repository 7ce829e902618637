import {describe, expect, test} from 'vitest'
import {endError} from '../../../../src/drivers/host/net-move/ask.js'
import {readTold} from '../../../../src/drivers/host/net-move/read-changes.js'
import {refusal} from '../../../../src/drivers/host/net-move/refusals.js'

const change = `change pending
id 1f0c93ab
way move
interface eth0
bridge ctysbr0
who me@desk
from 192.0.2.7
since 1796070832
phase applied
left 48
gap 40
watchdog alive
warning rules 2
warning odd
differ route4 10.0.0.0/8 dev @
end
`

test('a change is read with everything that is told of it', () => {
  expect(readTold(`verdict extended\n${change}`)).toMatchObject({
    verdict: ['extended'],
    changes: [
      {
        name: 'pending',
        change: {
          id: '1f0c93ab',
          way: 'move',
          interface: 'eth0',
          bridge: 'ctysbr0',
          who: 'me@desk',
          from: '192.0.2.7',
          since: 1796070832,
          phase: 'applied',
          leftMs: 48_000,
          interruptedMs: 40,
          watched: true,
          hints: [expect.stringContaining('2 routing rules'), 'odd'],
          differs: ['route4 10.0.0.0/8 dev @'],
        },
      },
    ],
  })
})

test('a change that was not begun yet has no phase, and no time left', () => {
  const [first] = readTold(change.replace(/^(phase|left|gap) .*\n/gm, '')).changes
  expect(first?.change.phase).toBe('prepared')
  expect(first?.change).not.toHaveProperty('leftMs')
  expect(first?.change).not.toHaveProperty('interruptedMs')
})

test.each([
  ['without its end', change.replace('end\n', '')],
  ['without an id', change.replace(/^id .*\n/m, '')],
  ['of a phase that nobody knows', change.replace('applied', 'perhaps')],
  ['that is empty', 'change pending\nend\n'],
])('a change %s is none', (_what, text) => {
  expect(readTold(text).changes).toEqual([])
})

test('numbers that are none are left out', () => {
  const odd = change.replace('left 48', 'left -1').replace('gap 40', 'gap 1e3').replace('since 1796070832', 'since x')
  const [first] = readTold(odd).changes
  expect(first?.change).toMatchObject({since: 0})
  expect(first?.change).not.toHaveProperty('leftMs')
  expect(first?.change).not.toHaveProperty('interruptedMs')
})

test('a host that tells without end is read in part', () => {
  const told = readTold(change.repeat(5_000) + 'owner x\n'.repeat(5_000))
  expect(told.changes.length).toBeLessThan(100)
  expect(told.lines.get('owner')?.length).toBeLessThan(200)
})

test('the first verdict counts', () => {
  expect(readTold('refused busy\nverdict confirmed\n').verdict).toEqual(['busy'])
})

describe('what is refused', () => {
  test.each([
    ['refused account admin', 'NO_PRIVILEGE', 'admin is not root'],
    ['refused missing lo eth1', 'NET_UNMOVABLE', 'eth0 is not there'],
    ['refused master br9', 'NET_UNMOVABLE', 'eth0 is a port of br9 already'],
    ['refused upper macvtap0', 'NET_UNMOVABLE', 'eth0 has macvtap0 on it'],
    ['owner NetworkManager 6d3f\nrefused owner', 'NET_OWNED', 'eth0 is kept by NetworkManager'],
    ['owner netplan 10-netplan-eth0.network\nrefused owner', 'NET_OWNED', 'eth0 is kept by netplan'],
    ['storage / nfs4 nas:/root\nrefused storage', 'NET_STORAGE', 'what the host needs is reached over eth0'],
    ['odd 10.0.0.0/8 nhid 5 dev eth0\nrefused odd', 'NET_UNMOVABLE', 'could not be put back'],
    ['owner libvirt virbr0\nrefused foreign', 'NET_FOREIGN', 'it is one of libvirt'],
    [`${change}refused busy`, 'NET_PENDING', 'change 1f0c93ab of me@desk from 192.0.2.7, 48 s left'],
    ['refused ports tap0 tap1', 'NET_IN_USE', 'tap0 tap1'],
    ['refused something', 'COMMAND_FAILED', 'something'],
  ])('%s', (text, code, message) => {
    const about = {host: 'h1', interface: 'eth0', bridge: 'ctysbr0'}
    expect(refusal(readTold(text), about)).toMatchObject({code, message: expect.stringContaining(message)})
  })

  test('a change that goes on is not', () => {
    expect(refusal(readTold(change), {host: 'h1'})).toBeUndefined()
  })
})

describe('how a change ended', () => {
  const [told] = readTold(change).changes
  if (told === undefined) throw new Error('the sample is not read')
  test.each([
    [{phase: 'applied'}, undefined],
    [{phase: 'confirmed', watched: false}, undefined],
    [{phase: 'applied', watched: false}, 'NET_BROKEN'],
    [{phase: 'broken'}, 'NET_BROKEN'],
    [{phase: 'reverted', reason: 'cancelled'}, 'NET_ROLLED_BACK'],
  ] as const)('%o', (facts, code) => {
    expect(endError('h1', {...told.change, ...facts})?.code).toBe(code)
  })
})
