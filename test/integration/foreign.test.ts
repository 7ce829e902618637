/** Machines of other managers beside one of ctys, and one host under two names, as typed. */
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {expectSchema} from '../fakes/schemas.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, guestsOf} from './run-ctys.js'

let lab: Lab

/** As the account of the lab, until it answers the monitor of libvirt's place. */
async function startForeign(name: string): Promise<void> {
  const dir = `/var/lib/libvirt/qemu/domain-1-${name}`
  expect(await lab.host(1, ['install', '-d', '-o', 'admin', dir])).toMatchObject({code: 0})
  const monitor = ['-qmp', `unix:${dir}/monitor.sock,server=on,wait=off`]
  const idle = ['-M', 'none', '-nodefaults', '-S', '-display', 'none', '-daemonize']
  const as = ['setpriv', '--reuid', 'admin', '--regid', 'admin', '--init-groups']
  const argv = [...as, 'qemu-system-x86_64', '-name', `guest=${name}`, ...idle, ...monitor]
  expect(await lab.host(1, argv)).toMatchObject({code: 0})
}

beforeAll(async () => {
  lab = await startLab({hosts: 1})
  lab.makeVm(1, {label: 'web01'})
  const h1 = /^Host h1\n(?: .*\n)+/m.exec(readFileSync(lab.sshConfig, 'utf8'))?.[0] ?? ''
  appendFileSync(lab.sshConfig, h1.replace('Host h1', 'Host alias'))
  expect(await ctys(lab, ['scan', 'h1', 'alias', '--base', '/vm'])).toMatchObject({code: 0})
  await startForeign('one')
  await startForeign('two')
})

afterAll(() => lab?.down())

