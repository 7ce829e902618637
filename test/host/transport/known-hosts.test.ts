import {execFileSync} from 'node:child_process'
import {appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {hashName} from '../../../src/transport/known-hosts/file.js'
import {
  checkHostKey,
  fingerprint,
  knownKeyTypes,
  orderHostKeyAlgorithms,
  rememberHostKey,
} from '../../../src/transport/known-hosts/known-hosts.js'
import {timesYardstick} from '../../fakes/yardstick.js'

let dir = ''
let file = ''
/** `TYPE BASE64` of generated keys. */
const keys: Record<'ed' | 'ed2' | 'ec' | 'rsa', string> = {ed: '', ed2: '', ec: '', rsa: ''}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-known-'))
  const kinds = {ed: ['ed25519'], ed2: ['ed25519'], ec: ['ecdsa'], rsa: ['rsa', '-b', '2048']}
  for (const [name, kind] of Object.entries(kinds)) {
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', '', '-f', join(dir, name), '-t', ...kind])
    keys[name as keyof typeof keys] = readFileSync(join(dir, `${name}.pub`), 'latin1').trim()
  }
})
afterAll(() => rmSync(dir, {recursive: true, force: true}))
beforeEach(() => {
  file = join(mkdtempSync(join(dir, 'case-')), 'known_hosts')
})

function blob(name: keyof typeof keys): Buffer {
  return Buffer.from(keys[name].split(' ')[1] ?? '', 'base64')
}

/** ED, ED2, EC and RSA stand for the keys, HASH(name) for a hashed name. */
function write(text: string): void {
  writeFileSync(
    file,
    text
      .replace(/\b(ED2?|EC|RSA)\b/g, (name) => keys[name.toLowerCase() as keyof typeof keys])
      .replace(/HASH\((.*?)\)/g, (_, name: string) => hashName(name, Buffer.alloc(20, 5)) ?? ''),
  )
}

const known = (line: number) => ({verdict: 'known', line})
const changed = (line: number, knownType: string) => ({verdict: 'changed', line, knownType})
const unknown = {verdict: 'unknown', certAuthorityOnly: false}

/** The host always shows the Ed25519 key ED. */
const verdicts: [name: string, text: string, names: string[], verdict: object][] = [
  ['a key that is there', 'web ED\n', ['web'], known(1)],
  ['a key in a list of names', 'db,web,192.0.2.1 ED\n', ['web'], known(1)],
  ['names in another case', 'WEB ED\n', ['Web'], known(1)],
  ['a file without a final newline', '# x\nweb ED', ['web'], known(2)],
  ['lines that end with CR LF', 'web ED\r\n', ['web'], known(1)],
  ['tabs and blanks between the fields', ' \tweb\t  ED a comment\n', ['web'], known(1)],
  ['a host that is not there', 'db ED\n', ['web'], unknown],
  ['an empty file', '', ['web'], unknown],
  ['another key of the same type', 'web ED2\n', ['web'], changed(1, 'ssh-ed25519')],
  ['another key and the right one', 'web ED2\nweb ED\n', ['web'], known(2)],
  ['a key of another type only, which ssh calls changed', 'web EC\n', ['web'], changed(1, 'ecdsa-sha2-nistp256')],
  ['evidence of the same type first', 'web EC\nweb ED2\n', ['web'], changed(2, 'ssh-ed25519')],
  ['a hashed name', 'HASH(web) ED\n', ['web'], known(1)],
  ['a hashed name with another key', 'HASH(web) ED2\n', ['web'], changed(1, 'ssh-ed25519')],
  ['another hashed name', 'HASH(db) ED\n', ['web'], unknown],
  ['a hash that is cut off', '|1|abc|def ED\n', ['web'], unknown],
  ['wildcards', '*.example.net,!bad.example.net ED\n', ['web.example.net'], known(1)],
  ['a name that is taken out', '*.example.net,!bad.example.net ED\n', ['bad.example.net'], unknown],
  ['a name taken out after it fitted', 'web*,!web1 ED\n', ['web1'], unknown],
  ['a question mark', 'web? ED\n', ['web1'], known(1)],
  ['a question mark without a character', 'web? ED\n', ['web'], unknown],
  ['a name with a port', '[web]:2222 ED\n', ['[web]:2222', 'web'], known(1)],
  ['brackets are no character class', '[web] ED\n', ['w'], unknown],
  ['the plain name, for another port', 'web ED\n', ['[web]:2222', 'web'], known(1)],
  ['another key under the plain name does not count', 'web ED2\n', ['[web]:2222', 'web'], unknown],
  [
    'the plain name does not heal another key',
    '[web]:2222 ED2\nweb ED\n',
    ['[web]:2222', 'web'],
    changed(1, 'ssh-ed25519'),
  ],
  ['the port of another service', '[web]:2223 ED\n', ['[web]:2222', 'web'], unknown],
  ['a revoked key', '@revoked web ED\n', ['web'], {verdict: 'revoked', line: 1}],
  ['a revoked key that is known, too', 'web ED\n@revoked * ED\n', ['web'], {verdict: 'revoked', line: 2}],
  [
    'a revoked key under the plain name',
    '[web]:9 ED\n@revoked web ED\n',
    ['[web]:9', 'web'],
    {verdict: 'revoked', line: 2},
  ],
  ['another revoked key', '@revoked web ED2\nweb ED\n', ['web'], known(2)],
  ['a revoked key of another host', '@revoked db ED\nweb ED\n', ['web'], known(2)],
  ['a certificate authority', '@cert-authority web ED2\n', ['web'], {verdict: 'unknown', certAuthorityOnly: true}],
  [
    'the key of an authority is no host key',
    '@cert-authority web ED\n',
    ['web'],
    {verdict: 'unknown', certAuthorityOnly: true},
  ],
  ['an authority for others', '@cert-authority *.net ED2\n', ['web'], unknown],
  ['an authority beside a key', '@cert-authority web ED2\nweb ED\n', ['web'], known(2)],
  ['an unknown marker', '@other web ED\n', ['web'], unknown],
  ['two markers', '@revoked @revoked web ED\n', ['web'], unknown],
  ['a comment', '#web ED\n', ['web'], unknown],
  ['a line without a key', 'web\nweb ssh-ed25519\nweb ssh-ed25519 !!!\n', ['web'], unknown],
  ['a key that names another type than it is', 'web ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAAA\n', ['web'], unknown],
  ['an SSH 1 line', 'web 1024 35 1234567\nweb ED\n', ['web'], known(2)],
  ['bytes that are no UTF-8', '\xff\xfe\0 ED\nweb ED\n', ['web'], known(2)],
]

