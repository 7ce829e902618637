/** Which files are images of a configuration: one rule for a scan, for the evidence of a process and for saved states. */
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {diskNames} from '../../../../src/drivers/host/scan/disks.js'
import {imagesFunction} from '../../../../src/drivers/qemu/remote/images.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-images-'))
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

function byShell(shell: string, config: string): readonly string[] {
  const [program = '', ...argv] = shell.split(' ')
  const text = `${imagesFunction}\nshow() { printf '%s\\n' "$1"; }\nimages_of "$1" show`
  const said = execFileSync(program, [...argv, '-c', text, 'images', config], {encoding: 'utf8'})
  return said.split('\n').filter(Boolean).sort()
}

function byScan(files: readonly string[], config: string): readonly string[] {
  const images = files.filter((file) => !/\.(ctys|conf|sh|log)$/.test(file))
  const found = images.map((file) => `${statSync(file).dev} ${statSync(file).ino} ${file}`)
  const devices = [...new Set(images.map((file) => `${statSync(file).dev} ext4 /dev/x rw`))]
  const configs = files.filter((file) => /\.(ctys|conf)$/.test(file))
  const names = diskNames({images: found, boot: 'boot', devices}, configs).get(config) ?? []
  return images.filter((file) => names.some((name) => name.endsWith(`:${statSync(file).ino}`))).sort()
}

test.each([
  ['beside it', 'web01.ctys', ['web01.img'], ['web02.img', 'web010.img']],
  ['by dot, dash or underscore', 'web.ctys', ['web.img', 'web-data.qcow2', 'web_swap.raw'], ['web2.img']],
  ['all of a directory that has no other', 'web01/web01.ctys', ['web01/disk.img', 'web01/data.qcow2'], ['disk.img']],
  ['its own where it has some', 'web01/web01.ctys', ['web01/web01.img'], ['web01/iso.img']],
  [
    'none of one with a longer name',
    'web.ctys',
    ['web.img', 'web-data.img'],
    ['web-db.ctys', 'web-db.img', 'web-db-2.img'],
  ],
  ['none of a directory of several', 'web01.ctys', [], ['disk.img', 'db01.conf']],
])('%s', (_what, config, own, others) => {
  const files = [config, ...own, ...others].map((file) => join(dir, file))
  for (const file of files) {
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(file, '')
  }
  const expected = own.map((file) => join(dir, file)).sort()
  expect(byScan(files, join(dir, config))).toEqual(expected)
  for (const shell of ['dash', 'bash --posix', 'mksh', 'busybox sh'])
    expect(byShell(shell, join(dir, config)), shell).toEqual(expected)
})
