import {describe, expect, test} from 'vitest'
import {type NetWords, netAskOf, parseBecome, parseNet} from '../../../../src/parse/net/parse-net.js'

function read(words: Partial<NetWords>) {
  const faults: string[] = []
  return {ask: parseNet({name: '0', become: [], force: false, ...words}, faults), faults}
}

test('an owner may stand with a group, and -g goes before it', () => {
  expect(read({owner: 'alice.users'})).toMatchObject({ask: {user: 'alice', group: 'users'}, faults: []})
  expect(read({owner: 'john.doe:users'})).toMatchObject({ask: {user: 'john.doe', group: 'users'}, faults: []})
  expect(read({owner: 'alice.users', group: 'kvm'})).toMatchObject({ask: {user: 'alice', group: 'kvm'}})
  expect(read({})).toMatchObject({ask: {name: '0', extent: 'bridge'}, faults: []})
})

test('what names a network that is there has nothing of how it is made', () => {
  const {ask} = read({owner: 'alice', bridge: 'br9', interface: 'eth1', sock: '/run/a', mgmt: '/run/b', force: true})
  expect(netAskOf(ask)).toEqual({name: '0', user: 'alice', sock: '/run/a', mgmt: '/run/b', become: [], force: true})
})

describe('names that no tool of a host takes are refused, all of them at once', () => {
  const bad = [
    '',
    '-d',
    '..',
    'a b',
    '$(reboot)',
    '`id`',
    "a'b",
    'a/b',
    'a\nb',
    'a%d',
    'x'.repeat(16),
    '\u202ebr0',
    'é',
  ]
  test.each(bad)('interface and bridge %j', (name) => {
    expect(read({bridge: name, interface: name}).faults.length).toBeGreaterThanOrEqual(2)
  })
  test.each(['', '-u', 'a b', '$(id)', 'a;b', '../x', 'a\nb', '0', 'x'.repeat(40)])('user and group %j', (name) => {
    expect(read({owner: `${name}:${name}`}).faults).toHaveLength(2)
  })
  test.each(['', '-', 'a b', '../../etc', 'a.b', '$(id)', 'x'.repeat(33)])('network %j', (name) => {
    expect(read({name}).faults).toHaveLength(1)
  })
  test.each(['', 'rel/a', '/a b', '/a\nb', `/${'x'.repeat(107)}`])('socket %j', (path) => {
    expect(read({sock: path, mgmt: `${path}`}).faults.length).toBeGreaterThanOrEqual(2)
  })
  test('and contradictions', () => {
    expect(read({extent: 'tap', bridge: 'br0'}).faults).toHaveLength(1)
    expect(read({sock: '/a', mgmt: '/a'}).faults).toHaveLength(1)
    expect(read({bridge: 'eth0', interface: 'eth0'}).faults).toHaveLength(1)
  })
})

test.each([
  ['SUDO', ['sudo'], 0],
  ['sudo,doas', ['sudo', 'doas'], 0],
  ['ALL', ['sudo', 'doas'], 0],
  ['ALL,NOSUDO', ['doas'], 0],
  ['NOKSU', [], 0],
  ['KSU', [], 1],
  ['su', [], 1],
])('-Z %s', (text, ways, count) => {
  const faults: string[] = []
  expect(parseBecome(text, faults)).toEqual(ways)
  expect(faults).toHaveLength(count)
})
