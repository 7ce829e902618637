import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDhcpHostsFile, parseDnsmasqConf} from '../../../../inventory/network/dhcp-dnsmasq.js'
import {parseDhcpdConf} from '../../../../inventory/network/dhcp-isc.js'
import {parseKeaConf} from '../../../../inventory/network/dhcp-kea.js'
import {parseEthers} from '../../../../inventory/network/ethers.js'
import {parseArpAn, parseIpNeigh, parseProcNetArp} from '../../../../src/drivers/host/neighbours/neighbour-table.js'
import {formatEthers} from '../../../../src/lib/ethers-lines.js'
import {timesYardstick} from '../../../fakes/yardstick.js'
import {entryOf} from '../../../fixtures/network/make-entries.js'

const mac = '52:54:00:AA:BB:01'
const host = `host web01 { hardware ethernet ${mac}; fixed-address 10.0.0.1; }`
const web = entryOf('web01', '10.0.0.1', mac)

const pieces = fc.array(
  fc.constantFrom(
    ...['{', '}', ';', ',', '"', '\\', '#', '//', '/*', '*/', '\n', ' ', '[', ']', ':', '=', '<?include "x"?>', '?'],
    ...['host', 'hardware', 'ethernet', mac, 'fixed-address', '10.0.0.1', 'dhcp-host=', 'ignore', 'dev', 'lladdr'],
    ...['"Dhcp4"', '"reservations"', '"hw-address"', '? (10.0.0.1) at', 'on', '0x1', '0x2', '\0', '\ufeff', '💥'],
  ),
  {maxLength: 40},
)

test.each([
  ['ip neigh', parseIpNeigh],
  ['/proc/net/arp', parseProcNetArp],
  ['arp -an', parseArpAn],
])('any nonsense as %s gives neighbours of the right shape only', (_, parse) => {
  fc.assert(
    fc.property(pieces, (parts) => {
      for (const {ip, mac: address} of parse(parts.join(' ')).neighbours) {
        expect(address).toMatch(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/)
        expect(ip).not.toBe('')
      }
    }),
  )
})

describe('dhcpd.conf', () => {
  test.each([
    ['stands on one line', host],
    ['stands on many lines', host.replaceAll(' ', '\n')],
    ['has no blanks', `host web01{hardware ethernet ${mac};fixed-address 10.0.0.1;}`],
    ['has comments inside', host.replaceAll(';', '; # } ; {\n')],
    ['has a quoted name', host.replace('web01', '"web01"')],
    ['stands in 1000 blocks', `${'group {'.repeat(1000)}${host}${'}'.repeat(1000)}`],
    [
      'has other statements',
      host.replace('{', '{ filename "a;}"; option routers 10.0.0.254, 10.0.0.253; allow booting;'),
    ],
    ['has CR LF', host.replaceAll(' ', '\r\n')],
  ])('a host that %s', (_, text) => {
    expect(parseDhcpdConf(text)).toMatchObject({entries: [web], rejects: []})
  })

  test.each([
    ['is commented out', `# ${host}`],
    ['stands in a string', `option x "${host}";`],
  ])('no host is what %s', (_, text) => {
    expect(parseDhcpdConf(text)).toMatchObject({entries: [], rejects: []})
  })

  test.each([
    ['a quote is not closed', 'option x "half;'],
    ['a brace is not opened', '}'],
    ['a semicolon is missing', 'default-lease-time 600'],
    ['the host before is not closed', 'host a { hardware ethernet 52:54:00:aa:bb:02;'],
  ])('a host is found though in front of it %s, which is reported', (_, before) => {
    const {entries, rejects} = parseDhcpdConf(`${before}\n${host}`)
    expect(entries).toEqual([web])
    expect(rejects.map(({line}) => line)).toEqual([1])
  })
})

describe('a Kea configuration that is broken', () => {
  test.each([
    ['{\n  "Dhcp4": {\n    x: 1 }}', 3],
    ['{"Dhcp4": nonsense}', undefined],
    ['', undefined],
    ['{"Dhcp4": {"a": "never closed', undefined],
    ['/* never closed', undefined],
    ['[]', undefined],
    ['{"Dhcp4": []}', undefined],
    ['{"DhcpDdns": {}}', undefined],
  ])('%j is one reject', (text, line) => {
    const {entries, rejects} = parseKeaConf(text)
    expect(entries).toEqual([])
    expect(rejects).toHaveLength(1)
    if (line !== undefined) expect(rejects[0]?.line).toBe(line)
  })

  test('may be nested as deep as it likes', () => {
    const deep = `{"Dhcp4": {"a": ${'['.repeat(5000)}${']'.repeat(5000)}}}`
    expect(parseKeaConf(deep)).toMatchObject({entries: [], rejects: []})
  })

  test('an include between members is passed over and reported', () => {
    const text = `{"Dhcp4": {<?include "a.json"?>, "reservations": [{"hw-address": "${mac}", "hostname": "web01"}]}}`
    const {entries, rejects, includes} = parseKeaConf(text)
    expect([entries, rejects, includes]).toEqual([[{...web, ip: ''}], [], [{line: 1, path: 'a.json'}]])
  })
})

