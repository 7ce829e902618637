/** The answers for installers, each against a file that was read by eye; none but preseed was ever tried with a real one. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {load} from 'js-yaml'
import {expect, test} from 'vitest'
import {readXml} from '../../../src/lib/xml-tree.js'
import {autoinstall} from '../../../src/parse/make/unattended/autoinstall.js'
import {autoyast} from '../../../src/parse/make/unattended/autoyast.js'
import type {InstallFacts} from '../../../src/parse/make/unattended/facts.js'
import {netmaskOf} from '../../../src/parse/make/unattended/facts.js'
import {kickstart} from '../../../src/parse/make/unattended/kickstart.js'
import {preseed} from '../../../src/parse/make/unattended/preseed.js'

const plain: InstallFacts = {
  label: 'web01',
  keys: [`ssh-ed25519 AAAA${'b'.repeat(20)}`],
  disk: '/dev/vda',
  mac: '52:54:00:00:00:01',
}
const fixed: InstallFacts = {
  ...plain,
  ip: '192.0.2.7',
  network: {prefix: 26, gateway: '192.0.2.1', dns: ['192.0.2.2', '192.0.2.3']},
}

test.each(Object.entries({preseed, kickstart, autoyast, autoinstall}))('%s', (name, make) => {
  const text = [plain, fixed].map((facts) => `${make(facts).text}---- ${make(facts).append}\n`).join('')
  const file = `test/fixtures/unattended/${name}.txt`
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  expect(existsSync(file)).toBe(true)
  expect(text).toBe(readFileSync(file, 'utf8'))
})

test('what is meant for a parser is understood by one', () => {
  for (const facts of [
    plain,
    fixed,
    {...fixed, ip: '2001:db8::7', network: {prefix: 64, gateway: 'fe80::1', dns: []}},
  ]) {
    expect(load(autoinstall(facts).text)).toMatchObject({autoinstall: {version: 1, identity: {hostname: 'web01'}}})
    expect(readXml(autoyast(facts).text.replace('<!DOCTYPE profile>', ''))).toHaveProperty('root')
    for (const {text} of [preseed(facts), kickstart(facts)]) expect(text).not.toMatch(/undefined|\[object/)
  }
})

test('a mask of each length', () => {
  expect([1, 8, 24, 26, 31, 32].map(netmaskOf)).toEqual([
    '128.0.0.0',
    '255.0.0.0',
    '255.255.255.0',
    '255.255.255.192',
    '255.255.255.254',
    '255.255.255.255',
  ])
})
