/** A number or a line that is odd costs itself, at most the host it stands in, and never what is before or behind it. */
import {describe, expect, test} from 'vitest'
import {parseDhcpHostsFile, parseDnsmasqConf} from '../../../../inventory/network/dhcp-dnsmasq.js'
import {parseDhcpdConf} from '../../../../inventory/network/dhcp-isc.js'
import {parseKeaConf} from '../../../../inventory/network/dhcp-kea.js'
import {parseEthers} from '../../../../inventory/network/ethers.js'
import type {NetworkEntry, SourceReject} from '../../../../src/domain/network/network-entry.js'
import {parseArpAn, parseIpNeigh} from '../../../../src/drivers/host/neighbours/neighbour-table.js'
import {printed} from '../../../fakes/printed.js'

const rows = (entries: readonly NetworkEntry[]) => entries.map(({name, ip}) => `${name};${ip}`)
const lines = (rejects: readonly SourceReject[]) => rejects.map(({line}) => line)
const [one, two, three] = ['one;192.0.2.1', 'two;192.0.2.2', 'three;192.0.2.3']
const [mac1, mac2, mac3] = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03']

const numbers = ['.25', '5.', '-1', '+.5', '007', '1e99', '1e999999', '99999999999999999999']
const nonsense = ['0x10', '.5e', '1.2.3', 'NaN', '-', '.', '1_000', '12h', '١٢', '\u0000']

describe('Kea', () => {
  const reservation = (name: string, mac: string, last: number, more = '') =>
    `{"hw-address": "${mac}", "ip-address": "192.0.2.${last}", "hostname": "${name}"${more}}`
  const kea = (middle: string) =>
    parseKeaConf(
      `{"Dhcp4": {"reservations": [\n${reservation('one', mac1, 1)},\n${middle},\n${reservation('three', mac3, 3)}]}}`,
    )

  test.each(numbers)('the number %s costs nothing', (number) => {
    const {entries, rejects} = kea(reservation('two', mac2, 2, `, "valid-lifetime": ${number}`))
    expect([rows(entries), rejects]).toEqual([[one, two, three], []])
  })

  test.each(nonsense)('%j, which is no number, is told with its line and costs nothing', (word) => {
    const {entries, rejects} = kea(reservation('two', mac2, 2, `, "valid-lifetime": ${word}`))
    expect([rows(entries), lines(rejects)]).toEqual([[one, two, three], [3]])
  })

  test.each([
    ['{"hw-address": 12, "hostname": "two"}', '12 is no MAC address'],
    [`{"hw-address": "${mac2}"}`, 'has neither name nor IP address'],
    [`{"hw-address": "0200.0000.0002", "hostname": "two"}`, '"0200.0000.0002" is no MAC address'],
    ['{"duid": "01:02:03", "hostname": "two"}', 'has no hw-address'],
    ['5', 'is no object'],
    ['[]', 'is no object'],
  ])('the reservation %s is told by file, line and place', (odd, reason) => {
    const {entries, rejects} = kea(odd)
    expect(rows(entries)).toEqual([one, three])
    expect(rejects).toEqual([{line: odd === '5' ? 1 : 3, text: 'Dhcp4.reservations[1]', reason}])
    const layout = {columns: ['name', 'ip', 'mac']} as const
    const extracted = {entries: [], rejects, includes: []}
    const {stderr} = printed({kind: 'extract-mac', file: 'kea.conf', extracted, layout, quiet: false})
    expect(stderr).toContain(`kea.conf:${odd === '5' ? 1 : 3}: Dhcp4.reservations[1]: ${reason}`)
  })
})

