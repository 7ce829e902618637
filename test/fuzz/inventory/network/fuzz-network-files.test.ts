import {readFileSync} from 'node:fs'
import {expect, test, vi} from 'vitest'
import {extractAddresses, guessFormat} from '../../../../inventory/network/extract.js'
import {formatMacmap, parseMacmap} from '../../../../inventory/network/macmap.js'
import {UsageError} from '../../../../src/domain/errors.js'
import type {AddressFormat} from '../../../../src/domain/network/network-entry.js'
import {printed} from '../../../fakes/printed.js'
import {expectExplained, expectPrintable, expectSame, runFuzz} from '../../../fuzz/run-fuzz.js'

// damaged files of other programs: entries of the right shape, or a reason; what was read can be stored and read again

vi.setConfig({testTimeout: 120_000})

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/network/${name}`, import.meta.url))
const hosts = fixture('dnsmasq.conf')
  .toString()
  .replace(/^.*dhcp-host\s*=\s*/gm, '')

const nested = '['.repeat(1000) + ']'.repeat(1000)

test.each<[AddressFormat, number, string | Buffer, RegExp | undefined, readonly string[]]>([
  [
    ...(['isc', 3000, fixture('dhcpd.conf'), /(^|[;{}])\s*host\s/i] as const),
    ['host a {', '}', 'hardware ethernet 02:00:00:00:00:01;', 'fixed-address ', ', ', 'option host-name "', 'group {'],
  ],
  [
    ...(['dnsmasq', 2000, fixture('dnsmasq.conf'), /^\s*(--)?dhcp-host\s*=/m] as const),
    ['\ndhcp-host=', 'dhcp-host=[', '::1]', 'ignore', ',id:', 'conf-file=', '02:00:00:00:00:02', '"', '# '],
  ],
  [
    ...(['dnsmasq-hosts', 1000, hosts, /^\s*[^#\s]/m] as const),
    ['02:00:00:00:00:02,', '[::1]', ',set:x', '1-', '\n"', 'ignore,'],
  ],
  [
    ...(['kea', 2500, fixture('kea-dhcp4.conf'), undefined] as const),
    [
      '"reservations": [',
      `"deep": ${nested},`,
      `"reservations": [{"hw-address": ${nested}}],`,
      '{"hw-address": ',
      '[{',
      ']',
      '}',
      '"Dhcp4": {',
      '<?include "',
      '/*',
      '*/',
      '//',
      '\\',
      'null',
    ],
  ],
  [
    ...(['ethers', 1000, fixture('ethers'), /^\s*[^#\s]/m] as const),
    ['\n02:00:00:00:00:03 ', ' 10.0.0.3', '::1', '\t', '#'],
  ],
])('%s: damaged files give sound addresses or a reason', (format, whole, sample, speaking, words) => {
  let entriesSeen = 0
  const file = `/etc/${format}`
  const check = (bytes: Buffer): void => {
    const text = bytes.toString()
    const extracted = extractAddresses({name: file, text, format})
    const {entries, rejects, includes} = extracted
    entriesSeen += entries.length
    for (const {ip, mac} of entries) {
      if (!/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac)) expect.fail(`MAC address ${mac}`)
      if (!/^(\d+(\.\d+){3}|[0-9a-f:]+|)$/.test(ip)) expect.fail(`IP address ${ip}`)
    }
    expectExplained(rejects, bytes)
    expectExplained(
      includes.map(({line}) => ({line, reason: 'includes'})),
      bytes,
    )
    if (entries.length + rejects.length === 0) expectSilent(text, speaking)
    const readable = entries.filter(({name, ip}) => name !== '' || ip !== '')
    expectSame(
      parseMacmap(formatMacmap(readable)).entries.map(({name, ip, mac}) => ({name, ip, mac})),
      readable,
    )
    for (const ethers of [false, true]) {
      const layout = {columns: ['name', 'ip', 'mac'] as const, ethers}
      const {stdout, stderr} = printed({kind: 'extract-mac', file, extracted, layout, quiet: false})
      expectPrintable(stdout, stderr)
    }
  }
  const rounds = runFuzz({name: format, rounds: whole, samples: [sample], words, check})
  expect(entriesSeen).toBeGreaterThan(rounds)
})

/** Without an entry and without a fault there was nothing that could have been one; in Kea an empty list alone. */
function expectSilent(text: string, speaking: RegExp | undefined): void {
  if (speaking === undefined) expect(text).toMatch(/Dhcp[46]/)
  else expect(text.replace(/#.*|"[^"\n]*"?/g, '')).not.toMatch(speaking)
}

test('guess: a damaged file is told by what it holds or refused, and never reads for long', () => {
  const samples = ['dhcpd.conf', 'dnsmasq.conf', 'kea-dhcp4.conf', 'ethers', 'macmap.fdb'].map(fixture)
  const check = (bytes: Buffer): void => {
    const text = bytes.toString()
    if (guessFormat('x', text) !== undefined) extractAddresses({name: 'x', text})
    else expect(() => extractAddresses({name: 'x', text})).toThrow(UsageError)
  }
  runFuzz({name: 'guess', rounds: 1500, samples, words: ['subnet 1 {', 'host a {', '"Dhcp4":', 'dhcp-host='], check})
})
