/** Which questions of ssh clients are answered once for all of them, and which are put for each host. */
import {mkdtempSync, rmSync} from 'node:fs'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect, test} from 'vitest'
import {askOnce} from '../../../src/transport/ask-once.js'
import {createAskpassServer, hasMarks} from '../../../src/transport/openssh/askpass.js'

const passphrase = "Enter passphrase for key '/home/u/.ssh/id': "

/** Asked twice, by the clients of two hosts. `made`: by which clients questions can be told from those of hosts. */
async function askedTwice(prompt: string, made: 'by the client' | 'by a client that marks' | 'by one that does not') {
  const directory = mkdtempSync(join(tmpdir(), 'ctys-askpass-'))
  const asked: string[] = []
  const answers = askOnce(async (question) => `answer ${asked.push(question)}`)
  const person = {answers, tell: () => undefined, program: '/bin/false'}
  const askpass = createAskpassServer(Promise.resolve(directory), person, async () => made === 'by a client that marks')
  try {
    const given: string[] = []
    for (const asker of [1, 2]) {
      const {env, own} = await askpass.asking(['/home/u/.ssh/id'], `h${asker}`)
      if (made === 'by the client') own(asker)
      const socket = connect(join(directory, 'askpass'))
      socket.write(`${JSON.stringify({client: basename(env.SSH_ASKPASS ?? ''), asker, kind: '', prompt})}\n`)
      given.push(await text(socket))
    }
    return {asked, given}
  } finally {
    askpass.close()
    rmSync(directory, {recursive: true, force: true})
  }
}

test.each([
  [passphrase, 1],
  ["anna@h1's password: ", 1],
  ['(anna@h1) Password: ', 1],
  // what one host was told is not for another
  ['Password: ', 2],
  ['Verification code: ', 2],
  ["(eve@evil) Enter passphrase for key '/home/u/.ssh/id': ", 2],
])('%j from two clients is asked %d times', async (prompt, times) => {
  for (const made of ['by the client', 'by a client that marks'] as const) {
    const {asked, given} = await askedTwice(prompt, made)
    expect([asked.length, given]).toEqual([times, ['answer 1\n', `answer ${times}\n`]])
  }
})

test.each([
  passphrase,
  "anna@h1's password: ",
  'Enter PIN for ED25519-SK key /home/u/.ssh/id: ',
  '(anna@h1) Password: ',
])('a jump host could have made %j: each time a person is asked, who is told what asks', async (prompt) => {
  const {asked, given} = await askedTwice(prompt, 'by one that does not')
  const words = prompt.trim().replace(/:$/, '')
  expect(asked).toEqual([1, 2].map((host) => `on the way to h${host} somebody asks: ${words}`))
  expect(given).toEqual(['answer 1\n', 'answer 2\n'])
})

test.each([
  ['OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024', true],
  ['OpenSSH_10.0p2, OpenSSL 3.5.0', true],
  ['OpenSSH_8.5p1, OpenSSL 1.1.1k', true],
  ['OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2', true],
  ['OpenSSH_8.4p1 Debian-5+deb11u3, OpenSSL 1.1.1w', false],
  ['OpenSSH_8.0p1, OpenSSL 1.1.1k FIPS 25 Mar 2021', false],
  ['OpenSSH_7.4p1, OpenSSL 1.0.2k-fips', false],
  ['Dropbear v2022.83', false],
  ['', false],
])('%j marks what hosts ask: %s', (version, marks) => {
  expect(hasMarks(version)).toBe(marks)
})

test('the program that runs as the process is asked for its version', async () => {
  // this one is node, whatever its ssh would say
  const directory = mkdtempSync(join(tmpdir(), 'ctys-askpass-'))
  const asked: string[] = []
  const answers = askOnce(async (question) => `${asked.push(question)}`)
  const askpass = createAskpassServer(Promise.resolve(directory), {
    answers,
    tell: () => undefined,
    program: '/bin/false',
  })
  const {env} = await askpass.asking([], 'h1')
  const socket = connect(join(directory, 'askpass'))
  const question = {client: basename(env.SSH_ASKPASS ?? ''), asker: process.pid, kind: '', prompt: passphrase}
  socket.write(`${JSON.stringify(question)}\n`)
  expect(await text(socket)).toBe('1\n')
  expect(asked[0]).toContain('on the way to h1 somebody asks: ')
  askpass.close()
  rmSync(directory, {recursive: true, force: true})
})
