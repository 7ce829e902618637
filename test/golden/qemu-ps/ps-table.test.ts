import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {readProcesses} from '../../../src/drivers/qemu/process/read-processes.js'

const mark = 'mark'

/** What the script prints where there is no Linux /proc. */
function outputFor(system: string): Buffer {
  const table = readFileSync(new URL(`../../fixtures/qemu/ps-${system}/table.txt`, import.meta.url), 'utf8')
  const owner = ['owner', '1342', 'qemu', 'qemu'].join('\0')
  return Buffer.from(`ps\0${table}\0\0${mark}\0${owner}\0\0${mark}\0`)
}

const expected = {
  linux: {
    pid: 4711,
    startTime: expect.stringMatching(/^\w{3} \w{3} \d{1,2} \d\d:\d\d:\d\d \d{4}$/),
    label: 'recorded',
    uuid: '11111111222233334444555555555555',
    user: '0',
    monitorSockets: [{kind: 'qmp', path: '/tmp/vm/q'}],
  },
  freebsd: {
    pid: 1342,
    startTime: 'Fri Nov 20 09:12:44 2026',
    exePath: '/usr/local/bin/qemu-system-x86_64',
    label: 'fbsd01',
    macs: ['58:9C:FC:00:00:01'],
    vncDisplay: '4',
    vncHost: '127.0.0.1',
    user: 'qemu',
    group: 'qemu',
    uid: '966',
    arch: 'x86_64',
    imagePath: '/vm/fbsd01/fbsd01.img',
  },
  openbsd: {
    pid: 73311,
    startTime: 'Fri Nov 20 07:05:09 2026',
    exePath: 'qemu-system-i386',
    label: 'obsd',
    arch: 'i386',
    monitorSockets: [{kind: 'mux', path: '/var/tmp/qemumon.obsd.73311.anna'}],
    imagePath: '/home/anna/vm/obsd/obsd.img',
  },
  macos: {
    pid: 612,
    startTime: 'Fri Nov 20 10:00:01 2026',
    label: 'mac01',
    accelerator: 'HVF',
    monitorSockets: [{kind: 'hmp', path: '/tmp/mon'}],
    imagePath: '/Users/anna/vm/mac01/mac01.qcow2',
  },
}

test.each(Object.entries(expected))('of the process table of %s only the QEMU is taken', (system, process) => {
  const {processes} = readProcesses(outputFor(system), mark)
  expect(processes).toHaveLength(1)
  expect(processes[0]).toMatchObject(process)
})