test.each(verdicts)('judges %s', async (_, text, names, verdict) => {
  write(text)
  const found = await checkHostKey({files: [file], names, key: blob('ed')})
  expect(found).toEqual('line' in verdict ? {...verdict, file} : verdict)
})

test('searches several files in order and takes missing ones and /dev/null as empty', async () => {
  write('web EC\n')
  const second = join(dir, 'second')
  writeFileSync(second, `\nweb ${keys.ed}\n`)
  const lookup = {files: [join(dir, 'absent/x'), '/dev/null', file, second], names: ['web']}
  expect(await checkHostKey({...lookup, key: blob('ed')})).toEqual({verdict: 'known', file: second, line: 2})
  expect(await knownKeyTypes(lookup)).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519'])
})

test('sees at once what another program has added', async () => {
  write('db ED\n')
  const lookup = {files: [file], names: ['web'], key: blob('ed')}
  expect(await checkHostKey(lookup)).toMatchObject({verdict: 'unknown'})
  appendFileSync(file, `web ${keys.ed}\n`)
  expect(await checkHostKey(lookup)).toMatchObject({verdict: 'known', line: 2})
})

test('does not take a file it cannot read for an empty one', async () => {
  await expect(checkHostKey({files: [dir], names: ['web'], key: blob('ed')})).rejects.toMatchObject({
    code: 'SSH_CONFIG',
  })
})

test('takes no time over a pattern of many stars', async () => {
  write(`${'*a'.repeat(400)}*b ED\n`)
  const started = performance.now()
  expect(await checkHostKey({files: [file], names: ['a'.repeat(2000)], key: blob('ed')})).toEqual(unknown)
  expect(performance.now() - started).toBeLessThan(timesYardstick(45))
})

describe('a huge file', () => {
  const strangers = (count: number, hashed: boolean) => {
    const names = Array.from({length: count}, (_, i) => `host${i}.example.org`)
    return names.map((name) => `${hashed ? hashName(name, Buffer.alloc(20, 7)) : name} ${keys.ec}\n`).join('')
  }

  test.each([false, true])('is read in linear time, hashed: %s', async (hashed) => {
    const timeOf = async (count: number) => {
      writeFileSync(file, `${strangers(count, hashed)}web ${keys.ed}\n`)
      const began = performance.now()
      expect(await checkHostKey({files: [file], names: ['web'], key: blob('ed')})).toMatchObject(known(count + 1))
      return performance.now() - began
    }
    await timeOf(2_000)
    // a third measurement before it is called quadratic
    const ratios = [(await timeOf(40_000)) / (await timeOf(20_000)), (await timeOf(40_000)) / (await timeOf(20_000))]
    expect(Math.min(...ratios)).toBeLessThan(3.2)
  })

  test('beyond any size is an error that names it, and no answer', async () => {
    writeFileSync(file, `web ${keys.ed}\n`)
    truncateSync(file, 64 * 2 ** 20 + 1)
    await expect(checkHostKey({files: [file], names: ['web'], key: blob('ed')})).rejects.toMatchObject({
      code: 'SSH_CONFIG',
      message: expect.stringContaining(file),
    })
  })
})