describe.sequential('machines of another manager', () => {
  test('are refused with the command of their manager, and named by list', async () => {
    const stop = await ctys(lab, ['stop', 'one', 'h1'])
    expect(stop).toMatchObject({code: 1, stderr: expect.stringContaining('FOREIGN_MACHINE')})
    expect(stop.stderr).toContain('virsh -c qemu+ssh://h1/system shutdown one')
    const rows = (await ctys(lab, ['list', 'h1'])).stdout.trimEnd().split('\n').slice(1)
    expect(rows).toEqual(
      [/ one .*libvirt$/, / two .*libvirt$/, / web01 +off /].map((row) => expect.stringMatching(row)),
    )
  })

  test('are left alone by a stop of all, counted and named in text and JSON', async () => {
    const text = await ctys(lab, ['stop', '--all', 'h1'])
    expect(text.stderr).toMatch(/^h1: 2 foreign machines left alone:\n {2}one: .*libvirt.*\n {2}two: .*libvirt/m)
    expect(text.stderr).not.toContain('no machine was running')
    const json = JSON.parse((await ctys(lab, ['stop', '--all', 'h1', '--json'])).stdout)
    expectSchema('report', json)
    const names = json.outcomes[0].data.leftAlone.map(({label, manager}: Record<string, string>) => [label, manager])
    expect(names).toEqual(expect.arrayContaining(['one', 'two'].map((name) => [name, 'libvirt'])))
    expect(guestsOf(lab, 1)).toEqual(['one', 'two'])
  })

  test('are ended by --foreign, and by the classic call', async () => {
    expect(await ctys(lab, ['stop', 'one', 'h1', '--foreign'])).toMatchObject({code: 0})
    expect(await ctys(lab, ['-t', 'qemu', '-a', 'cancel=l:two,foreign', 'h1'])).toMatchObject({code: 0})
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('are ended by pid:N, without a name too', async () => {
    await startForeign('three')
    const pid = lab.processes(1).find(({args}) => args.includes('guest=three'))?.pid
    const refused = await ctys(lab, ['stop', `pid:${pid}`, 'h1'])
    expect(refused.stderr).toContain('FOREIGN_MACHINE')
    expect(await ctys(lab, ['stop', `pid:${pid}`, 'h1', '--foreign'])).toMatchObject({code: 0})
    const as = ['setpriv', '--reuid', 'admin', '--regid', 'admin', '--init-groups']
    const nameless = ['qemu-system-x86_64', '-M', 'none', '-nodefaults', '-display', 'none', '-daemonize']
    expect(await lab.host(1, [...as, ...nameless])).toMatchObject({code: 0})
    const bare = lab.processes(1).find(({args}) => args.includes('-daemonize'))?.pid
    expect(await ctys(lab, ['stop', `pid:${bare}`, 'h1', '--foreign', '--force'])).toMatchObject({code: 0})
    expect(guestsOf(lab, 1)).toEqual([])
  })
})

/** virsh(1) as far as it is called: domains of /etc/libvirt/qemu, each a QEMU as libvirt starts it. */
const virsh = `#!/bin/sh
[ "$1" = -c ] && [ "$2" = qemu:///system ] || { echo "error: failed to connect to the hypervisor" >&2; exit 1; }
verb=$3 name=$4 pids=/tmp/virsh
mkdir -p "$pids"
xml=/etc/libvirt/qemu/$name.xml
[ -f "$xml" ] || { echo "error: failed to get domain '$name'" >&2; exit 1; }
runs() { pid=$(cat "$pids/$name" 2>/dev/null) && kill -0 "$pid" 2>/dev/null; }
case $verb in
  start)
    if runs; then echo "error: Domain is already active" >&2; exit 1; fi
    [ ! -f "/etc/libvirt/broken-$name" ] || { echo "error: internal error: process exited while connecting to monitor" >&2; exit 1; }
    uuid=$(sed -n 's,.*<uuid>\\(.*\\)</uuid>.*,\\1,p' "$xml")
    qemu-system-x86_64 -name "guest=$name,debug-threads=on" -uuid "$uuid" -M none -nodefaults -S -display none -daemonize -pidfile "$pids/$name" || exit 1
    echo "Domain '$name' started" ;;
  shutdown)
    runs || { echo "error: Requested operation is not valid: domain is not running" >&2; exit 1; }
    kill -9 "$pid"
    echo "Domain '$name' is being shutdown" ;;
  *) exit 2 ;;
esac
`

describe.sequential('machines that the inventory lists', () => {
  beforeAll(async () => {
    writeFileSync(lab.hostPath(1, '/usr/local/bin/virsh'), virsh, {mode: 0o755})
    expect(await lab.host(1, ['mkdir', '-p', '/etc/libvirt/qemu'])).toMatchObject({code: 0})
    for (const [n, name] of ["dom one's", 'broken'].entries()) {
      const uuid = `00000000-0000-4000-8000-00000000000${n}`
      const xml = `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><memory>1024</memory><os><type arch='x86_64'>hvm</type></os></domain>\n`
      writeFileSync(lab.hostPath(1, `/etc/libvirt/qemu/${name}.xml`), xml)
    }
    writeFileSync(lab.hostPath(1, '/etc/libvirt/broken-broken'), '')
    expect(await ctys(lab, ['scan', 'h1'])).toMatchObject({code: 0})
  })

  test('are started and stopped by the command of their manager, where the user says so', async () => {
    const {stdout} = await ctys(lab, ['find', 'type=libvirt', '-o', 'label', '-X'])
    const label = stdout.split('\n').find((line) => line.startsWith('dom')) ?? ''
    const refused = await ctys(lab, ['start', label, 'h1'])
    expect(refused).toMatchObject({code: 2, stderr: expect.stringContaining('ctys does both with --foreign')})
    const plan = await ctys(lab, ['start', label, '--foreign', '-n'])
    expect(plan).toMatchObject({code: 0, stdout: expect.stringContaining("virsh -c qemu:///system start dom one's")})
    const start = await ctys(lab, ['start', label, '--foreign'])
    expect(start).toMatchObject({code: 0, stderr: expect.stringContaining("Domain 'dom one's' started")})
    expect(start.stdout).toMatch(/^h1 .* running \(pid \d+\)$/m)
    expect(guestsOf(lab, 1)).toContain("dom one's")
    const again = await ctys(lab, ['start', label, 'h1', '--foreign'])
    expect(again).toMatchObject({code: 1, stderr: expect.stringContaining('ALREADY_RUNNING')})
    const stop = JSON.parse((await ctys(lab, ['stop', label, 'h1', '--foreign', '--json'])).stdout)
    expectSchema('report', stop)
    expect(stop.outcomes[0].data).toMatchObject({kind: 'owned', what: 'stop', owner: 'libvirt', state: 'off'})
    expect(guestsOf(lab, 1)).not.toContain("dom one's")
  })

  test('say what their manager said when it did not', async () => {
    const start = await ctys(lab, ['start', 'broken', '--foreign'])
    expect(start).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/OWNER_FAILED: .*process exited while connecting/),
    })
  })
})

test('one host under two names is one host to start, list and stop', async () => {
  expect(await ctys(lab, ['start', 'web01'])).toMatchObject({code: 0})
  const list = await ctys(lab, ['list', 'h1', 'alias'])
  expect(list.stdout.match(/web01/g)).toHaveLength(1)
  expect((await ctys(lab, ['show', 'web01'])).stdout).not.toContain('2 times')
  expect((await ctys(lab, ['show', 'web01'])).stderr).not.toContain('2 times')
  expect(await ctys(lab, ['start', 'web01', 'alias'])).toMatchObject({code: 1})
  expectSchema('report', JSON.parse((await ctys(lab, ['list', 'h1', 'alias', '--json'])).stdout))
  expectSchema('report', JSON.parse((await ctys(lab, ['stop', '-n', 'web01', '--json'])).stdout))
  expect(await ctys(lab, ['stop', 'web01', '--force'])).toMatchObject({code: 0})
  expect(guestsOf(lab, 1)).toEqual([])
})
