import {expect, test} from 'vitest'
import {type ErrorCode, errorCodes, exitStatus} from '../../../src/domain/error-codes.js'
import type {Outcome} from '../../../src/domain/work/outcome.js'
import {exitCodeOf, exitCodeOfError} from '../../../src/report/shared/exit-code.js'
import * as s from '../../golden/report/samples.js'

const ok = s.ok('1', 'h1', {kind: 'list', machines: []})
const bad = (code: ErrorCode) => s.failed('2', 'h2', {code, message: 'm'})
const unknown = (code: ErrorCode) => s.unknown('3', 'h3', {code, message: 'm'})
const skipped: Outcome = {taskId: '4', host: 'h4', ms: 0, status: 'skipped', reason: 'interrupted'}
const searched = (roots: readonly string[], missing: readonly string[]) =>
  s.ok('5', 'h5', s.found({searched: roots, unsearched: missing.map((path) => ({path, line: 0, reason: 'r'}))}))

test.each<[string, readonly Outcome[], number]>([
  ['no task', [], 0],
  ['one success', [ok], 0],
  ['successes only', [ok, ok], 0],
  ['one failure', [bad('CONNECT_TIMEOUT')], 1],
  ['one unknown result', [unknown('CONNECTION_LOST')], 1],
  ['a success and a failure', [ok, bad('AUTH_FAILED')], 4],
  ['a success and an unknown result', [ok, unknown('CONNECTION_LOST')], 4],
  ['a success and a machine not found', [ok, bad('MACHINE_NOT_FOUND')], 4],
  ['a success and a fault of ours', [ok, bad('INTERNAL')], 4],
  ['a machine not found', [bad('MACHINE_NOT_FOUND')], 3],
  ['lookup errors only', [bad('MACHINE_NOT_FOUND'), bad('MACHINE_AMBIGUOUS')], 3],
  ['a lookup error and a failure', [bad('MACHINE_NOT_FOUND'), bad('UNREACHABLE')], 1],
  ['a lookup error with an unknown result', [unknown('MACHINE_NOT_FOUND')], 1],
  ['usage errors only', [bad('UNSUPPORTED'), bad('SSH_CONFIG')], 2],
  ['a usage and a lookup error', [bad('UNSUPPORTED'), bad('MACHINE_NOT_FOUND')], 1],
  ['a fault of ours and a failure', [bad('INTERNAL'), bad('UNREACHABLE')], 70],
  ['a fault of ours with an unknown result', [unknown('INTERNAL')], 70],
  ['a task that was not started', [ok, skipped], 130],
  ['a task that was interrupted', [ok, bad('INTERRUPTED')], 130],
  ['an interruption beside a fault of ours', [bad('INTERNAL'), skipped], 130],
  ['a search of all roots', [searched(['/vm'], [])], 0],
  ['a search that missed a root', [searched(['/vm'], ['/srv'])], 4],
  ['a search of no root at all', [searched([], ['/srv'])], 1],
  ['a search of no root beside a full one', [searched(['/vm'], []), searched([], ['/srv'])], 4],
])('%s', (_, outcomes, expected) => {
  expect(exitCodeOf(outcomes)).toBe(expected)
  expect(exitCodeOf([...outcomes].reverse())).toBe(expected)
})

test('alone, an error that tried nothing ends with 2 or 3, an interruption with 130, ours with 70, others with 1', () => {
  const codes = Object.keys(errorCodes) as ErrorCode[]
  const ending = (status: number) => codes.filter((code) => exitCodeOfError(code) === status)
  expect(ending(exitStatus.usage)).toEqual([
    'USAGE',
    'CONFIG',
    'SSH_CONFIG',
    'INVENTORY_FORMAT',
    'INVENTORY_IO',
    'INVENTORY_LOCKED',
    'UNSUPPORTED',
  ])
  expect(ending(exitStatus.notFound)).toEqual(['MACHINE_NOT_FOUND', 'MACHINE_AMBIGUOUS'])
  expect(ending(exitStatus.interrupted)).toEqual(['INTERRUPTED'])
  expect(ending(exitStatus.internal)).toEqual(['INTERNAL'])
  expect(ending(exitStatus.nothingSucceeded)).toHaveLength(codes.length - 11)
})