describe('the JSON of Kea', () => {
  const reservation = `{"hw-address": "${mac}", "ip-address": "10.0.0.1", "hostname": "web01"}`
  const inFile = (text: string) => `{"Dhcp4": {${text}}}`
  const list = `"reservations": [${reservation}]`

  test('a number may lack the digit before its point', () => {
    const text = readFileSync('test/fixtures/network/kea-decimal-without-zero.json', 'utf8')
    expect(parseKeaConf(text)).toEqual({
      entries: [entryOf('one', '192.0.2.7', '02:00:00:00:00:01')],
      rejects: [],
      includes: [],
    })
  })

  test.each([
    ...['.25', '1.', '-.5', '-1.5E+3', '007', '+5', '1e5', '-0', '123456789012345678901234567890', 'true', 'null'].map(
      (number) => inFile(`"a": ${number}, ${list}`),
    ),
    inFile(`# one\n// two\n/* three\n * */ ${list} /**/ /*/ x */ # end\n`),
    inFile(`"a": [1, 2,], ${list.replace(']', ',]')},`),
    inFile(`"a": "# // /* \\" <?include \\u0041", ${list}`),
    `\ufeff${inFile(list)}\r\n`,
    inFile(list.replace(mac, mac.replaceAll(':', ''))),
    inFile(list.replace(mac, `0x${mac.replaceAll(':', '')}`)),
    inFile(list.replace(mac, mac.replaceAll(':', ' '))),
    inFile(`"__proto__": {"a": 1}, ${list}`),
    `[${reservation}]`,
    `{${list}}`,
  ])('%j is read', (text) => {
    expect(parseKeaConf(text)).toMatchObject({entries: [web], rejects: []})
  })

  test.each([
    [inFile(`"a": TRUE,\n${list}`), 1],
    [inFile(`"a": 0x10,\n${list}`), 1],
    [inFile(`"a": "half,\n${list}`), 1],
    [inFile(`"a" 5,\n${list}`), 1],
    [inFile(`a: 5,\n${list}`), 1],
    [inFile(`"a":,\n${list}`), 1],
    [inFile(`"a": 1\n${list}`), 2],
    [inFile(`"a": [1 2],\n${list}`), 1],
    [inFile(`"a": [{"b": 1],\n${list}`), 1],
    [inFile(`"a": {"b": [1},\n${list}`), 1],
    [inFile(`"a": "b\\q",\n${list}`), 1],
    [inFile(`"a": "b\tc",\n${list}`), 1],
    [inFile(`"a": 1, "a": 2,\n${list}`), 1],
    [`${inFile(list)}\n}`, 2],
    [`${inFile(list)}\n/* open`, 2],
    [inFile(list).replace(/\}\}$/, ''), 1],
  ])('%j is read all the same, and what is wrong is reported', (text, line) => {
    const {entries, rejects} = parseKeaConf(text)
    expect(entries).toEqual([web])
    expect(rejects.map((reject) => reject.line)).toEqual([line])
  })

  test.each([
    `{"hw-address": "02:00:00:00:00:09" "ip-address": "10.0.0.9", \n${reservation}`,
    `{"hw-address": 020000000009, "hostname": "other"},\n${reservation}`,
    `{"hw-address": "02:00:00:00:00:09", "hw-address": "02:00:00:00:00:08"},\n${reservation}`,
    `{"hw-address": "02:00:00:00:00:09", "hostname": "other},\n${reservation}`,
  ])('of %j the reservation with the fault is left out', (text) => {
    expect(parseKeaConf(inFile(`"reservations": [${text}]`)).entries).toEqual([web])
  })
})

