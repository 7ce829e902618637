import {describe, expect, test} from 'vitest'
import {findByWords} from '../../../inventory/fdb/query.js'
import type {MachineAddress} from '../../../src/domain/machine/machine-address.js'
import {findByAddress, groupMachines, shortestUniquePlaces} from '../../../src/domain/machine/machine-records.js'
import {record} from '../../fixtures/inventory/make-records.js'

const uuid = '6513270e-269e-4d37-b2a7-4de452e6b438'
const web = record({uuid, mac: '00:50:56:13:00:01', tcp: '10.0.0.1', dist: 'debian', os: 'Linux'})
const webNet = {...web, mac: '00:50:56:13:00:02', tcp: '10.0.0.2', netName: 'Web01.example.org', ifName: '1'}
const twin = record({host: 'H2', mac: '00:50:56:13:00:09', userString: 'the web01 of the lab'})
const db = record({label: 'db01', dist: 'CentOS', os: 'Linux', tcp: '10.0.0.11'})
const all = [web, twin, webNet, db]

describe('by address', () => {
  test.each<[MachineAddress, string | undefined, readonly unknown[]]>([
    [{label: 'web01'}, undefined, [[web, webNet], [twin]]],
    [{label: 'web01'}, 'h1', [[web, webNet]]],
    [{label: 'web01'}, 'h2', [[twin]]],
    [{label: 'web01'}, 'H1', [[web, webNet]]],
    [{label: 'web0'}, undefined, []],
    [{uuid: uuid.replaceAll('-', '')}, undefined, [[web, webNet]]],
    [{mac: '00:50:56:13:00:02'}, undefined, [[web, webNet]]],
    [{tcp: 'web01.EXAMPLE.org'}, undefined, [[web, webNet]]],
    [{tcp: '10.0.0.1', mac: '00:50:56:13:00:02'}, undefined, [[web, webNet]]],
    [{path: '/vm/db01/db01.ctys'}, undefined, [[db]]],
    [{filename: 'web', basePaths: ['/vm']}, 'h2', [[twin]]],
    [{basePaths: ['/srv']}, undefined, []],
  ])('%j on %s gives whole machines', (address, host, expected) => {
    expect(findByAddress(all, address, host)).toEqual(expected)
  })

  test('machines written by hand without a path stay apart by label', () => {
    const some = [record({label: 'a', id: ''}), record({label: 'b', id: ''}), record({label: 'a', id: '', mac: 'x'})]
    expect(findByAddress(some, {}).map((machine) => machine.length)).toEqual([2, 1])
  })
})

describe('by words', () => {
  test.each<[readonly string[], readonly unknown[]]>([
    [['web01'], [web, twin, webNet]],
    [['WEB01', 'lab'], [twin]],
    [['linux'], [web, webNet, db].filter((it) => it.os !== '')],
    [['db01'], [db]],
    [['6513270e269e'], [web, webNet]],
    [['6513270E-269E-4d'], [web, webNet]],
    [['-269e-'], [web, webNet]],
    [['00:50:56:13:00:02'], [webNet]],
    [['10.0.0.1'], [web, db]],
    [
      ['/vm/', 'debian'],
      [web, webNet],
    ],
    [['h2'], [twin]],
    [['nothing'], []],
    [['web01', 'nothing'], []],
    [[], all],
  ])('%j', (words, expected) => {
    expect(findByWords(all, words)).toEqual(expected)
  })

  test.each([
    ['label', {label: 'exact'}, 'EXACT'],
    ['UUID', {uuid: uuid.replaceAll('-', '')}, uuid],
    ['MAC address', {mac: '00:50:56:13:0A:01'}, '00:50:56:13:0a:01'],
  ])('a word that is the whole %s puts its record first', (_, facts, word) => {
    const part = record({label: 'p', userString: `part of exact ${uuid} 00:50:56:13:0a:01`})
    const exact = record({label: 'e', ...facts})
    expect(findByWords([part, exact], [word])).toEqual([exact, part])
  })
})

describe('the shortest unique address', () => {
  test('is the label where it is enough', () => {
    expect(shortestUniquePlaces(groupMachines(all))).toEqual(['h1 l:web01', 'h2 l:web01', 'h1 l:db01'])
  })

  test('of namesakes on one host is something else they do not share', () => {
    const namesake = record({id: '/srv/web01.ctys', tcp: '10.0.0.7'})
    const bare = record({id: '/old/web01.ctys'})
    expect(shortestUniquePlaces(groupMachines([web, namesake, bare]))).toEqual([
      'h1 t:10.0.0.1',
      'h1 t:10.0.0.7',
      'h1 p:/old/web01.ctys',
    ])
  })
})
