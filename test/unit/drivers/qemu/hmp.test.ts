import {Duplex} from 'node:stream'
import {expect, test} from 'vitest'
import {openHmp} from '../../../../src/drivers/qemu/monitor/hmp.js'

/** QEMU's multiplexer with a console and a monitor on one stream; guest text may stand in every answer. */
function mux({atMonitor = false, noise = '', held = false} = {}) {
  const state = {atMonitor, console: '', commands: [] as string[], stream: new Duplex()}
  let line = ''
  let escaped = false
  const say = (text: string) => void state.stream.push(Buffer.from(text))
  const key = (letter: string) => {
    if (letter === 'h') return say('\n\rC-a h    print this help\n\rC-a c    switch between console and monitor\n\r')
    if (letter !== 'c') return
    state.atMonitor = !state.atMonitor
    say(state.atMonitor ? "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) " : '\r\n')
  }
  const type = (letter: string) => {
    if (!state.atMonitor) {
      state.console += letter
      return
    }
    if (letter !== '\n') {
      line += letter
      say(`\x1b[D${line}\x1b[K`)
      return
    }
    state.commands.push(line)
    say(
      `\r\n${noise}${line === 'info name' ? 'wéb01\r\n' : line === '' ? '' : `unknown command: '${line}'\r\n`}(qemu) `,
    )
    line = ''
  }
  state.stream = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      for (const letter of held ? '' : String(chunk)) {
        if (escaped) key(letter)
        else if (letter !== '\x01') type(letter)
        escaped = !escaped && letter === '\x01'
      }
      done()
    },
    final: (done) => {
      state.stream.push(null)
      done()
    },
  })
  if (atMonitor) say("QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ")
  return state
}

const shared = {deadlineMs: 200, escapeCode: 1}

test.each([
  ['the console', false],
  ['the monitor, where somebody left it', true],
])(
  'a shared socket that shows %s is brought to the monitor and given back to the console',
  async (_side, atMonitor) => {
    const qemu = mux({atMonitor})
    const client = await openHmp(qemu.stream, shared)
    expect(client.version).toBe('7.2.22')
    expect(await client.command('info name')).toBe('wéb01')
    await client.close()
    expect(qemu).toMatchObject({atMonitor: false, console: '', commands: ['info name']})
  },
)

test('what the guest prints meanwhile does not hide the answer', async () => {
  const client = await openHmp(mux({noise: '[ 1.0] kernel: hello\r\n'}).stream, shared)
  expect((await client.command('info name')).split('\n')).toEqual(['[ 1.0] kernel: hello', 'wéb01'])
})

test('nothing but the harmless help key goes to a socket that somebody else holds', async () => {
  const qemu = mux({held: true})
  const written: string[] = []
  const write = qemu.stream.write.bind(qemu.stream)
  qemu.stream.write = (chunk: Buffer) => {
    written.push(chunk.toString())
    return write(chunk)
  }
  await expect(openHmp(qemu.stream, shared)).rejects.toMatchObject({code: 'MONITOR_FAILED'})
  expect(written).toEqual(['\x01h'])
  expect(qemu.stream.destroyed).toBe(true)
})

test('a monitor alone on its socket needs no switching', async () => {
  const qemu = mux({atMonitor: true})
  const client = await openHmp(qemu.stream, {deadlineMs: 200})
  expect(await client.command('bogus')).toBe("unknown command: 'bogus'")
  await client.close()
  expect(qemu.atMonitor).toBe(true)
})

test('a line with control characters is refused, so that one command stays one', async () => {
  const qemu = mux()
  const client = await openHmp(qemu.stream, shared)
  await expect(client.command('info name\nquit')).rejects.toMatchObject({code: 'MONITOR_FAILED'})
  expect(qemu.commands).toEqual([])
})

test('a monitor that hangs up fails the command', async () => {
  const qemu = mux({atMonitor: true})
  const client = await openHmp(qemu.stream, {deadlineMs: 5_000})
  qemu.stream.push(null)
  await expect(client.command('quit')).rejects.toMatchObject({code: 'MONITOR_FAILED'})
  expect(client.isClosed()).toBe(true)
})
