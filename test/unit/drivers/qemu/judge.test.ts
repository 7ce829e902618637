import {expect, test} from 'vitest'
import type {MachineState} from '../../../../src/domain/work/answers.js'
import {judge, refusal} from '../../../../src/drivers/qemu/cancel/judge.js'
import {toState} from '../../../../src/drivers/qemu/monitor/run-states.js'

/** RunState of qapi/run-state.json (QEMU 7.2, and preconfig of older ones), what it is called, and what a stop does. */
const table: readonly (readonly [string, MachineState, ReturnType<typeof judge>])[] = [
  ['running', 'running', 'asked'],
  ['paused', 'paused', 'continued'],
  ['suspended', 'suspended', 'woken'],
  ['io-error', 'io-error', 'refused'],
  ['watchdog', 'watchdog', 'refused'],
  ['debug', 'debug', 'refused'],
  ['save-vm', 'save-vm', 'refused'],
  ['restore-vm', 'restore-vm', 'refused'],
  ['postmigrate', 'postmigrate', 'refused'],
  ['inmigrate', 'inmigrate', 'refused'],
  ['finish-migrate', 'finish-migrate', 'refused'],
  ['colo', 'colo', 'refused'],
  ['prelaunch', 'prelaunch', 'ended'],
  ['preconfig', 'prelaunch', 'ended'],
  ['shutdown', 'shutdown', 'ended'],
  ['internal-error', 'crashed', 'ended'],
  ['guest-panicked', 'guest-panicked', 'ended'],
  ['a state of tomorrow', 'unknown', 'asked'],
]

test.each(table)('%s is %s: %s', (status, state, judgement) => {
  expect(toState(status)).toBe(state)
  expect(judge(state)).toBe(judgement)
})

test.each([
  ['io-error', /disk is full or broken/],
  ['watchdog', /watchdog/],
  ['save-vm', /being saved/],
  ['postmigrate', /OTHER SIDE/],
  ['inmigrate', /OTHER SIDE/],
  ['finish-migrate', /OTHER SIDE/],
] as const)('a refusal of %s says why, and how to end it all the same', (state, reason) => {
  const error = refusal('web01', state, {instead: 'ctys stop web01 h1 --force', other: 'OTHER SIDE'})
  expect(error).toMatchObject({
    code: 'MONITOR_FAILED',
    message: expect.stringMatching(reason),
    hint: expect.stringContaining('ctys stop web01 h1 --force'),
  })
})
