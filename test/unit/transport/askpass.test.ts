/** Which questions of ssh clients are answered once for all of them, and which are put for each host. */
import {mkdtempSync, rmSync} from 'node:fs'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect, test} from 'vitest'
import {askOnce} from '../../../src/transport/ask-once.js'
import {createAskpassDesk} from '../../../src/transport/openssh/askpass.js'

test.each([
  ["Enter passphrase for key '/home/u/.ssh/id': ", 1],
  ["anna@h1's password: ", 1],
  ['(anna@h1) Password: ', 1],
  // of a client before OpenSSH 8.5, which does not say whose it is: what one host was told is not for another
  ['Password: ', 2],
  ['Verification code: ', 2],
])('%j from two clients is asked %d times', async (prompt, times) => {
  const directory = mkdtempSync(join(tmpdir(), 'ctys-askpass-'))
  const asked: string[] = []
  const answers = askOnce(async (question) => `answer ${asked.push(question)}`)
  const desk = createAskpassDesk(Promise.resolve(directory), {answers, tell: () => undefined, program: '/bin/false'})
  try {
    for (const asker of [1, 2]) {
      const {env} = await desk.asking(['/home/u/.ssh/id'])
      const socket = connect(join(directory, 'askpass'))
      socket.write(`${JSON.stringify({client: basename(env.SSH_ASKPASS ?? ''), asker, kind: '', prompt})}\n`)
      expect(await text(socket)).toBe(`answer ${Math.min(asker, times)}\n`)
    }
    expect(asked).toHaveLength(times)
  } finally {
    desk.close()
    rmSync(directory, {recursive: true, force: true})
  }
})
