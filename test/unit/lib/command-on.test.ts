import {describe, expect, test} from 'vitest'
import {emptyRecord} from '../../../src/domain/inventory/inventory-record.js'
import {commandOn, here, nameWord, on} from '../../../src/lib/command-on.js'
import {ownerCommands} from '../../../src/lib/owner-commands.js'
import {isPastable} from '../../../src/lib/shell-quote.js'

const local = {host: 'localhost'}
const h1 = {host: 'h1', user: 'admin', port: 2222}

test.each([
  ['web01', 'ctys stop web01 --force'],
  ['web 01', "ctys stop 'web 01' --force"],
  ['$(id)', "ctys stop '$(id)' --force"],
  ["it's", "ctys stop 'it'\\''s' --force"],
  ['=ls', "ctys stop '=ls' --force"],
  ['~root', "ctys stop '~root' --force"],
  ['', "ctys stop '' --force"],
  ['Größe', "ctys stop 'Größe' --force"],
  ['--all', 'ctys stop ... --force'],
  ['a\nb', 'ctys stop ... --force'],
  ['a\x1b[2Jb', 'ctys stop ... --force'],
  ['a\u202eb', 'ctys stop ... --force'],
  ['caf\ufffd', 'ctys stop ... --force'],
  ['a\0b', 'ctys stop ... --force'],
])('%j is one word of a command, or none that can be pasted', (name, command) => {
  expect(here`ctys stop ${name} --force`).toBe(command)
})

test.each([
  [local, '/vm/a', 'df /vm/a'],
  [local, '/vm/a b', "df '/vm/a b'"],
  [h1, '/vm/a', 'ssh -p 2222 admin@h1 df /vm/a'],
  [h1, '/vm/$(id)', "ssh -p 2222 admin@h1 'df '\\''/vm/$(id)'\\'''"],
  [{host: 'h1', user: 'DOM\\dave'}, '/vm/a', "ssh 'DOM\\dave@h1' df /vm/a"],
])('on %j a path is one word for the shell there as well: %s', (target, path, command) => {
  expect(on(target)`df ${path}`).toBe(command)
})

test('a command with a word that is absent is none', () => {
  expect(commandOn(h1, ['qm', 'shutdown', nameWord('--all')])).toBe('')
  expect(commandOn(local, ['qm', 'shutdown', nameWord('100')])).toBe('qm shutdown 100')
})

describe('the own commands of an owner', () => {
  const names = ['-rf', '--all', 'a\nb', 'caf\ufffd']
  const paths: Readonly<Record<string, (name: string) => string>> = {
    PROXMOX: (name) => `/etc/pve/qemu-server/${name}.conf`,
    LIMA: (name) => `/home/a/.lima/${name}/lima.yaml`,
    INCUS: (name) => `/var/lib/incus/virtual-machines/${name}/backup.yaml`,
    LXD: (name) => `/var/lib/lxd/virtual-machines/p_${name}/backup.yaml`,
    LIBVIRT: (name) => `/etc/libvirt/qemu/${name}.xml`,
  }
  test.each(Object.keys(paths).flatMap((type) => names.map((name) => [type, name] as const)))(
    '%s: a name such as %j makes none',
    (type, name) => {
      const machine = {...emptyRecord(), type, label: name, id: paths[type]?.(name) ?? ''}
      expect(ownerCommands(machine, h1)).toEqual({start: '', stop: ''})
    },
  )

  test('a name that a shell would take apart is quoted for each shell that reads it', () => {
    const machine = {...emptyRecord(), type: 'LIMA', label: 'x', id: '/home/a/.lima/$(id)/lima.yaml'}
    expect(ownerCommands(machine, local)?.stop).toBe("limactl stop '$(id)'")
    expect(ownerCommands(machine, h1)?.stop).toBe("ssh -p 2222 admin@h1 'limactl stop '\\''$(id)'\\'''")
  })
})

test('what is no option and stands on the screen as it is can be pasted', () => {
  expect(['web01', 'a b', '/vm/-x', '日本'].every(isPastable)).toBe(true)
})
