import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {readDocument} from '../../../../inventory/yaml/document.js'
import type {NewInput} from '../../../../src/parse/make/new-words.js'
import {parseImage} from '../../../../src/parse/make/parse-image.js'
import {parseNew} from '../../../../src/parse/make/parse-new.js'
import {parseSums} from '../../../../src/parse/make/sums.js'

test.each([
  ['/srv/a.qcow2', {kind: 'host', path: '/srv/a.qcow2'}],
  ['~/a.img', {kind: 'host', path: '~/a.img'}],
  ['./a', {kind: 'here', path: './a'}],
  ['images/a', {kind: 'here', path: 'images/a'}],
  ['a.qcow2', {kind: 'here', path: 'a.qcow2'}],
  ['here:/srv/a', {kind: 'here', path: '/srv/a'}],
  ['here:~/a', {kind: 'here', path: '~/a'}],
  ['https://h/a.img?x=1', {kind: 'url', url: 'https://h/a.img?x=1'}],
  ['debian-12', {kind: 'named', name: 'debian-12'}],
  ['opensuse-leap-15.6', {kind: 'named', name: 'opensuse-leap-15.6'}],
])('%s', (word, image) => expect(parseImage(word)).toEqual(image))

test.each(['ftp://h/a', 'file:///etc/passwd', 'https://a b/c', 'http://', '-x', 'a b', 'a\nb', ''])(
  '%j is no image',
  (word) => {
    expect(typeof parseImage(word)).toBe('string')
  },
)

describe('a checksum', () => {
  const faultsOf = (words: NewInput) => {
    const faults: string[] = []
    parseNew({name: 'a', ...words}, (word, reason) => faults.push(`${word}: ${reason}`))
    return faults
  }
  const hex = 'aB'.repeat(32)

  test('is asked of an address, and refused where it is of no use', () => {
    expect(faultsOf({image: 'https://h/a'})).toEqual(['image: what is fetched is checked: give its sha256'])
    expect(faultsOf({image: 'https://h/a', sha256: hex})).toEqual([])
    expect(faultsOf({image: './a', sha256: hex})).toEqual([])
    expect(faultsOf({image: '/a', sha256: hex})).toHaveLength(1)
    expect(faultsOf({image: 'debian-12', sha256: hex})).toHaveLength(1)
    expect(faultsOf({sha256: hex})).toEqual(['sha256: is for an image, and none is named'])
    expect(faultsOf({image: './a', sha256: 'abc'})).toEqual([expect.stringContaining("'abc' is no SHA-256")])
  })

  const one = 'a1'.repeat(32)
  const long = 'b2'.repeat(64)
  test.each([
    [`${one}  a.img\n`, {algorithm: 'sha256', hex: one}],
    [`${long} *a.img\r\n`, {algorithm: 'sha512', hex: long}],
    [`# a.img: 5 bytes\nSHA256 (a.img) = ${one.toUpperCase()}\n`, {algorithm: 'sha256', hex: one}],
    [`-----BEGIN PGP SIGNED MESSAGE-----\n${one}  ./dir/a.img\n`, {algorithm: 'sha256', hex: one}],
    [`${long}\n`, {algorithm: 'sha512', hex: long}],
    [`${one}  b.img\n${one}\n`, undefined],
    [`${one}  xa.img\n`, undefined],
    ['', undefined],
  ])('in %j', (text, digest) => expect(parseSums(text, 'a.img')).toEqual(digest))
})

test('the catalogue fits its schema, says of what was never fetched that it was not, and can check everything', () => {
  const file = 'inventory/images/catalogue.json'
  const {value, faults} = readDocument(readFileSync(file), file, 'images')
  expect(faults).toEqual([])
  const {images} = value as {images: {name: string; evidence: string; files: {url: string; sums?: string}[]}[]}
  expect(new Set(images.map(({name}) => name)).size).toBe(images.length)
  for (const system of ['debian', 'ubuntu', 'fedora', 'alma', 'opensuse', 'alpine', 'arch', 'freebsd']) {
    expect(
      images.some(({name}) => name.startsWith(system)),
      system,
    ).toBe(true)
  }
  for (const {evidence, files} of images) {
    expect(evidence).toMatch(/^(never fetched here|fetched \d{4}-\d\d-\d\d)/)
    for (const {url, sums} of files)
      expect([url, sums]).toEqual([expect.stringMatching(/^https:/), expect.stringMatching(/^https:/)])
  }
})
