import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {hashName, isAbout, parseKnownHosts} from '../../../src/transport/known-hosts/file.js'
import {fingerprint} from '../../../src/transport/known-hosts/known-hosts.js'

let dir = ''
const keys: string[] = []

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-keygen-'))
  for (const type of ['ed25519', 'ecdsa', 'rsa']) {
    execFileSync('ssh-keygen', [
      '-q',
      '-N',
      '',
      '-C',
      '',
      '-f',
      join(dir, type),
      '-t',
      type,
      ...(type === 'rsa' ? ['-b', '2048'] : []),
    ])
    keys.push(readFileSync(join(dir, `${type}.pub`), 'latin1').trim())
  }
})
afterAll(() => rmSync(dir, {recursive: true, force: true}))

/** Few letters, so that names and patterns meet often. */
const letters = (characters: string) => fc.string({unit: fc.constantFrom(...characters), minLength: 1, maxLength: 5})
const name = fc.oneof(
  letters('abA.'),
  letters('ab').map((host) => `[${host}]:22`),
  fc.constantFrom('::1', '10.0.0.1'),
)
const pattern = fc.tuple(fc.constantFrom('', '', '', '!'), fc.oneof(name, letters('ab*?.'), fc.constant('[*]:22')))
const hosts = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(pattern, {minLength: 1, maxLength: 4}).map((list) => list.map((p) => p.join('')).join(',')),
  },
  {weight: 1, arbitrary: fc.tuple(name, fc.uint8Array({minLength: 20, maxLength: 20})).map(hashed)},
)
const marker = fc.constantFrom('', '', '', '@revoked ', '@cert-authority  ', '@other ', '@revoked @revoked ', ' ')
const line = fc.oneof(
  {weight: 8, arbitrary: fc.tuple(marker, hosts, fc.constantFrom(' ', '\t', '  '), fc.nat(2))},
  {weight: 1, arbitrary: fc.constantFrom('', '# a', 'a', 'a ssh-rsa', 'a ssh-ed25519 AAAA', '|1|x a b')},
)

function hashed([host, salt]: [string, Uint8Array]): string {
  return hashName(host, Buffer.from(salt)) ?? ''
}

/** `LINE MARKER FINGERPRINT` of what ssh-keygen -F finds. */
function reference(file: string, host: string): string[] {
  try {
    const argv = ['-l', '-F', host, '-f', file]
    const output = execFileSync('ssh-keygen', argv, {encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore']})
    return [...output.matchAll(/^# Host .* found: line (\d+) ?(.*)\n.*?(SHA256:\S+)/gm)].map(([, ...found]) =>
      found.join(' '),
    )
  } catch {
    return []
  }
}

test('finds for any file and name the lines that ssh-keygen -F finds', () => {
  const words = {none: '', revoked: 'REVOKED', 'cert-authority': 'CA'}
  let hits = 0
  fc.assert(
    fc.property(fc.array(line, {minLength: 1, maxLength: 12}), name, (lines, host) => {
      const text = lines.map((parts) =>
        typeof parts === 'string' ? parts : `${parts[0]}${parts[1]}${parts[2]}${keys[parts[3]]}`,
      )
      const file = join(dir, 'known_hosts')
      writeFileSync(file, `${text.join('\n')}\n`, 'latin1')
      const found = parseKnownHosts(file, readFileSync(file, 'latin1')).filter((entry) => isAbout(entry, host))
      hits += found.length
      expect(found.map((entry) => `${entry.line} ${words[entry.marker]} ${fingerprint(entry.key)}`)).toEqual(
        reference(file, host),
      )
    }),
    {numRuns: 300},
  )
  expect(hits).toBeGreaterThan(100)
})