describe('ISC dhcpd', () => {
  const host = (name: string, mac: string, address: string, more = '') =>
    `host ${name} { hardware ethernet ${mac}; fixed-address ${address};${more} }\n`
  const isc = (middle: string) =>
    parseDhcpdConf(`${host('one', mac1, '192.0.2.1')}${middle}\n${host('three', mac3, '192.0.2.3')}`)

  test.each([...numbers, ...nonsense])('the number %j costs nothing, in a host and beside it', (number) => {
    const {entries} = isc(host('two', mac2, '192.0.2.2', ` max-lease-time ${number};`))
    expect(rows(entries)).toEqual([one, two, three])
    expect(rows(isc(`default-lease-time ${number};`).entries)).toEqual([one, three])
  })

  test.each([
    ['range 10.0.0.5 10.0.0.300', 2],
    ['}', 2],
    ['{', 2],
    ['/* a comment of C', 2],
    ['option domain-name "half;', 2],
    ['host two { hardware ethernet 02:00; }', 2],
    ['host { }', 2],
  ])('the line %s is told and costs itself', (odd, line) => {
    const {entries, rejects} = isc(odd)
    expect(rows(entries)).toEqual([one, three])
    expect(lines(rejects)).toContain(line)
  })

  test('a host keeps the addresses that are some', () => {
    const {entries, rejects} = isc(host('two', mac2, '192.0.2.300, 192.0.2.2'))
    expect([rows(entries), lines(rejects)]).toEqual([[one, two, three], [2]])
  })
})

describe('dnsmasq', () => {
  const dnsmasq = (middle: string) =>
    parseDnsmasqConf(`dhcp-host=${mac1},192.0.2.1,one\n${middle}\ndhcp-host=${mac3},192.0.2.3,three\n`)

  test.each(['.25', '5.', '-1', '007', '1e99', '1.5h', '.5h', '12h', '2w', '99999999999999999999', '0x10', '1.2.3'])(
    'the lease time %s costs nothing',
    (time) => {
      expect(rows(dnsmasq(`dhcp-host=${mac2},192.0.2.2,two,${time}`).entries)).toEqual([one, two, three])
    },
  )

  test.each([
    'cache-size=1e9',
    'dhcp-range=10.0.0.1,10.0.0.300,.5h',
    'dhcp-host',
    '=',
    '\0',
    'dhcp-host=',
    'dhcp-host=two',
    `dhcp-host=${mac2}`,
  ])('the line %j costs itself', (odd) => {
    expect(rows(dnsmasq(odd).entries)).toEqual([one, three])
  })

  test('an address that is none is told, and the name stays', () => {
    const {entries, rejects} = dnsmasq(`dhcp-host=${mac2},192.0.2.300,two`)
    expect([rows(entries), lines(rejects)]).toEqual([[one, 'two;', three], [2]])
  })
})

test('files of hosts and /etc/ethers lose the odd line alone', () => {
  const hosts = parseDhcpHostsFile(`${mac1},192.0.2.1,one\nodd\n\0\n${mac3},192.0.2.3,three,1.5h\n`)
  expect([rows(hosts.entries), lines(hosts.rejects)]).toEqual([
    [one, three],
    [2, 3, 4],
  ])
  const ethers = parseEthers(`${mac1} one\n020000000002 two\n${mac2}\n${mac2} a b\n\0\n${mac3} three\n`)
  expect([rows(ethers.entries), lines(ethers.rejects)]).toEqual([
    ['one;', 'three;'],
    [2, 3, 4, 5],
  ])
})

