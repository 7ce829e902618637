import {expect, test} from 'vitest'
import {exitCodeUnheard} from '../../../src/cli/base/print.js'
import type {ExitStatus} from '../../../src/domain/error-codes.js'
import {shorten, shortenWords} from '../../../src/lib/shorten.js'
import {isPlainWord, longWordFaults} from '../../../src/query/language/find.js'
import {resolveSshSettings} from '../../../src/transport/ssh-config/settings.js'
import {connectError, timeoutError} from '../../../src/transport/ssh2/errors.js'
import {printed} from '../../fakes/printed.js'

test('a long text is shown by its beginning and its length', () => {
  expect(shorten('a'.repeat(80))).toBe('a'.repeat(80))
  expect(shorten('a'.repeat(81))).toBe(`${'a'.repeat(80)}... (81 characters)`)
  expect(shorten(`${'a'.repeat(79)}\u{1f600}b`)).toBe(`${'a'.repeat(79)}... (82 characters)`)
})

test('of a line only endless words are shortened', () => {
  const path = `/vm/${'d/'.repeat(140)}`
  const line = `${'one two '.repeat(100)}${path} ${'x'.repeat(301)} end`
  expect(shortenWords(line)).toBe(`${'one two '.repeat(100)}${path} ${'x'.repeat(80)}... (301 characters) end`)
})

test('a word of more than 1000 characters is no word to look for', () => {
  expect(isPlainWord('a'.repeat(1000))).toBe(true)
  expect(isPlainWord('a'.repeat(1001))).toBe(false)
  expect(longWordFaults(['web', 'a'.repeat(1000)])).toEqual([])
  expect(longWordFaults(['b'.repeat(1001)])).toEqual([
    `'${'b'.repeat(80)}... (1001 characters)' is too long: at most 1000 characters`,
  ])
})

test.each<[name: string, exitCode: ExitStatus, acted: boolean, unheard: ExitStatus]>([
  ['an answer alone', 0, false, 1],
  ['part of an answer', 4, false, 1],
  ['nothing found', 3, false, 3],
  ['what was done', 0, true, 4],
  ['what was done in part', 4, true, 4],
  ['what was not done', 1, true, 1],
])('an answer that cannot be written: %s', (_name, exitCode, acted, unheard) => {
  expect(exitCodeUnheard({exitCode, acted})).toBe(unheard)
})

test('hints name the ssh configuration that is in use', async () => {
  const target = {host: 'h1'}
  const options = {signal: AbortSignal.timeout(15_000)}
  const own = {target, settings: await resolveSshSettings(target, options)}
  const other = {target, settings: await resolveSshSettings(target, {...options, configFile: '/dev/null'})}
  const hints = (at: typeof own) => [
    timeoutError(at, 1000).hint,
    connectError(at, {code: 'ENOTFOUND'}, []).hint,
    connectError(at, {level: 'client-authentication'}, []).hint,
  ]
  expect(hints(own)).toEqual([
    'a longer limit is ConnectTimeout in ~/.ssh/config',
    expect.stringMatching(/in ~\/\.ssh\/config$/),
    'see which keys are tried: ssh -v h1 true',
  ])
  expect(hints(other)).toEqual([
    'a longer limit is ConnectTimeout in /dev/null',
    expect.stringMatching(/in \/dev\/null$/),
    'see which keys are tried: ssh -v -F /dev/null h1 true',
  ])
})

test('what is wrong in a file of a DHCP server is told by line, what it includes among it', () => {
  const reject = (line: number | undefined) => ({...(line !== undefined && {line}), text: 'x', reason: 'is wrong'})
  const report = printed({
    kind: 'extract-mac',
    file: 'dhcp.conf',
    extracted: {
      entries: [],
      rejects: [reject(4), reject(1), reject(undefined)],
      includes: [
        {line: 5, path: 'b'},
        {line: 2, path: 'a'},
      ],
    },
    layout: {columns: []},
    quiet: false,
  })
  const places = report.stderr.split('\n').flatMap((line) => /^dhcp\.conf(:\d)?(?=: )/.exec(line)?.[0] ?? [])
  expect(places).toEqual(['dhcp.conf', ...[1, 2, 4, 5].map((line) => `dhcp.conf:${line}`)])
})
