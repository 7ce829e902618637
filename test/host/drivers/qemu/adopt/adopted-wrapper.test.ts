import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {Adoption} from '../../../../../src/domain/work/adopt.js'
import {adoptedConfigText} from '../../../../../src/drivers/qemu/adopt/config-text.js'
import {adoptedWrapperText} from '../../../../../src/drivers/qemu/adopt/wrapper.js'
import {parseVmConfig} from '../../../../../src/drivers/qemu/config/vm-config.js'
import {adoptScript} from '../../../../../src/drivers/qemu/remote/adopt.js'
import {standIn, wrappedMachine, wrapperShells} from '../../../../fakes/wrapped-machine.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ctys-adopt-'))
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

const adoption: Adoption = {
  ...{label: 'web', foundAs: 'PROCESS', path: '', uuid: '11111111222233334444555555555555'},
  ...{macs: ['52:54:00:AA:00:01'], arch: 'x86_64', memoryMiB: 96, cpus: 2, accelerator: 'QEMU', disks: ['/d/a.img']},
  ...{how: 'call', starter: '', words: [], serial: true, directory: '', refusals: []},
}

function adopted(more: Partial<Adoption>) {
  const starter = standIn(root, 'qemu-system-x86_64', 'QEMU emulator version 7.2.0')
  const config = adoptedConfigText({...adoption, starter, ...more}, '20260131102030')
  return {...wrappedMachine(root, 'web', [], true, {text: adoptedWrapperText, config}), config}
}

const odd = [
  ...[
    '-drive',
    'file=/a b/x,,y.img,serial="q"',
    "it's",
    '$(touch canary)',
    '`touch canary`',
    '$HOME',
    '*',
    'a\\',
    '\\',
  ],
  ...[
    '"',
    '""',
    "'",
    '',
    ' ',
    '\t',
    ' x ',
    '-name',
    '#@#LABEL = "evil"',
    'Größe-日本',
    '\u001b[2J',
    '&& exit',
    '~',
    '$PATH',
  ],
]

describe.each(wrapperShells)('the wrapper of a machine that was adopted, under %s', (...shell) => {
  test('calls QEMU with the very words, and what ctys needs besides', () => {
    const {argv, status, stderr} = adopted({words: odd}).call(['--console=NONE', '--argsadd=-S'], {shell})
    expect([status, stderr]).toEqual([0, ''])
    const from = argv?.indexOf('-drive') ?? -1
    expect(argv?.slice(from, from + odd.length)).toEqual(odd)
    expect(argv?.slice(0, 4)).toEqual(['-name', 'web', '-uuid', '11111111-2222-3333-4444-555555555555'])
    expect(argv).toEqual(expect.arrayContaining(['-mon', '-serial', 'chardev:ctysconsole', '-S']))
    expect(existsSync(join(root, 'canary'))).toBe(false)
  })

  test('calls a script that hands its words on', () => {
    const script = join(root, 'my start.sh')
    writeFileSync(script, `#!/bin/sh\nprintf '%s\\0' mine "$@" >"$ARGV_FILE"\n`)
    const machine = adopted({how: 'script', path: script, foundAs: 'SCRIPT', serial: false})
    for (const mode of [0o644, 0o755]) {
      chmodSync(script, mode)
      const {argv, stderr} = machine.call([], {shell})
      expect([stderr, argv?.slice(0, 3)]).toEqual(['', ['mine', '-name', 'web']])
      expect(argv).not.toContain('-serial')
    }
  })

  test('starts where relative paths start, and says what is wrong', () => {
    const machine = adopted({words: ['-hda', 'a.img'], workDirectory: '/nowhere'})
    const {status, argv, stderr} = machine.call(['--bootmode=FDD', '--console=VNC'], {shell})
    expect([status, argv]).toEqual([1, undefined])
    expect(stderr).toMatch(/\/nowhere[^\n]*cannot be entered/)
    expect(stderr).toMatch(/no BOOTMODE FDD/)
    expect(stderr).toMatch(/VNC has no display/)
  })
})

test('whatever the words are, QEMU gets them byte for byte, and nothing of them runs', () => {
  const word = fc.string({unit: 'grapheme', maxLength: 12}).filter((text) => !/[\n\r\0]/.test(text))
  fc.assert(
    fc.property(fc.array(word, {maxLength: 8}), fc.constantFrom(...wrapperShells), (words, shell) => {
      const marked = ['-first', ...words]
      const {argv} = adopted({words: marked}).call([], {shell})
      const from = argv?.indexOf('-first') ?? -1
      expect(argv?.slice(from, from + marked.length)).toEqual(marked)
    }),
    {numRuns: 60},
  )
}, 60_000)

test('it has no finding of shellcheck, nor has what writes it', () => {
  const scripts = [adoptedWrapperText, `#!/bin/sh\n${adoptScript.text}`]
  for (const input of scripts) {
    const {stdout} = spawnSync('shellcheck', ['-o', 'quote-safe-variables', '-'], {input, encoding: 'utf8'})
    expect(stdout).toBe('')
  }
})

test('its configuration is one that a scan reads', () => {
  const config = adopted({words: odd, path: '/vm/x.qcow2', foundAs: 'IMAGE'}).config
  const reading = parseVmConfig(Buffer.from(config), '/vm/web.ctys')
  expect(reading.rejects).toEqual([])
  expect(reading.machine).toMatchObject({label: 'web', interfaces: [{mac: '52:54:00:AA:00:01', vram: '96', vcpu: '2'}]})
})

describe.each(wrapperShells)('the files of a machine, written under %s', (...shell) => {
  const write = (directory: string, makes = '') => {
    const [program = 'sh', ...first] = shell
    const args = [...first, '-c', adoptScript.text, 'adopt', directory, 'web', makes, 'config\n']
    return spawnSync(program, args, {input: '#!/bin/sh\n', encoding: 'utf8'}).stdout.trim()
  }

  test('appear whole, and never in the place of others', () => {
    expect(write(root)).toBe(`written ${root}`)
    expect(readdirSync(root).sort()).toEqual(['web.ctys', 'web.sh'])
    expect(statSync(join(root, 'web.sh')).mode & 0o777).toBe(0o755)
    writeFileSync(join(root, 'web.ctys'), 'mine\n')
    expect(write(root)).toBe(`taken ${join(root, 'web.ctys')}`)
    expect(readFileSync(join(root, 'web.ctys'), 'utf8')).toBe('mine\n')
    rmSync(join(root, 'web.ctys'))
    expect(write(root)).toBe(`taken ${join(root, 'web.sh')}`)
    expect(readdirSync(root)).toEqual(['web.sh'])
  })

  test('are written into a directory that is there, or may be made', () => {
    expect(write(join(root, 'a/b'))).toBe('failed directory')
    expect(existsSync(join(root, 'a'))).toBe(false)
    expect(write(join(root, 'a/b'), '1')).toBe(`written ${join(root, 'a/b')}`)
    mkdirSync(join(root, 'c'))
    writeFileSync(join(root, 'c/web.conf'), '')
    expect(write(join(root, 'c'))).toBe(`taken ${join(root, 'c/web.conf')}`)
    expect(readdirSync(join(root, 'c'))).toEqual(['web.conf'])
  })
})
