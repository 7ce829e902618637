import {expect, test} from 'vitest'
import {splitOptions} from '../../../../src/drivers/qemu/process/command-line-options.js'
import {findConsoles} from '../../../../src/drivers/qemu/process/consoles.js'
import {doubling} from '../../../../src/lib/passing.js'

const consolesOf = (words: string) => findConsoles(splitOptions(['qemu-system-x86_64', ...words.split(' ')]))

test.each([
  ['-serial unix:/s,server=on,wait=off', {id: 'serial0', mux: false, at: {unix: '/s'}, log: ''}],
  ['-serial mon:unix:/m,server,nowait', {id: 'serial0', mux: true, at: {unix: '/m'}, log: ''}],
  [
    '-serial telnet:127.0.0.1:4001,server,nowait',
    {id: 'serial0', mux: false, at: {tcp: 4001, last: 4001, telnet: true}},
  ],
  ['-serial null -serial unix:/t,server', {id: 'serial1', mux: false, at: {unix: '/t'}}],
  ['-chardev socket,id=c,path=/c,server=on,logfile=/l -serial chardev:c', {id: 'c', at: {unix: '/c'}, log: '/l'}],
  [
    '-chardev socket,id=c,path=/c,server=on,mux=on -device isa-serial,chardev=c',
    {id: 'c', mux: true, at: {unix: '/c'}},
  ],
  ['-chardev socket,id=v,path=/v,server=on -device virtconsole,chardev=v', {id: 'v', at: {unix: '/v'}}],
  ['-serial file:/log', {id: 'serial0', at: {nowhere: 'it is a file'}, log: '/log'}],
  ['-serial stdio', {id: 'serial0', at: {nowhere: 'it is on the standard input and output of QEMU'}}],
])('%s', (words, point) => {
  expect(consolesOf(words)[0]).toMatchObject(point)
})

test.each([
  '-serial none',
  '-chardev socket,id=q,path=/q,server=on -device virtserialport,chardev=q',
  '-monitor unix:/m,server',
])('%s is no console', (words) => {
  expect(consolesOf(words)).toEqual([])
})

test('what the way would take for itself is doubled', () => {
  expect([...doubling(Buffer.from([1, 120, 255]), 1)]).toEqual([1, 1, 120, 255])
  expect([...doubling(Buffer.from([1, 120, 255]), 255)]).toEqual([1, 120, 255, 255])
  expect([...doubling(Buffer.from('abc'), 1)]).toEqual([97, 98, 99])
})
