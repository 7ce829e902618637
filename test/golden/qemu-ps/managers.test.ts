import {expect, test} from 'vitest'
import {parseCommandLine} from '../../../src/drivers/qemu/process/command-line.js'
import {managerOf} from '../../../src/drivers/qemu/process/managers.js'
import cases from '../../fixtures/qemu/managers.json' with {type: 'json'}

test.each(cases)('$title: $manager', ({argv, cgroup, user, cwd, manager, command}) => {
  const commandLine = parseCommandLine(argv)
  const facts = {commandLine, monitorSockets: commandLine.monitorSockets, cgroup, user, cwd}
  const found = managerOf(facts)
  expect(found?.name ?? '').toBe(manager)
  expect(found?.stop({host: 'h1', user: 'admin'}) ?? '').toBe(command)
})

test('on this machine the command needs no ssh, behind another port it names it', () => {
  const proxmox = cases.find(({title}) => title === 'Proxmox VE 8')
  const libvirt = cases.find(({title}) => title.startsWith('libvirt 9'))
  const of = ({argv, ...facts}: NonNullable<typeof proxmox>) => {
    const commandLine = parseCommandLine(argv)
    return managerOf({...facts, commandLine, monitorSockets: commandLine.monitorSockets})
  }
  if (proxmox === undefined || libvirt === undefined) throw new Error('no such case')
  expect(of(proxmox)?.stop({host: 'localhost'})).toBe('qm shutdown 100')
  expect(of(proxmox)?.stop({host: 'h1', port: 2222})).toBe('ssh -p 2222 h1 qm shutdown 100')
  expect(of(libvirt)?.stop({host: 'localhost'})).toBe('virsh -c qemu:///system shutdown web01')
  expect(of(libvirt)?.stop({host: 'h1', port: 2222})).toBe('virsh -c qemu+ssh://h1:2222/system shutdown web01')
})

const places: readonly (readonly [manager: string, words: (name: string) => readonly string[]])[] = [
  ['Lima', (name) => ['-qmp', `unix:/h/.lima/${name}/qmp.sock,server`]],
  ['Colima', (name) => ['-qmp', `unix:/h/.colima/_lima/colima-${name}/qmp.sock,server`]],
  ['minikube', (name) => ['-drive', `file=/h/.minikube/machines/${name}/x.img`]],
  ['libvirt', (name) => ['-name', `guest=${name}`, '-qmp', 'unix:/var/lib/libvirt/qemu/d/m,server']],
  ['Incus', (name) => ['-name', name, '-smbios', 'type=1,product=Incus,manufacturer=x']],
  ['LXD', (name) => ['-name', `p_${name}`, '-smbios', 'type=1,product=LXD,manufacturer=x']],
  ['Ganeti', (name) => ['-name', name, '-pidfile', '/run/ganeti/kvm-hypervisor/pid/x']],
]
test.each(places)(
  '%s: a name that nobody can paste makes no command, and not that of another machine',
  (manager, words) => {
    for (const name of ['--all', '-rf', 'a\nb', 'caf\ufffd', '\u202egpj']) {
      const commandLine = parseCommandLine(['qemu-system-x86_64', ...words(name)])
      const facts = {commandLine, monitorSockets: commandLine.monitorSockets, cgroup: '/', user: 'u', cwd: '/c'}
      const found = managerOf(facts)
      expect([found?.name, found?.stop({host: 'h1'}), found?.stop({host: 'localhost'})]).toEqual([manager, '', ''])
    }
  },
)
