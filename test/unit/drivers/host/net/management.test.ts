import {Duplex} from 'node:stream'
import {expect, test} from 'vitest'
import {askSwitch, readHash, readPorts} from '../../../../../src/drivers/host/net/management.js'

const table = `Port 0001 untagged_vlan=0000 ACTIVE - Unnamed Allocatable
 Current User: NONE Access Control: (User: NONE - Group: NONE)
 IN:  pkts         15          bytes                 1346
 OUT: pkts          0          bytes                    0
  -- endpoint ID 0006 module tuntap      : ctys48b30fca
Port 0002 untagged_vlan=0007 ACTIVE - Unnamed Allocatable
 Current User: root Access Control: (User: NONE - Group: NONE)
 IN:  pkts          0          bytes                    0
 OUT: pkts          7          bytes                  610
  -- endpoint ID 0003 module unix prog   : QEMU user=root pid=451
  -- endpoint ID 0004 module unix prog   : $(reboot) pid=x ; user=`

test('the table of ports is read, whatever a process calls itself', () => {
  expect(readPorts(table)).toEqual([
    {port: 1, vlan: 0, rxBytes: 1346, txBytes: 0, endpoints: [{text: 'ctys48b30fca', tap: 'ctys48b30fca'}]},
    {
      ...{port: 2, vlan: 7, rxBytes: 0, txBytes: 610},
      endpoints: [{text: 'QEMU user=root pid=451', pid: 451, user: 'root'}, {text: '$(reboot) pid=x ; user='}],
    },
  ])
  expect(readPorts('nonsense\n  -- endpoint ID 1 module x : y')).toEqual([])
})

test('addresses that were seen stand at their ports', () => {
  const text =
    'Hash: 0012 Addr: 52:54:00:12:34:56 VLAN 0000 to port: 002  age 3 secs\nHash: 1 Addr: ff:ff:ff:ff:ff:ff VLAN 0000 to port: 002'
  expect(readHash(text)).toEqual(new Map([[2, ['52:54:00:12:34:56']]]))
})

/** A switch that says this to each command, in pieces. */
function talking(answers: readonly string[]): Duplex {
  const left = [...answers]
  const say = (stream: Duplex, text: string) => {
    for (const char of text) stream.push(char)
  }
  const stream = new Duplex({
    read: () => undefined,
    write(_, __, done) {
      const next = left.shift()
      if (next !== undefined) say(stream, next)
      done()
    },
  })
  setImmediate(() => say(stream, 'VDE switch V.2.3.2\n\nvde$ '))
  return stream
}

const {signal} = new AbortController()

test('the data of each command comes without its frame', async () => {
  const stream = talking(["0000 DATA END WITH '.'\na\n.b\n.\n1000 Success\n\nvde$ ", '1000 Success\n\nvde$ '])
  expect(await askSwitch(stream, ['one', 'two'], {signal})).toEqual(['a\n.b', ''])
  expect(stream.destroyed).toBe(true)
})

test.each([
  ['refuses', '1038 Function not implemented\n\nvde$ '],
  ['says nothing of how it went', 'hello\nvde$ '],
])('one that %s is told', async (_, answer) => {
  await expect(askSwitch(talking([answer]), ['x'], {signal})).rejects.toMatchObject({code: 'COMMAND_FAILED'})
})

test('one that is silent, floods or goes costs its limit and no more', async () => {
  await expect(askSwitch(talking([]), ['x'], {signal, deadlineMs: 50})).rejects.toMatchObject({code: 'COMMAND_FAILED'})
  const flood = new Duplex({read: () => undefined, write: (_, __, done) => done()})
  setImmediate(() => flood.push('x'.repeat(2_000_000)))
  await expect(askSwitch(flood, ['x'], {signal})).rejects.toThrow('too much')
  const gone = new Duplex({read: () => undefined, write: (_, __, done) => done()})
  setImmediate(() => gone.destroy())
  await expect(askSwitch(gone, ['x'], {signal})).rejects.toThrow('ended')
})
