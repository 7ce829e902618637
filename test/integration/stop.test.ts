/** Stops of real guests, awake and asleep, behind an sshd that forwards nothing. */
import {connect} from 'node:net'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {socketPath, waitForPrompt} from '../lab/guest-console.js'
import {type Lab, startLab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'
import {ctys, ctysJson, guestsOf} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 1, sshd: ['AllowStreamLocalForwarding no', 'AllowTcpForwarding no']})
  for (const label of ['asked', 'asleep', 'woken']) lab.makeVm(1, {label})
  await ctys(lab, ['scan', 'h1', '--base', '/vm'])
})

afterAll(() => lab?.down())

async function stateOf(label: string): Promise<string | undefined> {
  const {outcomes} = await ctysJson(lab, ['list', 'h1'])
  const [outcome] = outcomes
  if (outcome?.status !== 'ok' || outcome.data.kind !== 'list') return undefined
  return outcome.data.machines.find((machine) => machine.label === label)?.state
}

/** Types a line on the serial console of a guest, and sees it there. */
async function type(label: string, line: string): Promise<void> {
  const path = await socketPath(lab, 1, `qemumon.${label}`)
  await waitForPrompt(path, label, 120_000)
  const socket = connect(path)
  let text = ''
  socket.on('data', (data) => {
    text += data.toString()
  })
  socket.write(`${line}\n`)
  // with its end: what QEMU has not read when the connection closes is lost
  await waitUntil(() => text.replaceAll('\r', '').includes(`${line}\n`), `the echo of ${line}`, 60_000)
  socket.destroy()
}

describe.sequential('where sshd forwards neither sockets nor ports', () => {
  test('a guest is seen and stopped by its power button, as the dry run promised', async () => {
    expect(await ctys(lab, ['start', 'asked', 'h1'])).toMatchObject({code: 0})
    await expect.poll(() => stateOf('asked'), {timeout: 30_000}).toBe('running')
    const plan = await ctys(lab, ['stop', 'asked', 'h1', '-n', '--grace', '100'])
    expect(plan.stderr).toContain('the guest is asked to shut down; 100 s later, not before, the machine is ended')
    const stop = await ctysJson(lab, ['stop', 'asked', 'h1', '--grace', '100'])
    expect(stop.outcomes[0], JSON.stringify(stop)).toMatchObject({
      data: {machines: [{state: 'gone', step: expect.stringMatching(/^powerButton/)}]},
    })
    expect(guestsOf(lab, 1)).toEqual([])
  })

  // under emulation this guest's kernel does not always come back from S3, and then its grace passes: both are right
  test.each([
    [
      'shut down',
      ['stop', 'asleep', 'h1', '--grace', '8'],
      {state: 'gone', step: expect.stringMatching(/^(powerButton|quit)/)},
    ],
    ['resumed', ['start', 'woken', 'h1', '--resume'], {state: 'running', step: 'resume'}],
  ])('a guest that sleeps in S3 is shown so, and woken to be %s', async (_what, words, expected) => {
    const [, label = ''] = words
    expect(await ctys(lab, ['start', label, 'h1'])).toMatchObject({code: 0})
    await type(label, 'echo mem > /sys/power/state')
    await expect.poll(() => stateOf(label), {timeout: 60_000}).toBe('suspended')
    const answer = await ctysJson(lab, words)
    expect(answer.outcomes[0], JSON.stringify(answer)).toMatchObject({data: {machines: [expected]}})
  })
})
