/** Machines made from nothing on lab hosts, as typed, through the built program: made, found, started, stopped. */
import {readFileSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysFile, ctysJson, guestsOf, verdicts} from './run-ctys.js'
import {ctysOnTerminal} from './terminal.js'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({hosts: 2})
})
afterAll(() => lab?.down())

test('the plan contacts nobody and makes nothing', async () => {
  const plan = await ctys(lab, ['new', 'web[1-3]', 'h1', 'h2', '-n'])
  expect(plan, plan.stderr).toMatchObject({code: 0})
  expect(plan.stdout).toMatch(/h1 .*web1, web3[\s\S]*h2 .*web2/)
  expect((await lab.host(1, ['ls', '/home/admin'])).stdout).not.toContain('vm')
})

test('several machines on two hosts, then in the inventory, with addresses of their own', async () => {
  const made = await ctysJson(lab, ['new', 'web[1-4]', 'h1', 'h2', '--memory', '64M', '--size', '1G'])
  expect(verdicts(made)).toEqual(['h1 ok', 'h2 ok'])
  const {records = []} = await ctysJson(lab, ['find', 'web'])
  const places = records.map(({host, label}) => `${host} ${label}`)
  expect(places.sort()).toEqual(['h1 web1', 'h1 web3', 'h2 web2', 'h2 web4'])
  expect(new Set(records.map(({mac}) => mac)).size).toBe(4)
  expect(new Set(records.map(({uuid}) => uuid)).size).toBe(4)
  expect(records.every(({mac}) => mac?.startsWith('52:54:00:'))).toBe(true)
})

test('one starts at once, by its name alone, and its sockets are for nobody else', async () => {
  const start = await ctys(lab, ['start', 'web2'])
  expect(start, start.stderr).toMatchObject({code: 0})
  expect(guestsOf(lab, 2)).toEqual(['web2'])
  const {stdout} = await lab.host(2, ['sh', '-c', 'cd /var/tmp && stat -c "%a %U %n" qemumon.web2.*'])
  expect(
    stdout
      .replaceAll(/\.\d+\./g, '.PID.')
      .split('\n')
      .filter(Boolean),
  ).toEqual([
    '600 admin qemumon.web2.PID.admin',
    '600 admin qemumon.web2.PID.admin.ctys',
    '600 admin qemumon.web2.PID.admin.qga',
    '600 admin qemumon.web2.PID.admin.vnc',
  ])
  const list = await ctys(lab, ['list', 'h2'])
  expect(list.stdout).toMatch(/h2 +web2 +running .* admin/)
})

test('a state that was saved is gone on from, with another console too', async () => {
  expect(await ctys(lab, ['suspend', 'web2', 'h2'])).toMatchObject({code: 0})
  const resumed = await ctys(lab, ['start', 'web2', 'h2', '--resume', '--console', 'vnc'])
  expect(resumed, resumed.stderr).toMatchObject({code: 0})
  expect(await ctys(lab, ['stop', 'web2', 'h2', '--force'])).toMatchObject({code: 0})
})

test('what exists is refused by its name and stays; the same call makes what is missing', async () => {
  const config = lab.hostPath(1, '/home/admin/vm/web1/web1.ctys')
  const before = readFileSync(config, 'utf8')
  const other = await ctys(lab, ['new', 'web1', 'h1', '--memory', '128M'])
  expect(other.code).toBe(1)
  expect(other.stderr).toMatch(/h1: web1: EXISTS: \/home\/admin\/vm\/web1 is there already/)
  expect(readFileSync(config, 'utf8')).toBe(before)
  const elsewhere = await ctys(lab, ['new', 'web1', 'h1', '--dir', 'other'])
  expect(elsewhere.code).toBe(2)
  expect(elsewhere.stderr).toContain('h1 has a machine web1 already: /home/admin/vm/web1/web1.ctys')
  await lab.host(1, ['rm', '-r', '/home/admin/vm/web3'])
  const again = await ctys(lab, ['new', 'web[1-4]', 'h1', 'h2', '--memory', '64M', '--size', '1G'])
  expect(again, again.stderr).toMatchObject({code: 0})
  expect(again.stdout).toMatch(/h1 +web1 +was there/)
  expect(again.stdout).toMatch(/h1 +web3 +made/)
  expect(again.stderr).toContain('1 machine made, 3 there already')
  expect(readFileSync(config, 'utf8')).toBe(before)
})

test('a host that cannot be reached does not keep the other from its machines', async () => {
  const made = await ctysJson(lab, ['new', 'db[1-2]', 'h1', 'nowhere.invalid', '--memory', '64M'])
  expect(made.exitCode).toBe(4)
  expect(verdicts(made)).toEqual(['h1 ok', 'nowhere.invalid failed NAME_NOT_RESOLVED'])
})

