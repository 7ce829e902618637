/** Machines of other tools on a lab host, as typed, through the built program: listed, adopted, started as they were. */
import {readFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, guestsOf} from './run-ctys.js'

let lab: Lab
const fixture = (name: string) => readFileSync(`test/fixtures/foreign/others/${name}`)
const as = ['setpriv', '--reuid', 'admin', '--regid', 'admin', '--init-groups']

async function put(path: string, content: Buffer): Promise<void> {
  const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" | base64 -d >"$1" && chmod 644 "$1"'
  const run = await lab.host(1, ['sh', '-c', script, 'sh', path, content.toString('base64')])
  expect(run, run.stderr).toMatchObject({code: 0})
}

const words = [
  ...['-uuid', '11111111-2222-3333-4444-555555555555', '-M', 'pc', '-m', '64', '-S'],
  ...['-drive', 'file=/srv/own/one,,a.qcow2,if=virtio', '-drive', 'file=/srv/own/two.img,format=raw,if=ide'],
  ...['-netdev', 'user,id=n0', '-device', 'virtio-net-pci,netdev=n0,mac=52:54:00:aa:00:01,romfile='],
  ...['-bios', '/usr/share/seabios/bios-256k.bin'],
]

beforeAll(async () => {
  lab = await startLab({hosts: 1})
  const make =
    'mkdir -p /srv/own && cd /srv/own && qemu-img create -q -f qcow2 one,a.qcow2 64M && ' +
    'qemu-img create -q -f raw two.img 16M && qemu-img create -q -f qcow2 -b one,a.qcow2 -F qcow2 clone.qcow2 && ' +
    'mkdir -p /srv/bare && qemu-img create -q -f qcow2 /srv/bare/disk.qcow2 64M && chown -R admin /srv/own /srv/bare'
  const made = await lab.host(1, ['sh', '-c', make])
  expect(made, made.stderr).toMatchObject({code: 0})
  await put('/etc/libvirt/qemu/Web 01.xml', fixture('libvirt-disks.xml'))
  await put('/etc/pve/qemu-server/100.conf', fixture('proxmox-100.conf'))
  await put('/home/admin/.lima/build/lima.yaml', fixture('lima.yaml'))
  await put('/srv/quick/ubuntu.conf', fixture('quickemu-ubuntu.conf'))
  const start = [...as, 'qemu-system-x86_64', '-name', 'own', '-display', 'none', '-daemonize']
  const started = await lab.host(1, [...start, '-monitor', 'unix:/tmp/own.mon,server=on,wait=off', ...words])
  expect(started, started.stderr).toMatchObject({code: 0})
})
afterAll(() => lab?.down())

test('a scan is not blind for them, and who owns one is told', async () => {
  const scan = await ctys(lab, ['scan', 'h1', '--base', '/srv'])
  expect(scan, scan.stderr).toMatchObject({code: 0})
  const find = await ctys(lab, ['find'])
  for (const type of ['LIBVIRT', 'PROXMOX', 'LIMA', 'QUICKEMU', 'IMAGE']) expect(find.stdout).toContain(type)
  const start = await ctys(lab, ['start', 'shop'])
  expect(start.code).toBe(2)
  expect(start.stderr).toContain('ssh h1 qm start 100')
})

test('what runs is adopted while it runs, its clone is not, and it starts as it was', async () => {
  const shown = await ctys(lab, ['adopt', 'h1', '--base', '/srv'])
  expect(shown, shown.stderr).toMatchObject({code: 0})
  expect((await lab.host(1, ['ls', '/srv/own'])).stdout).not.toContain('ctys')
  const adopted = await ctys(lab, ['adopt', 'h1', '--base', '/srv', '--write'])
  expect(adopted, adopted.stderr).toMatchObject({code: 4})
  expect(adopted.stdout).toMatch(/own .* written +\/srv\/own\/own\.ctys/)
  expect(adopted.stdout).toMatch(/bare .* written +\/srv\/bare\/bare\.ctys/)
  expect(adopted.stderr).toMatch(
    /clone: not adopted: it is a linked clone of \/srv\/own\/one,a\.qcow2, which process \d+ \(own\) writes to/,
  )
  expect(await ctys(lab, ['stop', 'own', '--force'])).toMatchObject({code: 0})
  const start = await ctys(lab, ['start', 'own'])
  expect(start, start.stderr).toMatchObject({code: 0})
  expect(guestsOf(lab, 1)).toEqual(['own'])
  const {stdout} = await lab.host(1, [
    'sh',
    '-c',
    'tr "\\0" "\\n" </proc/$(pgrep -f "^[^ ]*qemu-system-x86_64 -name own")/cmdline',
  ])
  const argv = stdout.split('\n')
  const kept = words.slice(2).filter((word) => word !== '-S')
  expect(argv.join('\n')).toContain(kept.join('\n'))
  expect(argv.slice(argv.indexOf('-uuid'), argv.indexOf('-uuid') + 2)).toEqual(words.slice(0, 2))
  expect(await ctys(lab, ['stop', 'own', '--force'])).toMatchObject({code: 0})
})

test('what exists stays as it is; who is dead or unknown is told', async () => {
  const again = await ctys(lab, ['adopt', 'h1', '--base', '/srv', '--only', 'own', '--write'])
  expect(again).toMatchObject({code: 3})
  expect(await ctys(lab, ['adopt', 'h1', '--base', '/srv', '--only', 'shop', '--write'])).toMatchObject({code: 1})
  expect(await ctys(lab, ['adopt', 'h9', '--write'])).toMatchObject({code: 1})
  expect(await ctys(lab, ['adopt', 'h1', '--dir', ''])).toMatchObject({code: 2})
})
