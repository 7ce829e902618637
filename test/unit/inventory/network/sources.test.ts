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