test('what a file says is made: asked about first, and only what is missing the second time', async () => {
  const file = `${lab.ctlHome}/lab.yaml`
  const text = `hosts: [h1, h2]
defaults: {memory: 64M, size: 1G, dir: farm}
machines:
  - name: f[1-3]
  - {name: g1, hosts: h2, mac: '52:54:00:00:00:01', arg: [-rtc, base=utc]}
`
  writeFileSync(file, text)
  const asked = await ctys(lab, ['new', '-f', file])
  expect(asked).toMatchObject({code: 2, stderr: expect.stringMatching(/4 machines would be made[\s\S]*--yes/)})
  expect((await lab.host(1, ['ls', '/home/admin'])).stdout).not.toContain('farm')
  const made = await ctysJson(lab, ['new', '-f', file, '--yes'])
  expect(verdicts(made)).toEqual(['h1 ok', 'h2 ok', 'h2 ok'])
  await lab.host(2, ['rm', '-r', '/home/admin/farm/g1'])
  writeFileSync(file, text.replace('[h1, h2]', '[h2, h1]'))
  const again = await ctys(lab, ['new', '-f', file, '--yes'])
  expect(again, again.stderr).toMatchObject({code: 0})
  expect(again.stdout).toMatch(/h1 +f1 +was there/)
  expect(again.stdout).toMatch(/h1 +f3 +was there/)
  expect(again.stdout).toMatch(/h2 +g1 +made +52:54:00:00:00:01/)
  const start = await ctys(lab, ['start', 'g1'])
  expect(start, start.stderr).toMatchObject({code: 0})
  expect(
    lab
      .processes(2)
      .find(({args}) => args.includes('g1'))
      ?.args.join(' '),
  ).toContain('-rtc base=utc')
  writeFileSync(file, 'machines:\n  - {name: x, memory: much}\n')
  const wrong = await ctys(lab, ['new', '-f', file, '--yes'])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain(`${file}:2:15: machines[0].memory: 'much' is no amount of memory`)
})

test('without a name on a terminal each question is explained and each answer checked, and the plan is shown', async () => {
  const terminal = ctysOnTerminal(lab, ['new', '--dir', 'talk'])
  const answer = async (question: RegExp, text: string) => {
    await terminal.waitFor(question)
    terminal.type(`${text}\r`)
  }
  await answer(/web\[01-20\] makes twenty[\s\S]*name: /, 'a b')
  await answer(/'a b' is no name for a machine[\s\S]*name: /, 'talk[1-2]')
  await answer(/hosts \[this machine\]: /, 'h1')
  await answer(/image \[none, an empty disk\]: /, '')
  await answer(/CD to install from \[none\]: /, 'relative.iso')
  await answer(/'relative.iso' is no path of the host[\s\S]*CD to install from \[none\]: /, '')
  await answer(/size of the disk \[.*8G\]: /, '64M')
  await answer(/memory \[1G\]: /, 'much')
  await answer(/'much' is no amount of memory[\s\S]*memory \[1G\]: /, '64M')
  await answer(/CPUs \[1\]: /, '')
  await answer(/network \[user\]: /, 'none')
  await answer(/h1 .*make \(0\.1G qcow2, 64 MiB[\s\S]*2 machines: go on\? \(yes\/no\)/, 'yes')
  const {code, output} = await terminal.end
  expect([code, output]).toEqual([0, expect.stringMatching(/h1 +talk2 +made/)])
  const bare = await ctys(lab, ['new'])
  expect(bare).toMatchObject({code: 2, stderr: expect.stringContaining("'' is no name for a machine")})
}, 60_000)

test('on a terminal the plan of a file is shown, and nothing is made without a yes', async () => {
  const file = `${lab.ctlHome}/asked.yaml`
  writeFileSync(file, 'machines: [{name: t1, hosts: h1, memory: 64M, dir: asked}]\n')
  for (const [answer, code] of [
    ['no', 2],
    ['yes', 0],
  ] as const) {
    const terminal = ctysOnTerminal(lab, ['new', '-f', file])
    await terminal.waitFor(/1 machine: go on\? \(yes\/no\)/)
    expect(terminal.output()).toMatch(/h1 .*make \(8G qcow2, 64 MiB[\s\S]*t1/)
    terminal.type(`${answer}\r`)
    const end = await terminal.end
    expect([end.code, end.before === end.after]).toEqual([code, true])
    const {stdout} = await lab.host(1, ['ls', '/home/admin'])
    expect(stdout.includes('asked')).toBe(answer === 'yes')
  }
})

test('an address comes from the name service of the controller', async () => {
  const hosts = `${lab.ctlHome}/hosts`
  writeFileSync(hosts, '127.0.0.1 localhost\n127.0.1.1 own01\n192.0.2.77 dns01\n')
  const own = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts]
  const make = (name: string) =>
    lab.ctl([...own, process.execPath, ctysFile, 'new', name, 'h1', '--ip', 'dns', '--size', '8M', '--dir', '/vm'])
  const made = await make('dns01')
  expect(made, made.stderr).toMatchObject({code: 0})
  expect(await ctys(lab, ['find', '-X', '-o', 'label,ip', 'dns01'])).toMatchObject({stdout: 'dns01;192.0.2.77\n'})
  expect(await make('own01')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--ip: the name service has no address of own01'),
  })
  const refused = await make('nobody.invalid')
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toMatch(/name service (?:has no address of nobody\.invalid|does not answer)/)
})
