/** Whatever the login shell is and says, ctys works over both ways of ssh; a host that lets in but gives no shell is told. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysJson, guestsOf, verdicts} from './run-ctys.js'

const users = ['fishuser', 'cshuser', 'chatty'] as const
const crowd = Array.from({length: 30}, (_, index) => `crowd${index + 1}`)
const targets = users.map((user) => `${user}@h1`)

let lab: Lab

beforeAll(async () => {
  lab = await startLab({
    hosts: 1,
    shells: {
      fishuser: 'fish',
      cshuser: 'csh',
      chatty: 'chatty-bash',
      shut: '/usr/sbin/nologin',
      gone: '/bin/false',
      ...Object.fromEntries(crowd.map((user) => [user, 'sh'])),
    },
  })
  for (const user of users) lab.makeVm(1, {label: `vm-${user}`, dir: `/home/${user}/vm`, owner: user})
})

afterAll(() => lab?.down())

describe.sequential.each(['ssh', 'openssh'])('over %s', (transport) => {
  const way = ['--transport', transport]

  test('scan finds the machine in the home of each user', async () => {
    const scan = await ctysJson(lab, ['scan', ...targets, ...way])
    expect(verdicts(scan)).toEqual(targets.map((target) => `${target} ok`))
    for (const [index, outcome] of scan.outcomes.entries()) {
      expect(outcome).toMatchObject({
        data: {
          machines: expect.arrayContaining([expect.objectContaining({label: `vm-${users[index]}`})]),
          searched: [`/home/${users[index]}`],
        },
      })
    }
  })

  test('start, list and stop work for each user', async () => {
    const starts = await Promise.all(users.map((user) => ctysJson(lab, ['start', `vm-${user}`, `${user}@h1`, ...way])))
    expect(starts.flatMap(verdicts)).toEqual(targets.map((target) => `${target} ok`))
    expect(guestsOf(lab, 1)).toEqual(users.map((user) => `vm-${user}`).sort())

    const list = await ctysJson(lab, ['list', ...targets, ...way])
    for (const [index, outcome] of list.outcomes.entries()) {
      const machines = outcome.status === 'ok' && outcome.data.kind === 'list' ? outcome.data.machines : []
      expect(machines.map(({label}) => label).sort()).toEqual(users.map((user) => `vm-${user}`).sort())
      expect(machines.find(({label}) => label === `vm-${users[index]}`)).toMatchObject({state: 'running'})
    }

    const stops = await Promise.all(users.map((user) => ctysJson(lab, ['stop', `vm-${user}`, `${user}@h1`, ...way])))
    for (const {outcomes} of stops) expect(outcomes[0]).toMatchObject({data: {machines: [{state: 'gone'}]}})
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('thirty users of one host are listed at once within the limits of sshd', async () => {
    const list = await ctysJson(lab, ['list', ...crowd.map((user) => `${user}@h1`), ...way])
    expect(verdicts(list)).toEqual(crowd.map((user) => `${user}@h1 ok`))
  })

  test('a user without a shell is SHELL_FAILED, with what the host said', async () => {
    const list = await ctys(lab, ['list', 'shut@h1', 'gone@h1', 'chatty@h1', ...way])
    expect(list.code).toBe(4)
    expect(list.stderr).toContain('shut@h1: SHELL_FAILED')
    expect(list.stderr).toContain('This account is currently not available.')
    expect(list.stderr).toContain('gone@h1: SHELL_FAILED')
    expect(list.stderr).toMatch(/next: .*ssh shut@h1 exec sh/)
  })
})

test('nothing of ctys is left on the host', () => {
  const left = lab.processes(1).filter(({args}) => !/sshd|host-init/.test(args.join(' ')))
  expect(left).toEqual([])
})
