import {expect, test} from 'vitest'
import {classifySshMessages, opensshError} from '../../src/transport/openssh/errors.js'
import type {SshSettings} from '../../src/transport/ssh-config/types.js'

/** As printed by OpenSSH 9.2 and, where it differs, by 7.4 to 10. */
test.each([
  ['ssh: Could not resolve hostname x: Name or service not known', 'NAME_NOT_RESOLVED'],
  ['ssh: connect to host x port 22: Connection refused', 'UNREACHABLE'],
  ['ssh: connect to host x port 22: No route to host', 'UNREACHABLE'],
  ['ssh: connect to host x port 22: Network is unreachable', 'UNREACHABLE'],
  ['ssh: connect to host x port 22: Connection timed out', 'CONNECT_TIMEOUT'],
  ['ssh: connect to host x port 22: Operation timed out', 'CONNECT_TIMEOUT'],
  ['Connection timed out during banner exchange\nConnection to 127.0.0.1 port 22 timed out', 'CONNECT_TIMEOUT'],
  [
    'kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.1 port 22',
    'UNREACHABLE',
  ],
  ['kex_exchange_identification: read: Connection reset by peer', 'UNREACHABLE'],
  ['Unable to negotiate with 10.0.0.1 port 22: no matching host key type found.', 'NO_COMMON_ALGORITHM'],
  ['Bad server host key: Invalid key length', 'NO_COMMON_ALGORITHM'],
  ['Certificate invalid: expired\nHost key verification failed.', 'HOST_CERT_EXPIRED'],
  ['Certificate invalid: name is not a listed principal\nHost key verification failed.', 'HOST_CERT_FOREIGN'],
  [
    'No ED25519 host key is known for x and you have requested strict checking.\nHost key verification failed.',
    'HOST_KEY_UNKNOWN',
  ],
  ['@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.', 'HOST_KEY_CHANGED'],
  ['Host key ED25519 SHA256:x revoked by file\n@ WARNING: REVOKED HOST KEY DETECTED! @', 'HOST_KEY_REVOKED'],
  ['a@x: Permission denied (publickey,password).', 'AUTH_FAILED'],
  ['Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures', 'AUTH_FAILED'],
  ['/etc/x: line 3: Bad configuration option: foo', 'SSH_CONFIG'],
  ['Bad owner or permissions on /home/a/.ssh/config', 'SSH_CONFIG'],
  ['Protocol major versions differ: 2 vs. 1', 'UNREACHABLE'],
  ['Bad packet length 1094795585.\nssh_dispatch_run_fatal: Connection to 10.0.0.1 port 22: bad', 'UNREACHABLE'],
  ['ssh: connect to host x port 22: Invalid argument', 'UNREACHABLE'],
  ['bind 10.0.0.9: Cannot assign requested address\nssh: connect to host x port 22: failure', 'UNREACHABLE'],
  ['KnownHostsCommand-ORDER /bin/false failed, status 1', 'SSH_CONFIG'],
  ['This account is currently not available.', undefined],
  ['', undefined],
])('reads %j as %s', (text, code) => {
  expect(classifySshMessages(text)).toBe(code)
})

test.each([
  ['kex_exchange_identification: read: Connection reset by peer', 'dropped'],
  ['kex_exchange_identification: Connection closed by remote host', 'dropped'],
  ['ssh: connect to host x port 22: Connection reset by peer', 'dropped'],
  ['Connection timed out during banner exchange', 'silent'],
  ['Connection closed by 10.0.0.1 port 22', undefined],
  ['ssh: connect to host x port 22: Connection timed out', undefined],
])('%j looks like a crowd: %s', (text, load) => {
  expect(opensshError({host: 'x'}, {hostKeyNames: ['x']} as unknown as SshSettings, text)?.load).toBe(load)
})

test('the message is the line that tells, the rest is evidence', () => {
  const text = 'Warning: noise\r\nssh: connect to host x port 22: Connection refused\r\n'
  const error = opensshError({host: 'x', user: 'a'}, {hostKeyNames: ['x']} as unknown as SshSettings, text)
  expect(error?.message).toBe('a@x: ssh: connect to host x port 22: Connection refused')
  expect(error?.details).toEqual(['Warning: noise'])
})
