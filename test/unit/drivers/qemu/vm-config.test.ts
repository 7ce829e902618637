import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {maxConfigBytes, parseVmConfig} from '../../../../src/drivers/qemu/config/vm-config.js'
import {toAddressable} from '../../../../src/drivers/qemu/list/addressable.js'

const fixtures = join(import.meta.dirname, '../../../fixtures/qemu')
const golden = join(import.meta.dirname, '../../../golden/qemu-vm-config')
const fixture = (name: string) => readFileSync(join(fixtures, name))
const parse = (text: string, path = '/vm/web01/web01.ctys') => parseVmConfig(Buffer.from(text), path)
const parseKeys = (...lines: string[]) => parse(['#@#MAGICID-QEMU', ...lines].join('\n'))
const fields = (...lines: string[]) => parseKeys(...lines).machine?.interfaces[0]

describe('a configuration file', () => {
  test.each([
    'vm-classic/web01.ctys',
    'vm-two-nics/db01.ctys',
    'vm-old-keys/tst100.conf',
    'vm-faulty/app01.ctys',
    'vm-bad-identity/evil.ctys',
    'vm-template/template.ctys',
    'vm-xen/xen01.ctys',
  ])('%s reads as its golden file says', (name) => {
    const expected = JSON.parse(readFileSync(join(golden, `${name.split('/')[0]}.json`), 'utf8'))
    expect(parseVmConfig(fixture(name), `/vm/${name}`)).toEqual(expected)
  })

  test('whose path is not UTF-8 is rejected, because nothing leads back to it', () => {
    const {machine, rejects} = parse('#@#MAGICID-QEMU\n#@#LABEL = "web01"\n', '/vm/web\ufffd/web01.ctys')
    expect(machine).toBeUndefined()
    expect(rejects).toEqual([
      {path: '/vm/web\ufffd/web01.ctys', line: 0, reason: 'the path is not UTF-8 or holds U+FFFD'},
    ])
  })

  test('with a fault in its identity is rejected, with every other fault named too', () => {
    const {machine, rejects} = parseVmConfig(fixture('vm-bad-identity/evil.ctys'), '/vm/evil.ctys')
    expect(machine).toBeUndefined()
    expect(rejects.map(({line}) => line)).toEqual([2, 3, 4, 5])
  })

  test('with a fault elsewhere loses just that value', () => {
    const {machine, rejects} = parseVmConfig(fixture('vm-faulty/app01.ctys'), '/vm/app01.ctys')
    expect(rejects.map(({line}) => line)).toEqual([3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    expect(machine).toMatchObject({label: 'app01', uuid: '6513270e269e4d37b2a74de452e6b439'})
    expect(machine?.interfaces).toContainEqual({mac: '00:50:56:13:0C:01', ifName: '1'})
  })

  test.each([
    ['larger than 256 KiB', Buffer.concat([Buffer.from('#@#MAGICID-QEMU\n'), Buffer.alloc(maxConfigBytes, 'x')])],
    ['binary data', Buffer.from('#@#MAGICID-QEMU\n\0')],
    ['no session type: neither MAGICID-QEMU nor SESSIONTYPE', Buffer.from('#@#LABEL = "web01"\n')],
  ])('is rejected as a whole: %s', (reason, content) => {
    expect(parseVmConfig(content, '/vm/x.ctys')).toEqual({
      rejects: [{path: '/vm/x.ctys', line: 0, reason}],
      ignored: false,
    })
  })

  test.each([
    ['of another type', '#@#MAGICID-VBOX\n#@#LABEL = "x"'],
    ['without any key', '#!/bin/sh\nLABEL=web01\n'],
    ['that is empty', ''],
  ])('%s is none of ours and no fault', (_, text) => {
    expect(parse(text)).toEqual({rejects: [], ignored: false})
  })

  test.each(['MAGICID-IGNORE', 'MAGICID-NOENUM'])('marked %s is left out on purpose', (marker) => {
    expect(parseKeys(`#@#${marker}`)).toEqual({rejects: [], ignored: true})
  })

  test('with invalid UTF-8 in a key loses that value, in a comment nothing', () => {
    const line = Buffer.from('#@#OS = "\xfcber"\n', 'latin1')
    const comment = Buffer.from('# \xdcnes\xf6z\n#@#MAGICID-QEMU\n', 'latin1')
    const {machine, rejects} = parseVmConfig(Buffer.concat([comment, line]), '/vm/a/a.ctys')
    expect(rejects).toEqual([{path: '/vm/a/a.ctys', line: 3, reason: 'OS: not UTF-8'}])
    expect(machine?.label).toBe('a')
  })
})

describe('a key line', () => {
  test.each([
    ['#@#OS = "Linux"', 'Linux'],
    ['#@#OS=Linux', 'Linux'],
    ["#@#OS\t=\t'Linux'", 'Linux'],
    ['#@#OS = "Linux"   # as installed', 'Linux'],
    ['#@#OS = "a = b"', 'a = b'],
    ['#@#OS = ""', undefined],
    [' #@#OS = "Linux"', undefined],
    ['# #@#OS = "Linux"', undefined],
    ['#@#OSX = "Linux"', undefined],
  ])('%j says %j', (line, os) => {
    expect(fields(line)?.os).toBe(os)
  })

  test('is obeyed the first time only', () => {
    expect(fields('#@#OS = "first"', '#@#OS = "second"')?.os).toBe('first')
  })

  test.each([
    ['OS=Linux', 'Linux'],
    ['export OS="Linux 6"', 'Linux 6'],
    ['OS=$(uname)', undefined],
    [`OS=\${OS:-Linux}`, undefined],
    ['OS="`uname`"', undefined],
    ['OS=Linux; rm x', undefined],
    ['  OS=Linux', undefined],
  ])('that is absent is replaced by a literal assignment: %j says %j', (line, os) => {
    expect(fields(line)?.os).toBe(os)
  })

  test('goes before an assignment', () => {
    expect(fields('OS=shell', '#@#OS = "key"')?.os).toBe('key')
  })
})

describe('a label', () => {
  test.each(['web01', 'A_b-9', 'web.example', 'größe', 'x'.repeat(255)])('%s is taken', (label) => {
    expect(parseKeys(`#@#LABEL = "${label}"`).machine?.label).toBe(label)
  })
  test.each(['-rf', '..', 'a;b', 'a b', "a'b", 'a/b', 'a\x1b[1m', 'a,b', '$(x)', 'x'.repeat(256)])(
    '%j is rejected with its line',
    (label) => {
      const {machine, rejects} = parseKeys(`#@#LABEL = ${label}`)
      expect(machine).toBeUndefined()
      expect(rejects).toMatchObject([{line: 2, reason: expect.stringMatching(/^LABEL: /)}])
      expect(rejects[0]?.reason).not.toMatch(/[\x00-\x1f]/)
    },
  )
  test('is the name of the file where the key is absent', () => {
    expect(parse('#@#MAGICID-QEMU', '/vm/a/mail.ctys').machine?.label).toBe('mail')
    expect(parse('#@#MAGICID-QEMU', '/vm/a/-x.ctys')).toMatchObject({rejects: [{line: 0}]})
  })
})

describe('the interfaces of a machine', () => {
  test('are one for each pair of numbered keys, named by inventory field', () => {
    const {machine} = parseVmConfig(fixture('vm-two-nics/db01.ctys'), '/vm/db01.ctys')
    if (machine === undefined) throw new Error('no machine')
    expect(machine.interfaces.map(({mac, tcp, ifName, vram, vcpu}) => [mac, tcp, ifName, vram, vcpu])).toEqual([
      ['00:50:56:13:0B:00', '172.20.0.2', '0', '2048', '4'],
      ['00:50:56:13:0B:01', 'fd00::2', '1', '2048', '4'],
      [undefined, 'db01-backup.example.net', '7', '2048', '4'],
    ])
    expect(toAddressable(machine).tcps).toContain('db01.example.net')
  })
})
