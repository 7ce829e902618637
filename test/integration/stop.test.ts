/** Stops of real guests, awake and asleep, behind an sshd that forwards nothing. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {typeLine} from '../lab/guest-console.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysJson, guestsOf} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 1, sshd: ['AllowStreamLocalForwarding no', 'AllowTcpForwarding no']})
  for (const label of ['asked', 'woken']) lab.makeVm(1, {label})
  lab.makeVm(1, {label: 'asleep', machine: 'pc'})
  await ctys(lab, ['scan', 'h1', '--base', '/vm'])
})

afterAll(() => lab?.down())

async function stateOf(label: string): Promise<string | undefined> {
  const {outcomes} = await ctysJson(lab, ['list', 'h1'])
  const [outcome] = outcomes
  if (outcome?.status !== 'ok' || outcome.data.kind !== 'list') return undefined
  return outcome.data.machines.find((machine) => machine.label === label)?.state
}

describe.sequential('where sshd forwards neither sockets nor ports', () => {
  test('a guest is seen and stopped by its power button, as the dry run promised', async () => {
    expect(await ctys(lab, ['start', 'asked', 'h1'])).toMatchObject({code: 0})
    await expect.poll(() => stateOf('asked'), {timeout: 30_000}).toBe('running')
    const plan = await ctys(lab, ['stop', 'asked', 'h1', '-n', '--grace', '100'])
    expect(plan.stderr).toContain(
      'is asked to shut down (power button, guest agent); 100 s later, not before, the machine is ended',
    )
    const stop = await ctysJson(lab, ['stop', 'asked', 'h1', '--grace', '100'])
    expect(stop.outcomes[0], JSON.stringify(stop)).toMatchObject({
      data: {machines: [{state: 'gone', step: expect.stringMatching(/^powerButton/)}]},
    })
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test.each([
    [
      'shut down',
      ['stop', 'asleep', 'h1', '--grace', '100'],
      {machines: [{state: 'gone', step: expect.stringMatching(/^powerButton/)}]},
    ],
    ['resumed', ['start', 'woken', 'h1', '--resume'], {machine: {state: 'running'}}],
  ])('a guest that sleeps in S3 is shown so, and woken to be %s', async (_what, words, expected) => {
    const [, label = ''] = words
    expect(await ctys(lab, ['start', label, 'h1'])).toMatchObject({code: 0})
    await typeLine(lab, 1, label, 'echo mem > /sys/power/state')
    await expect.poll(() => stateOf(label), {timeout: 60_000}).toBe('suspended')
    const answer = await ctysJson(lab, words)
    expect(answer.outcomes[0], JSON.stringify(answer)).toMatchObject({data: expected})
  })

  test('a guest whose disk is full is left stopped, with the reason, and force ends it', async () => {
    const root = (script: string) => lab.host(1, ['sh', '-c', script])
    const mounted = await root('mkdir /vm/full && mount -t tmpfs -o size=3m none /vm/full')
    const vm = lab.makeVm(1, {label: 'full'})
    const made = await root('qemu-img create -q -f qcow2 /vm/full/full.qcow2 64M && chmod 0666 /vm/full/full.qcow2')
    expect([mounted, made]).toMatchObject([{code: 0}, {code: 0}])
    const disk = 'file=/vm/full/full.qcow2,format=qcow2,if=none,id=data,werror=stop'
    await lab.startVm(1, vm, {args: [`--argsadd=-drive ${disk} -device virtio-blk-pci,drive=data,serial=data`]})
    // each shorter than a line of the terminal, which would be broken
    await typeLine(lab, 1, 'full', 'd=$(grep -lx data /sys/block/*/serial)')
    await typeLine(lab, 1, 'full', 'dd if=/dev/zero of=/dev/$(echo $d | cut -d/ -f4) bs=64k &')
    await expect.poll(() => stateOf('full'), {timeout: 60_000}).toBe('io-error')
    const stop = await ctysJson(lab, ['stop', 'full', 'h1', '--grace', '100'])
    expect(stop.outcomes[0]).toMatchObject({
      error: {
        code: 'MONITOR_FAILED',
        message: expect.stringContaining('there is no space left for its disk /vm/full/full.qcow2 (data)'),
        hint: expect.stringContaining('ctys stop full h1 --force'),
      },
    })
    expect(await stateOf('full')).toBe('io-error')
    const forced = await ctysJson(lab, ['stop', 'full', 'h1', '--force'])
    expect(forced.outcomes[0]).toMatchObject({data: {machines: [{state: 'gone', step: 'quit'}]}})
  })

  test('a guest that panicked is shown so, and ended at once', async () => {
    const vm = lab.makeVm(1, {label: 'panicked'})
    await lab.startVm(1, vm, {args: ['--argsadd=-device pvpanic-pci -action panic=pause']})
    await typeLine(lab, 1, 'panicked', 'echo c > /proc/sysrq-trigger')
    await expect.poll(() => stateOf('panicked'), {timeout: 60_000}).toBe('guest-panicked')
    const stop = await ctysJson(lab, ['stop', 'panicked', 'h1', '--grace', '100'])
    expect(stop.outcomes[0]).toMatchObject({data: {machines: [{state: 'gone', step: 'quit'}]}})
  })
})
