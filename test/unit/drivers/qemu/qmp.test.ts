import {Duplex} from 'node:stream'
import {expect, test} from 'vitest'
import {openQmp} from '../../../../src/drivers/qemu/monitor/qmp.js'

const greeting = {QMP: {version: {qemu: {major: 7, minor: 2, micro: 22}, package: ''}, capabilities: []}}

interface Command {
  readonly execute: string
  readonly id: string
  readonly arguments?: unknown
}

/** A monitor that greets and answers each command with what `answer` returns, as many messages as it likes. */
function peer(answer: (command: Command) => readonly unknown[], greet: readonly unknown[] = [greeting]) {
  let rest = ''
  const say = (messages: readonly unknown[]) => {
    for (const message of messages) {
      stream.push(typeof message === 'string' ? `${message}\r\n` : `${JSON.stringify(message)}\r\n`)
    }
  }
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      rest += String(chunk)
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const command: Command = JSON.parse(line)
        say(command.execute === 'qmp_capabilities' ? [{return: {}, id: command.id}] : answer(command))
      }
      done()
    },
  })
  say(greet)
  return stream
}

const fast = {deadlineMs: 200}

test('the greeting tells the version', async () => {
  expect(
    (
      await openQmp(
        peer(() => []),
        fast,
      )
    ).version,
  ).toBe('7.2.22')
})

test('events before a reply, replies nobody waits for and other ids do not confuse it', async () => {
  const client = await openQmp(
    peer(({id}) => [
      {event: 'SHUTDOWN', data: {guest: false}, timestamp: {seconds: 1, microseconds: 2}},
      {return: 'wrong', id: 'someone-else'},
      {return: 'wrong'},
      {return: 'right', id},
      {return: 'late', id},
    ]),
    fast,
  )
  expect(await client.execute('quit')).toBe('right')
})

test('replies are matched by id when they overtake each other', async () => {
  const held: Command[] = []
  const stream = peer((command) => {
    held.push(command)
    return held.length < 2 ? [] : held.reverse().map(({execute, id}) => ({return: execute, id}))
  })
  const client = await openQmp(stream, fast)
  expect(await Promise.all([client.execute('one'), client.execute('two')])).toEqual(['one', 'two'])
})

test("QEMU's refusal carries its words and its class", async () => {
  const error = {class: 'CommandNotFound', desc: 'The command set-action has not been found'}
  const client = await openQmp(
    peer(({id}) => [{error, id}]),
    fast,
  )
  await expect(client.execute('set-action')).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
    message: 'QEMU refused: The command set-action has not been found',
    details: ['CommandNotFound'],
  })
})

test.each([
  ['no greeting', [], 'greeting: no answer within 0.2 s'],
  ['a line that is no JSON', ['hello'], 'not a message of QMP: hello'],
  ['a list', [[1]], 'not a message of QMP: [1]'],
  ['a line without an end', ['x'.repeat(1024 * 1024 + 1)], undefined],
])('%s is MONITOR_FAILED and the stream is closed', async (_what, greet, message) => {
  const stream = peer(() => [], greet)
  await expect(openQmp(stream, fast)).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
    ...(message !== undefined && {message}),
  })
  expect(stream.destroyed).toBe(true)
})

test('a command that is not answered ends at its own deadline', async () => {
  const client = await openQmp(
    peer(() => []),
    fast,
  )
  await expect(client.execute('savevm', {}, 50)).rejects.toMatchObject({
    message: 'savevm: no answer within 0.05 s',
  })
})

test('a monitor that hangs up fails what waits, and everything after', async () => {
  const stream = peer(() => [])
  const client = await openQmp(stream, {deadlineMs: 5_000})
  const waiting = client.execute('query-status')
  stream.push(null)
  await expect(waiting).rejects.toMatchObject({code: 'MONITOR_FAILED'})
  await expect(client.execute('query-status')).rejects.toMatchObject({code: 'MONITOR_FAILED'})
  expect(client.isClosed()).toBe(true)
})

test('closing twice is harmless', async () => {
  const client = await openQmp(
    peer(() => []),
    fast,
  )
  await client.close()
  await client.close()
  expect(client.isClosed()).toBe(true)
})
