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
