/** What one user of a host does costs nobody else that host: his processes are many, hang, or hide what they are. */
import {chownSync, copyFileSync, mkdirSync} from 'node:fs'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import type {ListData} from '../../src/domain/work/answers.js'
import type {Outcome} from '../../src/domain/work/outcome.js'
import {type Lab, startLab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'
import {rounds} from '../lab/rounds.js'
import {wedge} from '../lab/wedge.js'
import {ctys, ctysJson} from './run-ctys.js'

/** Who is no friend of the others. */
const user = 'queue'
const qemu = 'qemu-system-x86_64'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 1, shells: {[user]: 'bash'}})
  lab.makeVm(1, {label: 'web01'})
  mkdirSync(lab.hostPath(1, '/srv/look'))
  // programs that bear the name of QEMU
  for (const name of ['sleep', 'perl']) {
    mkdirSync(lab.hostPath(1, `/srv/look/${name}`))
    const {stdout} = await lab.host(1, ['sh', '-c', `readlink -f "$(command -v ${name})"`])
    copyFileSync(lab.hostPath(1, stdout.trim()), lab.hostPath(1, `/srv/look/${name}/${qemu}`))
  }
  expect(await ctys(lab, ['scan', 'h1', '--base', '/vm'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['start', 'web01', 'h1'])).toMatchObject({code: 0})
})

afterAll(() => lab?.down())

const detached = 'for n in $(seq "$1"); do (shift; exec setsid "$@") </dev/null >/dev/null 2>&1 & done'

/** By pid, in the process numbers of the host. */
afterEach(async () => {
  const mine = 'cd /proc && for p in [0-9]*; do if [ -O "$p" ] && [ "$p" != "$$" ]; then kill -KILL "$p"; fi; done'
  await lab.host(1, ['sh', '-c', mine], {user})
  await waitUntil(() => ours().length === 0, 'the end of what the user ran', 20_000)
})

function ours() {
  return lab.processes(1).filter(({args}) => args.some((word) => word.includes('look')))
}

async function run(argv: readonly string[], {count = 1, cwd = '/'} = {}): Promise<void> {
  const words = ['sh', '-c', `cd "$0" && ${detached}`, cwd, String(count), ...argv]
  expect(await lab.host(1, words, {user})).toMatchObject({code: 0})
  await waitUntil(() => ours().length >= count, `${count} processes`, 60_000)
}

async function listed(words: readonly string[] = []): Promise<ListData> {
  const {outcomes} = await ctysJson(lab, ['list', 'h1', ...words])
  const [outcome] = outcomes as readonly Outcome[]
  if (outcome?.status !== 'ok' || outcome.data.kind !== 'list') throw new Error(`no list: ${JSON.stringify(outcome)}`)
  return outcome.data
}

const web01 = expect.objectContaining({label: 'web01', managed: true, state: 'running'})

describe.sequential.each(['admin', 'root'])('for %s', (who) => {
  const login = ['-l', who]

  test('more processes that look like QEMU than anybody has', {timeout: 300_000}, async () => {
    const count = rounds(4_200)
    await run([`/srv/look/sleep/${qemu}`, '600'], {count})
    const {machines, unseen} = await listed(login)
    expect(machines).toContainEqual(web01)
    expect(unseen).toEqual([{user, why: 'crowd', count}])
    const list = await ctys(lab, ['list', 'h1', ...login])
    expect(list.stderr).toContain(
      `h1: ${user} has ${count} processes that look like QEMU; not all of them were looked at`,
    )
    const stop = await ctys(lab, ['stop', 'l:nowhere', 'h1', ...login])
    expect(stop).toMatchObject({code: 1, stderr: expect.stringContaining('PROCESSES_UNSEEN')})
    const start = await ctys(lab, ['start', 'web01', 'h1', '--reuse', ...login])
    expect(start, start.stderr).toMatchObject({code: 0})
  })

  test('words and a directory that lead to storage that is gone, and a FIFO', {timeout: 300_000}, async () => {
    mkdirSync(lab.hostPath(1, `/srv/${who}-gone`))
    const uid = Number((await lab.host(1, ['id', '-u'], {user})).stdout)
    chownSync(lab.hostPath(1, `/srv/${who}-gone`), uid, uid)
    await lab.host(1, ['mkfifo', '-m', '666', `/srv/${who}-pipe.ctys`])
    const drives = [`/srv/${who}-pipe.img`, `/srv/${who}-gone/x.img`].flatMap((file) => ['-drive', `file=${file}`])
    const monitor = ['-qmp', `unix:/srv/${who}-gone/qmp,server=on`]
    const inspect = [`/srv/look/perl/${qemu}`, '-e', 'sleep 600', '--', '-name', 'lookalike', ...monitor, ...drives]
    await run(inspect, {cwd: `/srv/${who}-gone`})
    const holder = await wedge(lab, 1, `/srv/${who}-gone`)
    try {
      const {machines, unseen, wedged} = await listed(login)
      expect(machines).toContainEqual(web01)
      expect(machines).toContainEqual(expect.objectContaining({label: 'lookalike', managed: false}))
      expect({unseen, wedged}).toEqual({unseen: [{user, why: 'wedged'}], wedged: true})
      const stop = await ctys(lab, ['stop', 'l:nowhere', 'h1', ...login])
      expect(stop).toMatchObject({code: 1, stderr: expect.stringContaining('STORAGE_WEDGED')})
    } finally {
      holder.kill('SIGKILL')
    }
  })

  test('a QEMU that gave itself another name is a machine like others', async () => {
    await run([qemu, '-M', 'none', '-S', '-display', 'none', '-serial', 'null', '-name', 'masked,process=look'])
    const seen = async () => (await listed(login)).machines
    await expect
      .poll(seen, {timeout: 20_000})
      .toContainEqual(expect.objectContaining({label: 'masked', managed: false}))
    expect(await seen()).toHaveLength(2)
    const stop = await ctys(lab, ['stop', 'masked', 'h1', ...login])
    expect(stop).toMatchObject({code: 1, stderr: expect.stringContaining('FOREIGN_MACHINE')})
  })
})
