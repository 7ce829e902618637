/** Stops of real guests that run Debian's guest agent, where their monitor or their power button is of no use. */
import {connect} from 'node:net'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {socketPath, typeLine, waitForAgent, waitForPrompt} from '../lab/guest-console.js'
import {type Lab, type LabVm, startLab, type VmSpec} from '../lab/lab.js'
import {ctys, ctysJson, guestsOf} from './run-ctys.js'

const agentAlone = {state: 'gone', step: 'guestAgent'}

async function stateOf(lab: Lab, label: string): Promise<string | undefined> {
  const {outcomes} = await ctysJson(lab, ['list', 'h1'])
  const [outcome] = outcomes
  if (outcome?.status !== 'ok' || outcome.data.kind !== 'list') return undefined
  return outcome.data.machines.find((machine) => machine.label === label)?.state
}

/** By its wrapper alone, so that it has no monitor but its own, and waited for until its agent answers. */
async function startWithAgent(lab: Lab, spec: VmSpec): Promise<LabVm> {
  const vm = lab.makeVm(1, {agent: true, ...spec})
  await lab.startVm(1, vm)
  const console = await socketPath(lab, 1, `qemumon.${spec.label}`)
  const channel = lab.hostPath(1, `${vm.dir}/${vm.label}.qga`)
  await (spec.agent === 'silent' ? waitForPrompt(console, vm.label, 120_000) : waitForAgent(channel))
  return vm
}

describe.sequential('a guest with a guest agent', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({hosts: 1})
  })
  afterAll(() => lab?.down())

  test('and no monitor is stopped through its agent, as the dry run promised', async () => {
    await startWithAgent(lab, {label: 'mute', monitor: false})
    expect(await stateOf(lab, 'mute')).toBe('running (no monitor)')
    const plan = await ctys(lab, ['stop', 'mute', 'h1', '-n', '--grace', '100'])
    expect(plan.stderr).toContain('(power button, guest agent)')
    const stop = await ctys(lab, ['stop', 'mute', 'h1', '--grace', '100'])
    expect(stop, stop.stderr).toMatchObject({code: 0, stdout: expect.stringContaining('gone: asked its guest agent')})
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('which is deaf to its power button is stopped through both', async () => {
    await startWithAgent(lab, {label: 'deaf', deaf: true})
    const stop = await ctysJson(lab, ['stop', 'deaf', 'h1', '--grace', '100'])
    expect(stop.outcomes[0], JSON.stringify(stop)).toMatchObject({data: {machines: [agentAlone]}})
  })

  test('which sleeps in S3 and is deaf to its power button is woken, and stopped through its agent', async () => {
    await startWithAgent(lab, {label: 'sleeper', deaf: true, machine: 'pc'})
    await typeLine(lab, 1, 'sleeper', 'echo mem > /sys/power/state')
    await expect.poll(() => stateOf(lab, 'sleeper'), {timeout: 60_000}).toBe('suspended')
    const stop = await ctysJson(lab, ['stop', 'sleeper', 'h1', '--grace', '100'])
    expect(stop.outcomes[0], JSON.stringify(stop)).toMatchObject({data: {machines: [agentAlone]}})
  })

  test('channel and nobody behind it, and no monitor, is left as it is unless forced', async () => {
    await startWithAgent(lab, {label: 'hollow', monitor: false, agent: 'silent'})
    const stop = await ctysJson(lab, ['stop', 'hollow', 'h1', '--grace', '100'])
    expect(stop.outcomes[0]).toMatchObject({
      error: {
        code: 'MONITOR_FAILED',
        message: expect.stringMatching(
          /it has no monitor, and its guest agent did not answer within \d+ s; it was left/,
        ),
        hint: expect.stringContaining('ctys stop hollow h1 --force'),
      },
    })
    expect(guestsOf(lab, 1)).toEqual(['hollow'])
    const forced = await ctysJson(lab, ['stop', 'hollow', 'h1', '--force'])
    expect(forced.outcomes[0]).toMatchObject({data: {machines: [{state: 'gone', step: 'SIGTERM'}]}})
  })
})

describe.sequential('where sshd forwards neither sockets nor ports', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({hosts: 1, sshd: ['AllowStreamLocalForwarding no', 'AllowTcpForwarding no']})
  })
  afterAll(() => lab?.down())

  test('a guest whose monitor is held by somebody is stopped through its agent', async () => {
    await startWithAgent(lab, {label: 'held', qmp: false})
    const holder = connect(await socketPath(lab, 1, 'qemumon.held'))
    const answered = new Promise((resolve) => holder.once('data', resolve))
    holder.write('\n')
    await answered
    const stop = await ctysJson(lab, ['stop', 'held', 'h1', '--grace', '100'])
    holder.destroy()
    expect(stop.outcomes[0], JSON.stringify(stop)).toMatchObject({data: {machines: [agentAlone]}})
  })
})
