/** A monitor or an agent that never stops talking: the question ends in its time, in little memory, and the rest goes on. */
import {mkdtempSync, rmSync} from 'node:fs'
import {connect, createServer, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {askToShutDown} from '../../../../src/drivers/qemu/monitor/agent.js'
import {openHmp} from '../../../../src/drivers/qemu/monitor/hmp.js'
import {openQmp} from '../../../../src/drivers/qemu/monitor/qmp.js'
import {withoutTelnet} from '../../../../src/drivers/qemu/monitor/telnet.js'
import {processorMs} from '../../../fakes/yardstick.js'

const directory = mkdtempSync(join(tmpdir(), 'ctys-flood-'))
afterAll(() => rmSync(directory, {recursive: true, force: true}))

const greeting = `${JSON.stringify({QMP: {version: {qemu: {major: 7, minor: 2, micro: 22}}, capabilities: []}})}\r\n`
const event = `${JSON.stringify({event: 'RTC_CHANGE', data: {offset: 0}, timestamp: {seconds: 1, microseconds: 2}})}\r\n`
const megabyte = (piece: string) => Buffer.from(piece.repeat(Math.ceil(2 ** 20 / piece.length)), 'latin1')
const deadlineMs = 400

interface Flood {
  readonly what: string
  readonly first: string
  readonly piece: string
  readonly ask: (socket: Socket) => Promise<unknown>
}
const qmp = (socket: Socket) => openQmp(socket, {deadlineMs}).then((client) => client.execute('query-status'))
const hmp = (socket: Socket) => openHmp(socket, {deadlineMs}).then((client) => client.command('info status'))
const floods: readonly Flood[] = [
  {what: 'QMP: events', first: greeting, piece: event, ask: qmp},
  {what: 'QMP: a line without an end', first: greeting, piece: '{"return": ', ask: qmp},
  {what: 'QMP: a message without an end', first: greeting, piece: '{\n', ask: qmp},
  {what: 'QMP: line ends', first: greeting, piece: '\n', ask: qmp},
  {what: 'QMP: answers nobody waits for', first: greeting, piece: '{"return": {}, "id": "x"}\r\n', ask: qmp},
  {what: 'the human monitor: text', first: '', piece: 'VM status: running\r\n', ask: hmp},
  {what: 'the human monitor: escapes', first: 'QEMU 7.2.0 monitor\r\n(qemu) ', piece: '\x1b[D\x1b[K', ask: hmp},
  {what: 'the human monitor: line ends', first: '(qemu) ', piece: '\n', ask: hmp},
  {
    what: 'telnet: commands',
    first: '',
    piece: '\xff\xfb\x01\xff\xfd\x03',
    ask: (socket) => openHmp(withoutTelnet(socket), {deadlineMs}),
  },
  {
    what: 'an agent: answers of others',
    first: '',
    piece: '{"return": 1}\n',
    ask: (s) => askToShutDown(s, {deadlineMs}),
  },
  {what: 'an agent: a line without an end', first: '', piece: 'x', ask: (s) => askToShutDown(s, {deadlineMs})},
]

test.each(floods)('$what', async ({what, first, piece, ask}) => {
  const path = join(directory, what.replace(/\W+/g, '-'))
  const chunk = megabyte(piece)
  let left = () => {}
  const gone = new Promise<void>((resolve) => {
    left = resolve
  })
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('close', left)
    socket.on('data', () => undefined)
    socket.write(first, 'latin1')
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.on('drain', pour)
    pour()
  }).listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  let longest = 0
  let longestWork = 0
  let last = performance.now()
  let lastWork = processorMs()
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    longestWork = Math.max(longestWork, processorMs() - lastWork)
    last = performance.now()
    lastWork = processorMs()
  }, 5)
  const before = process.memoryUsage().rss
  const socket = connect(path)
  socket.on('error', () => undefined)
  const began = performance.now()
  const error = await ask(socket).catch((caught) => caught)
  const took = performance.now() - began
  socket.destroy()
  await gone
  clearInterval(beat)
  server.close()
  expect(error).toMatchObject({code: 'MONITOR_FAILED'})
  // opening and asking have a limit each, closing half a second
  expect(took).toBeLessThan(2 * deadlineMs + 500 + 10 * longest)
  // in processor time of this process: what else runs on this machine does not count
  expect(longestWork, 'others have their turn').toBeLessThan(deadlineMs)
  expect(process.memoryUsage().rss - before).toBeLessThan(96 * 2 ** 20)
})
