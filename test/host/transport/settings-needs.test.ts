import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {resolveSshSettings} from '../../../src/transport/ssh-config/settings.js'

let dir = ''

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-needs-'))
  for (const name of ['plain', 'signed', 'ca']) keygen('-t', 'ed25519', '-N', '', '-f', join(dir, name))
  keygen('-s', join(dir, 'ca'), '-I', 'me', '-n', 'root', join(dir, 'signed.pub'))
  writeFileSync(join(dir, 'sk.pub'), `${skPublicLine()}\n`)
  writeFileSync(join(dir, 'sk-inside'), skPrivateKey(), {mode: 0o600})
})
afterAll(() => rmSync(dir, {recursive: true, force: true}))

function keygen(...argv: string[]): void {
  execFileSync('ssh-keygen', ['-q', ...argv], {stdio: 'ignore'})
}

function lengthAndBytes(bytes: Buffer | string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(bytes))
  return Buffer.concat([length, Buffer.from(bytes)])
}

/** A public key of a security token, made by hand after PROTOCOL.u2f: type, key, application. */
const skBlob = Buffer.concat(['sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7), 'ssh:'].map(lengthAndBytes))

function skPublicLine(): string {
  return `sk-ssh-ed25519@openssh.com ${skBlob.toString('base64')} me@token`
}

/** The head of an openssh-key-v1 file is enough: cipher, kdf, options, count, public key. */
function skPrivateKey(): string {
  const head = [lengthAndBytes('none'), lengthAndBytes('none'), lengthAndBytes(''), Buffer.from([0, 0, 0, 1])]
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...head,
    lengthAndBytes(skBlob),
    lengthAndBytes('secret'),
  ])
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

const cases: [name: string, config: string, reason: RegExp | undefined][] = [
  ['plain keys', 'IdentityFile DIR/plain', undefined],
  ['no key at all', 'IdentityFile none', undefined],
  [
    'a CertificateFile that exists',
    'IdentityFile none\nCertificateFile DIR/signed-cert.pub',
    /user certificate .*signed-cert/,
  ],
  ['a CertificateFile that does not exist', 'IdentityFile DIR/plain\nCertificateFile DIR/absent', undefined],
  ['a certificate beside a key', 'IdentityFile DIR/plain\nIdentityFile DIR/signed', /user certificate .*signed-cert/],
  ['a key on a token, seen in its .pub', 'IdentityFile DIR/sk', /sk is a key on a security token/],
  ['a key on a token, seen in the key itself', 'IdentityFile DIR/sk-inside', /sk-inside is a key on a security token/],
  ['PKCS11Provider', 'IdentityFile DIR/plain\nPKCS11Provider /usr/lib/p11.so', /PKCS11Provider/],
  ['PKCS11Provider none', 'IdentityFile DIR/plain\nPKCS11Provider none', undefined],
  ['ProxyCommand', 'IdentityFile DIR/plain\nProxyCommand nc %h %p', /ProxyCommand/],
  ['ProxyJump', 'IdentityFile DIR/plain\nProxyJump gate', undefined],
  ['KnownHostsCommand', 'IdentityFile DIR/plain\nKnownHostsCommand /bin/true', /KnownHostsCommand/],
  ['RevokedHostKeys', 'IdentityFile DIR/plain\nRevokedHostKeys /etc/krl', /RevokedHostKeys/],
  ['BindAddress', 'IdentityFile DIR/plain\nBindAddress 127.0.0.2', /BindAddress/],
  ['PubkeyAuthentication no', 'IdentityFile DIR/plain\nPubkeyAuthentication no', /PubkeyAuthentication/],
  ['GSSAPI without a key', 'IdentityFile none\nIdentityAgent none\nGSSAPIAuthentication yes', /GSSAPIAuthentication/],
  [
    'GSSAPI with an agent that is not there',
    'IdentityFile none\nIdentityAgent DIR/no\nGSSAPIAuthentication yes',
    /GSSAPI/,
  ],
  ['GSSAPI with a key', 'IdentityFile DIR/plain\nGSSAPIAuthentication yes', undefined],
  ['a KEX ssh2 lacks', 'IdentityFile DIR/plain\nKexAlgorithms sntrup761x25519-sha512@openssh.com', /KexAlgorithms/],
  [
    'host certificates only',
    'IdentityFile DIR/plain\nHostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com',
    /HostKeyAlgorithms/,
  ],
  ['MACs ssh2 lacks', 'IdentityFile DIR/plain\nMACs umac-64@openssh.com', /MACs/],
]

function settingsOf(text: string) {
  const configFile = join(dir, 'config')
  writeFileSync(configFile, `${text.replaceAll('DIR', dir)}\n`)
  return resolveSshSettings(
    {host: 'web'},
    {configFile, env: {PATH: process.env.PATH}, signal: AbortSignal.timeout(15_000)},
  )
}

test.each(cases)('tells ssh2 from the ssh client: %s', async (_, text, reason) => {
  const {needsOpenssh} = await settingsOf(text)
  if (reason === undefined) expect(needsOpenssh).toBeUndefined()
  else expect(needsOpenssh).toMatch(reason)
})

test('offers only algorithms that the configuration allows', async () => {
  const {algorithms} = await settingsOf(
    'Ciphers aes256-ctr,chacha20-poly1305@openssh.com\nHostKeyAlgorithms ssh-ed25519',
  )
  expect(algorithms.cipher).toEqual(['aes256-ctr', 'chacha20-poly1305@openssh.com'])
  expect(algorithms.serverHostKey).toEqual(['ssh-ed25519'])
  expect(algorithms.kex).toContain('curve25519-sha256')
  expect(algorithms.kex).not.toContain('diffie-hellman-group1-sha1')
})
