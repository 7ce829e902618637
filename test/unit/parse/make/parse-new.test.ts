import {describe, expect, test} from 'vitest'
import {expandNames} from '../../../../src/parse/make/expand-names.js'
import type {NewInput} from '../../../../src/parse/make/new-words.js'
import {parseNew} from '../../../../src/parse/make/parse-new.js'
import {parseSize} from '../../../../src/parse/make/sizes.js'

test.each([
  ['web01', ['web01']],
  ['web[01-03]', ['web01', 'web02', 'web03']],
  ['web[8-11]', ['web8', 'web9', 'web10', 'web11']],
  ['web[1,3,5-6]-[01-02]', ['web1-01', 'web1-02', 'web3-01', 'web3-02', 'web5-01', 'web5-02', 'web6-01', 'web6-02']],
  ['a,db[1-2],c', ['a', 'db1', 'db2', 'c']],
])('%s', (pattern, names) => {
  const faults: string[] = []
  expect(expandNames(pattern, faults)).toEqual(names)
  expect(faults).toEqual([])
})

test.each([
  ['web[3-1]', /no pattern/],
  ['web[', /no pattern/],
  ['web]1', /no pattern/],
  ['web[a-c]', /no pattern/],
  ['web[]', /no pattern/],
  ['web[1-2],web2', /names web2 twice/],
  ['web[0-999999999]', /more than 10000/],
  ['[1-9999]x[1-9999]', /more than 10000/],
])('%s is refused', (pattern, fault) => {
  const faults: string[] = []
  expandNames(pattern, faults)
  expect(faults.join('\n')).toMatch(fault)
})

test.each([
  ['20G', 20 * 2 ** 30],
  ['20GiB', 20 * 2 ** 30],
  ['512M', 512 * 2 ** 20],
  ['1.5T', 1.5 * 2 ** 40],
  ['8', 8 * 2 ** 30],
  ['1000K', 1000 * 1024],
  ['0', undefined],
  ['-1G', undefined],
  ['20X', undefined],
  ['', undefined],
])('the size %s', (text, bytes) => expect(parseSize(text, 'G')).toBe(bytes))

const parse = (words: Partial<NewInput>) => {
  const faults: string[] = []
  const request = parseNew({name: 'web01', ...words}, (word, reason) =>
    faults.push(word === 'name' ? reason : `--${word}: ${reason}`),
  )
  return {request, faults}
}

test('nothing but a name', () => {
  expect(parse({})).toEqual({
    faults: [],
    request: {
      labels: ['web01'],
      base: 'vm',
      template: {memoryMiB: 1024, cpus: 1, net: 'user', disk: {format: 'qcow2', size: 8 * 2 ** 30}},
    },
  })
})

test('an address with a prefix is told to the guest; without one the inventory has it', () => {
  expect(parse({ip: '192.0.2.7'}).request.template).toMatchObject({ip: '192.0.2.7'})
  expect(parse({ip: '192.0.2.7'}).request.template.network).toBeUndefined()
  const told = parse({ip: '192.0.2.7/24', gateway: '192.0.2.1', dns: ['192.0.2.2', '2001:db8::2']})
  expect(told).toMatchObject({
    faults: [],
    request: {
      template: {ip: '192.0.2.7', network: {prefix: 24, gateway: '192.0.2.1', dns: ['192.0.2.2', '2001:db8::2']}},
    },
  })
  expect(parse({name: 'web[1-2]', ip: 'map/24'})).toMatchObject({faults: [], request: {addressesOf: 'map'}})
  expect(parse({name: 'web[1-2]', ip: 'dns'})).toMatchObject({faults: [], request: {addressesOf: 'dns'}})
  expect(parse({name: 'web[1-2]', ip: 'mapped'}).faults).toHaveLength(2)
  expect(parse({ip: '192.0.2.7/33', gateway: '2001:db8::1', dns: ['x']}).faults).toEqual([
    "--ip: '/33' is no prefix from 1 to 32",
    "--gateway: '2001:db8::1' is of another family than the address",
    "--dns: 'x' is no IP address",
  ])
  expect(parse({gateway: '192.0.2.1'}).faults[0]).toContain('--ip ADDRESS/PREFIX')
})

test('devices and steps are checked', () => {
  expect(
    parse({cpu: 'max,-x2apic', vga: 'none', clock: 'localtime', tablet: 'no', step: ['boot> => go']}),
  ).toMatchObject({
    faults: [],
    request: {template: {cpu: 'max,-x2apic', vga: 'none', clock: 'localtime', tablet: 'no', steps: ['boot> => go']}},
  })
  const {faults} = parse({cpu: 'a b', vga: 'x,y', clock: 'noon', tablet: 'true', step: ['', '/(/ => x']})
  expect(faults.map((fault) => fault.split(':')[0])).toEqual([
    '--vga',
    '--cpu',
    '--clock',
    '--tablet',
    '--step',
    '--step',
  ])
})

test('an image of the host is cloned, or copied whole', () => {
  expect(parse({image: '/srv/a.qcow2', size: '20G'}).request.template.disk).toEqual({
    format: 'qcow2',
    from: {path: '/srv/a.qcow2', how: 'linked'},
    size: 20 * 2 ** 30,
  })
  expect(parse({image: '~/a.img', full: true}).request.template.disk).toMatchObject({from: {how: 'full'}})
  expect(parse({image: '/a.img', format: 'raw'}).request.template.disk).toMatchObject({from: {how: 'full'}})
})

describe('all faults at once', () => {
  test('of one call', () => {
    const {faults} = parse({
      name: 'web[1-2]',
      mac: '01:00:5e:00:00:01',
      uuid: 'x',
      ip: '300.1.1.1',
      memory: 'much',
      size: 'big',
      net: 'bridge:a b',
      nic: 'e1000,x=y',
      kernel: 'vmlinuz',
      append: 'a\nb',
      arg: ['\0'],
      image: 'ftp://h/a.img',
      sha256: 'x',
    })
    for (const part of [
      '--mac: is for one machine',
      'is a group address',
      "--uuid: 'x'",
      "--ip: '300.1.1.1'",
      "--memory: 'much'",
      "--size: 'big'",
      "--net: 'a b'",
      "--nic: 'e1000,x=y'",
      "--kernel: 'vmlinuz' is no path of the host",
      '--append: a line end',
      '--arg: a line end or NUL',
      "--image: 'ftp://h/a.img' is no address that can be fetched",
      "--sha256: 'x' is no SHA-256",
    ]) {
      expect(faults.join('\n')).toContain(part)
    }
  })

  test.each(['-rf', '../x', 'a/b', 'a b', "a'b", 'a;b', 'ä', '', '.a', 'web.ctys', 'x'.repeat(64)])(
    'the name %j',
    (name) => {
      expect(parse({name}).faults).toEqual([expect.stringContaining('is no name for a machine')])
    },
  )
})
