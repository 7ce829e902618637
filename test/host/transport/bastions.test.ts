import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {createTransport} from '../../../src/transport/route.js'

const dir = mkdtempSync(join(tmpdir(), 'ctys-doors-'))
const configFile = join(dir, 'config')
writeFileSync(
  configFile,
  `Host a b
  HostName 10.1.1.1
Host c
  HostName 10.1.1.1
  Port 2222
Host behind
  ProxyJump a
Host deep
  ProxyJump middle,other
Host middle
  HostName 10.1.1.2
  ProxyJump b
Host proxied also
  ProxyCommand connect -S gate %h %p
Host there
  ProxyJump back
Host back
  ProxyJump there
`,
)
afterAll(() => rmSync(dir, {recursive: true, force: true}))
const {signal} = new AbortController()

test.each([
  ['a', '10.1.1.1 22'],
  ['b', '10.1.1.1 22'],
  ['c', '10.1.1.1 2222'],
  ['behind', '10.1.1.1 22'],
  ['deep', '10.1.1.1 22'],
  ['proxied', 'connect -S gate %h %p'],
  ['also', 'connect -S gate %h %p'],
  ['localhost', 'this machine'],
])('the sshd that is met first on the way to %s is %s', async (host, bastion) => {
  expect(await createTransport({configFile}).bastionOf({host}, signal)).toBe(bastion)
})

test('a way that leads back to itself has an end', async () => {
  expect(typeof (await createTransport({configFile}).bastionOf({host: 'there'}, signal))).toBe('string')
})