describe('arp -an', () => {
  const [one, two] = ['02:00:00:00:00:01', '02:00:00:00:00:02']
  test.each<[string, string, readonly string[]]>([
    [
      'illumos',
      'Net to Media Table: IPv4\nDevice   IP Address               Mask      Flags      Phys Addr\n' +
        '------ -------------------- --------------- -------- ---------------\n' +
        `net0   10.0.0.1             255.255.255.255          ${one}\n` +
        'net0   10.0.0.2             255.255.255.255 SPLA     2:0:0:0:0:2\n' +
        'net0   10.0.0.3             255.255.255.255 U\n' +
        'net0   224.0.0.0            240.0.0.0       SM       01:00:5e:00:00:00\n',
      ['net0', 'net0'],
    ],
    [
      'AIX',
      '  ? (10.0.0.1) at 2:0:0:0:0:1 [ethernet] stored in bucket 5\n  ? (10.0.0.3) at (incomplete)\n' +
        `  web (10.0.0.2) at ${two} [ethernet] permanent published stored in bucket 6\n\n` +
        'bucket:    0     contains:    0 entries\nThere are 3 entries in the arp table.\n',
      ['', ''],
    ],
    [
      'FreeBSD',
      `? (10.0.0.1) at ${one} on em0 expires in 1197 seconds [ethernet]\n` +
        `? (10.0.0.2) at ${two} on em0 permanent [ethernet]\n? (10.0.0.3) at (incomplete) on em0 expired [ethernet]\n`,
      ['em0', 'em0'],
    ],
    ['NetBSD', `? (10.0.0.1) at ${one} on wm0 29s R\n? (10.0.0.2) at ${two} on wm0 permanent L\n`, ['wm0', 'wm0']],
    [
      'OpenBSD',
      'Host                                 Ethernet Address    Netif Expire    Flags\n' +
        `10.0.0.1                             ${one}   vio0 19m58s    \n` +
        `10.0.0.2                             ${two}   vio0 permanent l\n` +
        '10.0.0.3                             (incomplete)          vio0 expired\n',
      ['vio0', 'vio0'],
    ],
    [
      'macOS',
      `? (10.0.0.1) at 2:0:0:0:0:1 on en0 ifscope [ethernet]\n? (10.0.0.2) at ${two} on en0 [ethernet]\n`,
      ['en0', 'en0'],
    ],
    [
      'net-tools',
      `? (10.0.0.1) at ${one} [ether]  on eth0\n? (10.0.0.2) at ${two} [ether] PERM on eth0\n` +
        '? (10.0.0.3) at <incomplete> on eth0\n',
      ['eth0', 'eth0'],
    ],
  ])('of %s is read, an odd line alone is reported', (_, text, devices) => {
    const {neighbours, rejects} = parseArpAn(`${text}something else\n`)
    expect(neighbours.map(({ip, mac: address}) => [ip, address])).toEqual([
      ['10.0.0.1', one],
      ['10.0.0.2', two],
    ])
    expect(neighbours.map((entry) => entry.interface)).toEqual(devices)
    expect(rejects).toHaveLength(1)
  })
})

describe('/etc/ethers', () => {
  test('is written with the name, else with the IPv4 address, sorted; what has neither is left out', () => {
    const bare = entryOf('', '10.0.0.2', '00:00:00:AA:BB:02')
    const six = entryOf('', '2001:db8::1', mac)
    const hostile = entryOf('a b\nc', '', mac)
    const {text, leftOut} = formatEthers([web, bare, six, hostile, web])
    expect(text).toBe(`00:00:00:AA:BB:02 10.0.0.2\n${mac} web01\n`)
    expect(leftOut).toEqual([six, hostile])
    expect(parseEthers(text).rejects).toEqual([])
  })
})

test('a dnsmasq hosts file has the values alone', () => {
  expect(parseDhcpHostsFile(`# hosts\n${mac},web01,10.0.0.1,12h\n`)).toEqual({
    entries: [web],
    rejects: [],
    includes: [],
  })
})

test.each([
  ['dhcpd.conf of open braces', parseDhcpdConf, '{'.repeat(200_000)],
  ['dhcpd.conf of quotes', parseDhcpdConf, '"\\'.repeat(200_000)],
  ['Kea file of open comments', parseKeaConf, '/*'.repeat(200_000)],
  ['Kea file of quotes', parseKeaConf, '"\\'.repeat(200_000)],
  ['Kea file of commas', parseKeaConf, ', '.repeat(200_000)],
  ['Kea file of includes', parseKeaConf, '<?include "'.repeat(100_000)],
  ['Kea file of lists', parseKeaConf, `{"Dhcp4": {"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}`],
  ['Kea file of a deep address', parseKeaConf, inReservation('['.repeat(100_000) + ']'.repeat(100_000))],
  ['dnsmasq.conf of quotes', parseDnsmasqConf, `dhcp-host=${'"#'.repeat(200_000)}`],
  ['arp of blanks', parseArpAn, `? (10.0.0.1) at ${' on'.repeat(100_000)}`],
])('a hostile %s is read within two seconds', (_, parse, text) => {
  const begin = performance.now()
  parse(text)
  expect(performance.now() - begin).toBeLessThan(timesYardstick(90))
})

function inReservation(address: string): string {
  return `{"Dhcp4": {"reservations": [{"hw-address": ${address}}]}}`
}
