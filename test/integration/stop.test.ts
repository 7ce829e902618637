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
  for (const label of ['asked', 'asleep']) lab.makeVm(1, {label})
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
  await waitUntil(() => text.includes(line), `the echo of ${line}`, 60_000)
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

  test('a guest that sleeps in S3 is shown so, woken and shut down', async () => {
    expect(await ctys(lab, ['start', 'asleep', 'h1'])).toMatchObject({code: 0})
    await type('asleep', 'echo mem > /sys/power/state')
    await expect.poll(() => stateOf('asleep'), {timeout: 60_000}).toBe('suspended')
    expect((await ctysJson(lab, ['start', 'asleep', 'h1', '--resume'])).outcomes[0]).toMatchObject({
      data: {machines: [{state: 'running', step: 'resume'}]},
    })
    await type('asleep', 'echo mem > /sys/power/state')
    await expect.poll(() => stateOf('asleep'), {timeout: 60_000}).toBe('suspended')
    const stop = await ctysJson(lab, ['stop', 'asleep', 'h1', '--grace', '100'])
    expect(stop.outcomes[0], JSON.stringify(stop)).toMatchObject({
      data: {machines: [{state: 'gone', step: expect.stringMatching(/^powerButton/)}]},
    })
  })
})
