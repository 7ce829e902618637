import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {createCatalogue} from '../../../inventory/images/catalogue.js'
import type {CtysError} from '../../../src/domain/errors.js'

let path = ''
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'ctys-images-')), 'images.yaml')
})
afterEach(() => rmSync(join(path, '..'), {recursive: true}))

const hex = 'a'.repeat(64)

test('entries of the user come first, and in place of those of ctys', async () => {
  expect((await createCatalogue(path).all()).some(({name}) => name === 'debian-12')).toBe(true)
  writeFileSync(
    path,
    `images:\n  - {name: ours, files: [{arch: x86_64, url: 'http://h/o.img', sha256: ${hex}}]}\n  - {name: debian-12, title: Mine, files: [{arch: x86_64, url: 'http://h/d.img', sums: 'http://h/sums'}]}\n`,
  )
  const all = await createCatalogue(path).all()
  expect(all[0]).toMatchObject({name: 'ours', evidence: 'yours', source: path})
  expect(all.filter(({name}) => name === 'debian-12')).toMatchObject([{title: 'Mine'}])
})

test('every fault of the file is told with its place', async () => {
  writeFileSync(path, `images:\n  - {name: 'a b', files: [{arch: x86_64, url: 'file:///etc/passwd'}]}\n  - {nam: x}\n`)
  const error: unknown = await createCatalogue(path)
    .all()
    .catch((thrown: unknown) => thrown)
  const {code, message, details = []} = error as CtysError
  expect(code).toBe('CONFIG')
  const faults = [message, ...details].join('\n')
  expect(faults).toContain(`${path}:2:6: images[0].name: "a b" is not letters`)
  expect(faults).toContain('images[0].files[0].url: "file:///etc/passwd" is not an address of the web')
  expect(faults).toContain('images[1].nam: is not known here')
  writeFileSync(path, `images: [{name: a, files: [{arch: x86_64, url: 'http://h/a'}]}]\n`)
  await expect(createCatalogue(path).all()).rejects.toThrow(/images\[0\].files\[0\]: lacks sha256, sha512 or sums/)
})
