/** What an OpenSSH configuration says of jump hosts, proxies and certificates is followed. */
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {mustRun} from '../lab/run-command.js'
import {ctys, ctysJson, verdicts} from './run-ctys.js'

const ways = ['ssh', 'openssh'] as const

let lab: Lab

beforeAll(async () => {
  lab = await startLab({
    hosts: 3,
    sshd: [
      'Port 22',
      'Port 2222',
      'LogLevel VERBOSE',
      'TrustedUserCAKeys /etc/ssh/user_ca.pub',
      'HostCertificate /etc/ssh/host-cert.pub',
    ],
  })
  await makeKeys()
})

afterAll(() => lab?.down())

/** A user CA all hosts trust with a key it signed, and a host CA. */
async function makeKeys(): Promise<void> {
  const keygen = (...words: string[]): Promise<string> => mustRun(['ssh-keygen', '-q', ...words], {cwd: lab.dir})
  for (const file of ['user_ca', 'host_ca', 'signed_key']) {
    await keygen('-t', 'ed25519', '-N', '', '-C', file, '-f', file)
  }
  await keygen('-s', 'user_ca', '-I', 'a-user', '-n', 'admin', '-V', '+1h', 'signed_key.pub')
  for (const {number} of lab.hosts) {
    copyFileSync(own('user_ca.pub'), lab.hostPath(number, '/etc/ssh/user_ca.pub'))
  }
}

const own = (file: string): string => join(lab.dir, file)

/** The lab's settings with stanzas in front: the first value of a keyword counts (ssh_config(5)). */
function settings(lines: readonly string[]): string[] {
  const file = own('own_config')
  writeFileSync(file, `${lines.join('\n')}\n${readFileSync(lab.sshConfig, 'utf8')}`)
  return ['--ssh-config', file]
}

/** From where a host was logged in to since the last `forgetLogins`: `admin from 10.77.0.1`. */
function logins(number: number): readonly string[] {
  const log = readFileSync(lab.hostPath(number, '/var/log/sshd.log'), 'utf8')
  return [...log.matchAll(/Accepted publickey for (\S+ from \S+)/g)].map(([, who = '']) => who)
}

const logOf = (number: number): string => readFileSync(lab.hostPath(number, '/var/log/sshd.log'), 'utf8')

beforeEach(async () => {
  // sshd opened its log to append: it goes on at the new end
  for (const {number} of lab.hosts) await lab.host(number, ['truncate', '-s', '0', '/var/log/sshd.log'])
})

describe.sequential.each(ways)('ProxyJump over %s', (transport) => {
  const way = ['--transport', transport]

  test('a host is reached through another one', async () => {
    const list = await ctysJson(lab, ['list', 'h3', ...way, ...settings(['Host h3', '  ProxyJump h1'])])
    expect(verdicts(list)).toEqual(['h3 ok'])
    expect(logins(1)).toEqual(['admin from 10.77.0.254'])
    expect(logins(3)).toEqual(['admin from 10.77.0.1'])
  })

  test('a chain is gone through in its order', async () => {
    const list = await ctysJson(lab, ['list', 'h2', ...way, ...settings(['Host h2', '  ProxyJump h1,h3'])])
    expect(verdicts(list)).toEqual(['h2 ok'])
    expect([1, 3, 2].map(logins)).toEqual([
      ['admin from 10.77.0.254'],
      ['admin from 10.77.0.1'],
      ['admin from 10.77.0.3'],
    ])
  })

  test('the hop may have its own user and port', async () => {
    const list = await ctysJson(lab, ['list', 'h3', ...way, ...settings(['Host h3', '  ProxyJump root@h1:2222'])])
    expect(verdicts(list)).toEqual(['h3 ok'])
    expect(logins(1)).toEqual(['root from 10.77.0.254'])
    expect(logOf(1)).toMatch(/Connection from 10\.77\.0\.254 port \d+ on 10\.77\.0\.1 port 2222/)
  })

  test('a hop that cannot be reached is named', async () => {
    const list = await ctys(lab, ['list', 'h2', 'h3', ...way, ...settings(['Host h3', '  ProxyJump h1:2345'])])
    expect(list.code).toBe(4)
    expect(list.stderr).toMatch(/h3: UNREACHABLE: .*/)
    expect(list.stderr).toMatch(/h1|10\.77\.0\.1/)
  })

  test('a hop with a changed key is refused, by its name, and nobody is asked behind it', async () => {
    await lab.changeHostKey(1)
    try {
      const list = await ctys(lab, ['list', 'h2', 'h3', ...way, ...settings(['Host h3', '  ProxyJump h1'])])
      expect(list.code).toBe(4)
      expect(list.stderr).toMatch(/^h3: HOST_KEY_CHANGED/m)
      expect(list.stderr).toMatch(/h1|10\.77\.0\.1\b/)
      expect(list.stderr).toMatch(/known_hosts:1\b/)
      expect(logins(3)).toEqual([])
    } finally {
      lab.learnHostKeys()
    }
  })
})

