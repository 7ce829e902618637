import {expect, test} from 'vitest'
import type {ErrorInfo} from '../../../src/domain/errors.js'
import {failureLines, totalsLine} from '../../../src/report/shared/failures.js'
import * as s from '../../golden/report/samples.js'

const lines = (failures: readonly (readonly [string, ErrorInfo])[]) =>
  failureLines(
    failures.map(([host, error], i) => s.failed(String(i + 1), host, error)),
    {
      plan: s.planOf(
        s.list,
        failures.map(([host]) => host),
      ),
    },
  )
const error = (message: string, more: Partial<ErrorInfo> = {}): ErrorInfo => ({code: 'UNREACHABLE', message, ...more})

test('hosts that failed alike share one entry with the remedy once', () => {
  expect(
    lines([
      ['h3', error('no route', {hint: 'ping'})],
      ['h7', error('no route', {hint: 'ping'})],
    ]),
  ).toEqual(['h3, h7: UNREACHABLE: no route', '  next: ping'])
})

test('a different remedy, code or piece of evidence is a different entry', () => {
  expect(
    lines([
      ['h1', error('no route')],
      ['h2', error('no route', {hint: 'ping'})],
      ['h3', {...error('no route'), code: 'AUTH_FAILED'}],
      ['h4', error('no route', {details: ['log']})],
    ]),
  ).toEqual([
    'h1: UNREACHABLE: no route',
    'h2: UNREACHABLE: no route',
    '  next: ping',
    'h3: AUTH_FAILED: no route',
    'h4: UNREACHABLE: no route',
    '    log',
  ])
})

test('messages that differ in the name of the host only are alike', () => {
  expect(
    lines([
      ['h1', error('h1: no answer from h1', {hint: 'ssh h1 true'})],
      ['admin@h2', error('h2: no answer from h2', {hint: 'ssh admin@h2 true'})],
    ]),
  ).toEqual(['h1, admin@h2: UNREACHABLE: no answer from HOST', '  next: ssh HOST true'])
})

test('a host name inside a longer name or path is no host name', () => {
  const [line] = lines([
    ['vm', error('vm lost /vm/a and vm.b and my-vm.')],
    ['x', error('x lost /vm/a and vm.b and my-vm.')],
  ])
  expect(line).toBe('vm, x: UNREACHABLE: HOST lost /vm/a and vm.b and my-vm.')
})

test('a host name with characters of regular expressions is taken literally', () => {
  expect(
    lines([
      ['a+(b', error('a+(b is down')],
      ['[', error('[ is down')],
    ]),
  ).toEqual(['a+(b, [: UNREACHABLE: HOST is down'])
})

test('an unknown result says so and is not folded with a failure', () => {
  const plan = s.planOf(s.list, ['h1', 'h2'])
  expect(failureLines([s.unknown('1', 'h1', s.lost), s.failed('2', 'h2', s.lost)], {plan})[0]).toBe(
    'h1: CONNECTION_LOST: the connection broke after the power button was pressed (its result is unknown)',
  )
})

const done = (taskId: string, host: string) => s.ok(taskId, host, {kind: 'list', machines: []})

test.each([
  ['one success', [done('1', 'h1')], undefined],
  ['several successes', [done('1', 'h1'), done('2', 'h2')], '2 hosts: 2 done'],
  ['one failure', [s.failed('1', 'h1', s.lost)], '1 host: 1 failed'],
  ['two tasks on a host', [done('1', 'h1'), s.failed('2', 'h1', s.lost)], '2 jobs on 1 host: 1 done, 1 failed'],
])('the totals of %s', (_, outcomes, expected) => {
  expect(totalsLine(outcomes, s.styleOf())).toBe(expected)
})

test('a program that reads along gets totals of failures only', () => {
  const outcomes = [done('1', 'h1'), done('2', 'h2')]
  expect(totalsLine(outcomes, s.styleOf({terse: true}))).toBeUndefined()
  expect(totalsLine(outcomes, s.styleOf({json: true}))).toBeUndefined()
  expect(totalsLine([...outcomes, s.failed('3', 'h3', s.lost)], s.styleOf({json: true}))).toBeDefined()
})
