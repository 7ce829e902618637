import {expect, test} from 'vitest'
import {parseForward} from '../../../../src/app/console/guest-ports.js'
import {sshWords} from '../../../../src/cli/console/guest-login.js'
import {UsageError} from '../../../../src/domain/errors.js'

test('two ports, or one for both sides', () => {
  expect(parseForward('8080:80')).toEqual({local: 8080, port: 80})
  expect(parseForward('0:22')).toEqual({local: 0, port: 22})
  expect(parseForward('443')).toEqual({local: 443, port: 443})
})

test.each(['', ':80', '80:', 'x:1', '1:0', '70000:1', '1:70000', '1:2:3', '-1:2'])('%j is none of it', (text) => {
  expect(() => parseForward(text)).toThrow(UsageError)
})

test('ssh is called with the host in front, the key by UUID, and nothing of the guest as an option', () => {
  const login = {
    name: 'web',
    address: '10.0.0.5',
    key: '11-22/33',
    by: 'admin@h2:2222',
    user: 'root',
    command: ['-v', 'x'],
  }
  expect(sshWords(login, {knownHosts: '/a b/k', sshConfig: '/etc/x'})).toEqual([
    ...[
      '-F',
      '/etc/x',
      '-o',
      'HostKeyAlias=ctys-11-22_33',
      '-o',
      'UserKnownHostsFile="/a b/k"',
      '-o',
      'CheckHostIP=no',
    ],
    ...['-J', 'admin@h2:2222', '--', 'root@10.0.0.5', '-v', 'x'],
  ])
})