describe('arp -an', () => {
  const seen = (text: string) => {
    const {neighbours, rejects} = parseArpAn(text)
    return [neighbours.map(({ip, interface: device}) => `${ip} ${device}`.trim()), rejects.map(({line}) => line)]
  }

  test('of illumos and Solaris: flags, masks, groups, no address yet, odd words, and IPv6', () => {
    const text = [
      'Net to Media Table: IPv4',
      'Device   IP Address               Mask      Flags      Phys Addr',
      '------ -------------------- --------------- -------- ---------------',
      'net0   192.0.2.1            255.255.255.255          00:11:22:33:44:55',
      'net0   192.0.2.2            255.255.255.255 SPLA     02:08:20:a1:b2:c3',
      'net0   192.0.2.9            255.255.255.255 U',
      'net0   224.0.0.0            240.0.0.0       SM       01:00:5e:00:00:00',
      'net0   192.0.2.3            255.255.255.255 o        0:c:29:1:2:3',
      'net0   192.0.2.300          255.255.255.255 o        0:c:29:1:2:4',
      'net0   192.0.2.5            255.255.255.255 D        ??',
      'Net to Media Table: IPv6',
      ' If   Physical Address    Type      State      Destination/Mask',
      '----- -----------------  ------- ------------ ---------------------------',
      'net0  02:08:20:a1:b2:c3  dynamic  REACHABLE    2001:db8::1',
      'net0  192.0.2.4            255.255.255.255          00:11:22:33:44:56',
    ]
    expect(seen(text.join('\n'))).toEqual([
      ['192.0.2.1 net0', '192.0.2.2 net0', '192.0.2.3 net0', '2001:db8::1 net0', '192.0.2.4 net0'],
      [9],
    ])
  })

  test('of AIX: buckets, sums, other hardware', () => {
    const text = [
      '  ? (192.0.2.1) at 0:11:22:33:44:55 [ethernet] stored in bucket 3',
      '  ? (192.0.2.5) at (incomplete)',
      '? (192.0.2.8) at 1:2:3:4:5:6:7:8 [token ring] stored',
      '  gw.example.com (192.0.2.2) at 0:4:ac:1:2:3 [ethernet] permanent stored in bucket -4',
      'bucket:    0     contains:    0 entries',
      'There are 3 entries in the arp table.',
    ]
    expect(seen(text.join('\n'))).toEqual([['192.0.2.1', '192.0.2.2'], []])
  })

  test('of the BSDs: odd times, proxies, links, tables cut in two', () => {
    const text = [
      '? (192.0.2.1) at 00:11:22:33:44:55 on em0 expires in -1 seconds [ethernet]',
      '? (192.0.2.2) at 00:11:22:33:44:56 on lagg0.100 expires in 1.5e3 seconds [vlan]',
      '? (192.0.2.3) at 00:11:22:33:44:57 on wm0 permanent published (proxy only) [ethernet]',
      '? (192.0.2.300) at 00:11:22:33:44:58 on em0',
      '? (192.0.2.4 at',
      'Host                                 Ethernet Address    Netif Expire    Flags',
      '192.0.2.5                            00:11:22:33:44:59   vio0  17m3s',
      '192.0.2.6                            link#1              vio0  permanent',
      '192.0.2.7                            (incomplete)        vio0  expired',
      'odd',
      '192.0.2.8                            0:11:22:33:44:5a    vio0  permanent l',
    ]
    expect(seen(text.join('\n'))).toEqual([
      ['192.0.2.1 em0', '192.0.2.2 lagg0.100', '192.0.2.3 wm0', '192.0.2.5 vio0', '192.0.2.8 vio0'],
      [4, 5, 10],
    ])
  })
})

test('ip neigh: other hardware and odd words', () => {
  const text = [
    '192.0.2.1 dev eth0 lladdr 00:11:22:33:44:55 used 0/0/0 probes .5 STALE',
    '192.0.2.7 dev ib0 lladdr 80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:c4:01 STALE',
    '192.0.2.300 dev eth0 lladdr 00:11:22:33:44:56 REACHABLE',
    'odd',
    '192.0.2.2 dev eth0 lladdr 00:11:22:33:44:57 extern_learn REACHABLE',
  ]
  const {neighbours, rejects} = parseIpNeigh(text.join('\n'))
  expect([neighbours.map(({ip}) => ip), rejects.map(({line}) => line)]).toEqual([
    ['192.0.2.1', '192.0.2.2'],
    [3, 4],
  ])
})
