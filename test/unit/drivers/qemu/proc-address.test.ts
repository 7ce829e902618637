import {expect, test} from 'vitest'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {clientsAt} from '../../../../src/drivers/qemu/console/clients.js'
import {readAddress} from '../../../../src/drivers/qemu/monitor/proc-address.js'
import {provePlaces} from '../../../../src/drivers/qemu/monitor/proof.js'
import type {QemuProcess} from '../../../../src/drivers/qemu/process/processes.js'

// lines of /proc/net/tcp and tcp6 as x86_64 and s390x print one and the same socket
test.each([
  ['0100007F', 'big:7F000001', '127.0.0.1'],
  ['00000000', 'big:00000000', '127.0.0.1'],
  ['0201A8C0', 'big:C0A80102', '192.168.1.2'],
  ['00000000000000000000000001000000', 'big:00000000000000000000000000000001', '0:0:0:0:0:0:0:1'],
  ['00000000000000000000000000000000', 'big:00000000000000000000000000000000', '::1'],
  ['0000000000000000FFFF00000100007F', 'big:00000000000000000000FFFF7F000001', '127.0.0.1'],
  ['B80D01200000000000000000EFBEADDE', 'big:20010DB80000000000000000DEADBEEF', '2001:db8:0:0:0:0:dead:beef'],
])('%s and %s are %s', (little, big, address) => {
  expect([readAddress(little), readAddress(big)]).toEqual([address, address])
})

const {signal} = new AbortController()

/** A host that says that to every script. */
function hostThatSays(text: string): HostSession {
  const answer = {exitCode: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0)}
  return {target: {host: 'h1'}, script: async () => answer} as unknown as HostSession
}

test('a monitor of a host with the other order is asked at its own address', async () => {
  const process = {pid: 42, uid: '0', cwd: '/', argv: []} as unknown as QemuProcess
  const places = await provePlaces(
    hostThatSays('0 held big:0A000203:115C\n'),
    process,
    [{tcp: 4444, last: 4444, telnet: false}],
    {
      signal,
    },
  )
  expect(places).toEqual([{to: {tcp: 4444, address: '10.0.2.3'}, telnet: false, isHeld: true}])
})

test.each([
  ['hex:0302000A', '10.0.2.3'],
  ['big:0A000203', '10.0.2.3'],
  ['10.0.2.3', '10.0.2.3'],
  ['-', ''],
])('a client that comes from %s comes from %s', async (from, address) => {
  const session = hostThatSays(`end 7 100 5 ${from} anna nc\n`)
  expect(await clientsAt(session, 42, {unix: '/m'}, signal)).toMatchObject([{from: address, user: 'anna', name: 'nc'}])
})
