import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {NewMachine} from '../../../../../src/domain/work/make.js'
import {parseVmConfig} from '../../../../../src/drivers/qemu/config/vm-config.js'
import {configText} from '../../../../../src/drivers/qemu/make/config-text.js'
import {parseNew} from '../../../../../src/parse/make/parse-new.js'

const made = {serial: '20260131102030', starter: '/usr/bin/qemu-system-x86_64', arch: 'x86_64'}
const web01: NewMachine = {
  label: 'web01',
  uuid: '00000000-0000-4000-8000-000000000001',
  macs: ['52:54:00:11:22:33', '52:54:00:11:22:34'],
  ip: '192.0.2.7',
  memoryMiB: 2048,
  cpus: 2,
  net: 'bridge:br0',
  disk: {format: 'qcow2', size: 2 ** 33},
  fingerprint: 'ab',
}

const read = (machine: NewMachine) => parseVmConfig(Buffer.from(configText(machine, made)), '/vm/web01/web01.ctys')

test('the reader of the project finds what was written', () => {
  const shared = {
    version: '01.01.001',
    serial: made.serial,
    category: 'VM',
    vmState: 'ACTIVE',
    exePath: made.starter,
    arch: 'x86_64',
    vram: '2048',
    vcpu: '2',
    defaultConsole: 'NONE',
  }
  expect(read(web01)).toEqual({
    ignored: false,
    rejects: [],
    machine: {
      type: 'QEMU',
      label: 'web01',
      id: '/vm/web01/web01.ctys',
      uuid: '00000000000040008000000000000001',
      interfaces: [
        {...shared, ifName: '0', mac: '52:54:00:11:22:33', tcp: '192.0.2.7'},
        {...shared, ifName: '1', mac: '52:54:00:11:22:34'},
      ],
    },
  })
})

test('the same input gives the same bytes', () => {
  expect(configText(web01, made)).toBe(configText({...web01}, {...made}))
})

test('no text of a call changes what the reader finds', () => {
  const text = fc.string({unit: 'binary', maxLength: 60})
  const hostile = fc.oneof(text, fc.constantFrom('"\n#@#LABEL = "x"', '" #@#UUID = "', "'", '`id`', '$(id)', '\r', '"'))
  fc.assert(
    fc.property(
      hostile,
      hostile,
      hostile,
      hostile,
      fc.array(hostile, {maxLength: 5}),
      (cdrom, kernel, initrd, append, words) => {
        const faults: string[] = []
        const [path, image, disk] = [`/${cdrom}`, `/${kernel}`, `/${initrd}`]
        const {template} = parseNew(
          {name: 'web01', cdrom: path, kernel: image, initrd: disk, append, arg: words},
          (_, reason) => faults.push(reason),
        )
        if (faults.length > 0) return
        const machine = {...template, label: 'web01', uuid: web01.uuid, macs: web01.macs, fingerprint: 'ab'}
        const reading = read(machine)
        expect(reading.rejects).toEqual([])
        expect(reading.machine).toMatchObject({label: 'web01', uuid: web01.uuid.replaceAll('-', '')})
        expect(reading.machine?.interfaces.map(({mac}) => mac)).toEqual(web01.macs)
        const lines = configText(machine, made).split('\n')
        expect(lines.filter((line) => line.startsWith('#@#APPEND = '))).toEqual([`#@#APPEND = "${append}"`])
        expect(lines.filter((line) => /^#@#ARG\d+ = /.test(line))).toEqual(
          words.map((word, index) => `#@#ARG${index} = "${word}"`),
        )
      },
    ),
    {numRuns: 300},
  )
})
