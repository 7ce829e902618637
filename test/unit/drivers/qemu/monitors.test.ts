import {expect, test} from 'vitest'
import {splitOptions} from '../../../../src/drivers/qemu/process/command-line-options.js'
import {findConsoles} from '../../../../src/drivers/qemu/process/consoles.js'
import {findAgents, findMonitors, mayWaitForClient} from '../../../../src/drivers/qemu/process/monitors.js'

const optionsOf = (...words: readonly string[]) => splitOptions(['qemu-system-x86_64', ...words])
const json = (addr: object, more: object = {}) =>
  JSON.stringify({id: 'm', backend: {type: 'socket', data: {addr, ...more}}})
const unix = {type: 'unix', data: {path: '/run/m'}}

test.each<[readonly string[], readonly object[]]>([
  [['-chardev', json(unix, {server: true, wait: false}), '-mon', 'm'], [{kind: 'hmp', at: {unix: '/run/m'}}]],
  // a socket made by QMP's words listens unless it is told not to
  [['-chardev', json(unix), '-mon', 'chardev=m,mode=control'], [{kind: 'qmp', at: {unix: '/run/m'}}]],
  [
    ['-chardev', json(unix, {server: false}), '-mon', 'm'],
    [{kind: 'hmp', at: {nowhere: 'QEMU itself connects it to something'}}],
  ],
  [
    ['-chardev', json({type: 'inet', data: {host: '::1', port: '4444', to: 4446}}, {telnet: true}), '-mon', 'm'],
    [{kind: 'hmp', at: {tcp: 4444, last: 4446, telnet: true}}],
  ],
  [['-chardev', json({type: 'fd', data: {str: '23'}}), '-mon', 'm'], [{kind: 'hmp', at: {fd: 23}}]],
  [['-qmp', 'unix:path=/run/vc/q.sock,server=on,wait=off'], [{kind: 'qmp', at: {unix: '/run/vc/q.sock'}}]],
  [['-qmp', 'unix:fd=3,server=on,wait=off'], [{kind: 'qmp', at: {fd: 3}}]],
  [['-qmp', 'tcp:[::1]:4444,server,nowait'], [{kind: 'qmp', at: {tcp: 4444, last: 4444, telnet: false}}]],
  [
    ['-monitor', 'stdio', '-monitor', 'none', '-monitor', 'unix:a,server=on'],
    [
      {kind: 'hmp', at: {unix: 'a'}},
      {kind: 'hmp', at: {nowhere: 'it is on the standard input and output of QEMU'}},
    ],
  ],
  [['-chardev', '{"id":', '-mon', 'm'], []],
])('monitors of %j', (words, points) => {
  expect(findMonitors(optionsOf(...words))).toEqual(points)
})

test.each<[readonly string[], boolean]>([
  [['-monitor', 'unix:/run/m,server'], true],
  [['-serial', 'mon:telnet::4444,server=on'], true],
  [['-serial', 'tcp::4444,server=on,wait=on'], true],
  [['-chardev', 'socket,id=m,path=/run/m,server=yes'], true],
  [['-monitor', 'unix:/run/m,server,nowait'], false],
  [['-monitor', 'unix:/run/m,server,wait=no'], false],
  [['-monitor', 'unix:/run/m'], false],
  [['-chardev', json(unix)], false],
  [['-chardev', json(unix, {wait: true})], true],
  [['-chardev', 'pty,id=m,server=on'], false],
  [['-vnc', 'unix:/run/m,server'], false],
])('QEMU may wait for a client of %j: %s', (words, waits) => {
  expect(mayWaitForClient(optionsOf(...words))).toBe(waits)
})

test.each([
  ['udp:127.0.0.1:4555', 'it is on UDP'],
  ['pipe:/run/m', 'it is a pipe'],
  ['tty:/dev/ttyS0', 'it is on a device of the host'],
])('nobody comes to a monitor on %s', (device, nowhere) => {
  expect(findMonitors(optionsOf('-monitor', device))).toEqual([{kind: 'hmp', at: {nowhere}}])
})

test.each([
  ['virtserialport,chardev=m,name=org.qemu.guest_agent.0'],
  ['{"driver":"virtserialport","chardev":"m","name":"org.qemu.guest_agent.0"}'],
])('the channel of a guest agent by %s', (device) => {
  expect(findAgents(optionsOf('-device', device, '-chardev', json(unix)))).toEqual([{unix: '/run/m'}])
})

const line = (path: string, id = 'm') => ['-chardev', `socket,path=${path},server=on,wait=off,id=${id}`]

test.each<[readonly string[], string]>([
  [
    [...line('/var/run/qemu-server/100.qga', 'qga0'), '-device', 'isa-serial,chardev=qga0'],
    '/var/run/qemu-server/100.qga',
  ],
  [[...line('/run/x/guest-agent.sock'), '-device', 'pci-serial,chardev=m'], '/run/x/guest-agent.sock'],
  [[...line('/run/x/org.qemu.guest_agent.0'), '-serial', 'chardev:m'], '/run/x/org.qemu.guest_agent.0'],
  [['-serial', 'unix:/run/x/qga.sock,server=on,wait=off'], '/run/x/qga.sock'],
])('a serial line that is called like one of a guest agent is one, and no console: %j', (words, path) => {
  const options = optionsOf(...words)
  expect(findAgents(options)).toEqual([{unix: path}])
  expect(findConsoles(options)).toEqual([])
})

test.each<[readonly string[]]>([
  [[...line('/run/web01.console'), '-device', 'isa-serial,chardev=m']],
  [['-serial', 'unix:/var/tmp/qemumon.qga.17.root,server=on,wait=off']],
  [['-serial', 'unix:/vm/qga/serial,server=on,wait=off']],
])('another one is a console, whatever its machine is called: %j', (words) => {
  const options = optionsOf(...words)
  expect(findAgents(options)).toEqual([])
  expect(findConsoles(options)).toHaveLength(1)
})