test.each(ways)('a careless configuration does not make a changed key of a hop pass over %s', async (transport) => {
  await lab.changeHostKey(1)
  try {
    const config = settings(['Host *', '  StrictHostKeyChecking no', 'Host h3', '  ProxyJump h1'])
    const list = await ctys(lab, ['list', 'h3', '--transport', transport, ...config])
    expect(list.code).toBe(1)
    expect(list.stderr).toMatch(/^h3: HOST_KEY_CHANGED/m)
    expect(logins(3)).toEqual([])
  } finally {
    lab.learnHostKeys()
  }
})

test('hosts behind one hop share one connection to it', async () => {
  const list = await ctysJson(lab, ['list', 'h2', 'h3', ...settings(['Host h2 h3', '  ProxyJump h1'])])
  expect(verdicts(list)).toEqual(['h2 ok', 'h3 ok'])
  expect(logins(1)).toEqual(['admin from 10.77.0.254'])
})

describe.sequential('what ssh2 cannot do goes over the ssh client by itself, and --verbose says why', () => {
  const cases = [
    [
      'ProxyCommand',
      () => ['Host h3', `  ProxyCommand ssh -F ${lab.sshConfig} -W %h:%p h1`],
      /h3: using the ssh client: ProxyCommand is set/,
    ],
    [
      'CertificateFile',
      () => ['Host h3', `  IdentityFile ${own('signed_key')}`, `  CertificateFile ${own('signed_key-cert.pub')}`],
      /h3: using the ssh client: the user certificate .*signed_key-cert\.pub is used/,
    ],
  ] as const

  test.each(cases)('%s', async (_name, lines, reason) => {
    const config = settings(lines())
    const list = await ctys(lab, ['list', 'h3', '--verbose', ...config])
    expect(list, list.stderr).toMatchObject({code: 0})
    expect(list.stderr).toMatch(reason)
    const forced = await ctys(lab, ['list', 'h3', '--transport', 'ssh', ...config])
    expect(forced.code).not.toBe(0)
    expect(forced.stderr).toContain('SSH_CONFIG')
  })

  test('the certificate is what let us in', () => {
    const config = settings([
      'Host h3',
      `  IdentityFile ${own('signed_key')}`,
      `  CertificateFile ${own('signed_key-cert.pub')}`,
      'Host *',
      '  IdentityFile none',
    ])
    return ctys(lab, ['list', 'h3', ...config]).then((list) => {
      expect(list, list.stderr).toMatchObject({code: 0})
      expect(logOf(3)).toMatch(/Accepted certificate ID "a-user"/)
    })
  })

  test('a host that is known by a certificate authority, and one that another authority signed is refused', async () => {
    const hostKey = lab.hostPath(3, '/etc/ssh/ssh_host_ed25519_key.pub')
    copyFileSync(hostKey, own('h3.pub'))
    const sign = ['ssh-keygen', '-q', '-s', 'host_ca', '-I', 'h3', '-h', '-n', 'h3,10.77.0.3', '-V', '+1h', 'h3.pub']
    await mustRun(sign, {cwd: lab.dir})
    copyFileSync(own('h3-cert.pub'), lab.hostPath(3, '/etc/ssh/host-cert.pub'))
    await lab.restartSshd(3)
    for (const [authority, code] of [
      ['host_ca', 0],
      ['user_ca', 1],
    ] as const) {
      const [type, key] = readFileSync(own(`${authority}.pub`), 'utf8').split(' ')
      writeFileSync(own('known_ca'), `@cert-authority h3,10.77.0.3 ${type} ${key}\n`)
      const config = settings(['Host h3', `  UserKnownHostsFile ${own('known_ca')}`])
      const list = await ctys(lab, ['list', 'h3', '--verbose', ...config])
      expect(list, list.stderr).toMatchObject({code})
      expect(list.stderr).toMatch(/h3: using the ssh client: .*certificate authority/)
      if (code !== 0) expect(list.stderr).toContain('HOST_CERT_FOREIGN')
    }
  })
})