test('asks for the known types first', async () => {
  write('@cert-authority web ED\n@revoked web ED2\nweb EC\nweb RSA\n[web]:22 ED\n')
  const types = await knownKeyTypes({files: [file], names: ['web']})
  expect(types).toEqual(['ecdsa-sha2-nistp256', 'ssh-rsa'])
  const algorithms = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'ssh-rsa']
  expect(orderHostKeyAlgorithms(algorithms, types)).toEqual([
    ...['ecdsa-sha2-nistp256', 'rsa-sha2-512', 'ssh-rsa', 'ssh-ed25519'],
  ])
  expect(orderHostKeyAlgorithms(algorithms, [])).toEqual(algorithms)
})

test('takes the types of the plain name only when the name with the port has none', async () => {
  write('web RSA\n[web]:2222 EC\n')
  expect(await knownKeyTypes({files: [file], names: ['[web]:2222', 'web']})).toEqual(['ecdsa-sha2-nistp256'])
  expect(await knownKeyTypes({files: [file], names: ['[web]:2223', 'web']})).toEqual(['ssh-rsa'])
})

test.each(['ed', 'ec', 'rsa'] as const)('prints the fingerprint of %s as ssh-keygen does', (name) => {
  const line = execFileSync('ssh-keygen', ['-l', '-f', join(dir, `${name}.pub`)], {encoding: 'utf8'})
  expect(fingerprint(blob(name))).toBe(line.split(' ')[1])
})

test.each([true, false])('remembers a new key so that ssh-keygen finds it, hashed: %s', async (hashed) => {
  const name = '[web.example.net]:2222'
  const fresh = join(dir, `new-${hashed}/sub/known_hosts`)
  await rememberHostKey({file: fresh, name, key: blob('rsa'), hashed})
  expect(statSync(fresh).mode & 0o777).toBe(0o600)
  expect(statSync(join(dir, `new-${hashed}/sub`)).mode & 0o777).toBe(0o700)
  expect(readFileSync(fresh, 'utf8').includes('web.example.net')).toBe(!hashed)
  expect(execFileSync('ssh-keygen', ['-F', name, '-f', fresh], {encoding: 'utf8'})).toContain(keys.rsa)
  expect(await checkHostKey({files: [fresh], names: [name], key: blob('rsa')})).toMatchObject({verdict: 'known'})
})

test('remembers many hosts at the same time without losing a line, also behind an unfinished line', async () => {
  write('first ED')
  const names = Array.from({length: 40}, (_, index) => `host${index}`)
  await Promise.all(names.map((name) => rememberHostKey({file, name, key: blob('ec'), hashed: false})))
  for (const name of names) {
    expect(await checkHostKey({files: [file], names: [name], key: blob('ec')})).toMatchObject({verdict: 'known'})
  }
  expect(await checkHostKey({files: [file], names: ['first'], key: blob('ed')})).toMatchObject({verdict: 'known'})
})

test.each([...['web other', 'a,b', '*', '!x', '@revoked', '#x', '|1|x', 'a\nb', 'a\u2028b', '']])(
  'does not write the name %j',
  async (name) => {
    await expect(rememberHostKey({file, name, key: blob('ed'), hashed: false})).rejects.toMatchObject({
      code: 'SSH_CONFIG',
    })
    expect(() => statSync(file)).toThrow(/ENOENT/)
  },
)

test('does not write a key of which the host made up the type', async () => {
  const type = Buffer.from('x y\n* ssh-rsa')
  const key = Buffer.concat([Buffer.from([0, 0, 0, type.length]), type])
  await expect(rememberHostKey({file, name: 'web', key, hashed: false})).rejects.toMatchObject({code: 'SSH_CONFIG'})
})

test('says why a key cannot be written', async () => {
  const target = {file: '/dev/null/known_hosts', name: 'web', key: blob('ed'), hashed: false}
  await expect(rememberHostKey(target)).rejects.toMatchObject({
    code: 'SSH_CONFIG',
    message: expect.stringMatching(/cannot add the key of web to .*: file already exists$/),
  })
})
