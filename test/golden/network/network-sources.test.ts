import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {parseDnsmasqConf} from '../../../inventory/network/dhcp-dnsmasq.js'
import {parseDhcpdConf} from '../../../inventory/network/dhcp-isc.js'
import {parseKeaConf} from '../../../inventory/network/dhcp-kea.js'
import {parseEthers} from '../../../inventory/network/ethers.js'
import {parseMacmap} from '../../../inventory/network/macmap.js'
import type {NetworkEntry, SourceReject} from '../../../src/domain/network/network-entry.js'
import {parseArpAn, parseIpNeigh, parseProcNetArp} from '../../../src/drivers/host/neighbours/neighbour-table.js'

const sample = (name: string): string => readFileSync(join(import.meta.dirname, '../../fixtures/network', name), 'utf8')
const rows = (entries: readonly NetworkEntry[]): string[] => entries.map(({name, ip, mac}) => `${name};${ip};${mac}`)
const faults = (rejects: readonly SourceReject[]): string[] =>
  rejects.map(({line, text, reason}) => `${line ?? text}: ${reason}`)

test('macmap.fdb is read in both column orders, and its broken lines are numbered', () => {
  const {entries, rejects} = parseMacmap(sample('macmap.fdb'))
  expect(entries.map((entry) => `${entry.line} ${rows([entry])}`)).toEqual([
    '2 vm0001;172.20.0.1;00:50:56:13:00:01',
    '3 vm0002;172.20.0.2;00:50:56:13:00:02',
    '5 VM0003;;00:50:56:13:00:03',
    '6 ;172.20.0.4;00:50:56:13:00:0A',
    '7 six;2001:db8::6;00:50:56:13:00:06',
    '8 odd;name;172.20.0.7;00:50:56:13:00:07',
    '15 blank;172.20.0.14;00:50:56:13:00:0E',
  ])
  expect(faults(rejects)).toEqual([
    '9: has 2 fields instead of 3',
    "10: '172.20.0.999' is no IP address",
    '11: has no MAC address',
    '12: has neither name nor IP address',
    "13: '00:50:56:13:00:0C' is no IP address",
  ])
})

test('dhcpd.conf gives its static hosts from every depth and reports what is broken', () => {
  const {entries, rejects, includes} = parseDhcpdConf(sample('dhcpd.conf'))
  expect(rows(entries)).toEqual([
    'tst100;192.168.1.220;00:50:56:13:11:40',
    'tst101;192.168.1.221;00:50:56:13:11:0A',
    'tst101;10.0.0.221;00:50:56:13:11:0A',
    'tst101;10.0.1.221;00:50:56:13:11:0A',
    'web01.lab.example;192.168.2.31;52:54:00:AA:BB:01',
    'printer-2;192.168.2.32;52:54:00:AA:BB:02',
    'six;2001:db8:1::6;52:54:00:AA:BB:06',
    'nameonly;;52:54:00:AA:BB:07',
    'after;192.168.2.45;52:54:00:AA:BB:0B',
    'end;192.168.2.46;52:54:00:AA:BB:0D',
    'inner;10.9.0.1;52:54:00:AA:BB:0E',
  ])
  expect(faults(rejects)).toEqual([
    '41: the address "nameonly.lab.example" is no IP address',
    '42: has no Ethernet address',
    '43: has no Ethernet address',
    '44: "52:54:00:aa:bb" is no MAC address',
    '45: "52:54:00:aa:bb:08 fixed-address 192.168.2.42" is no MAC address',
    '46: "fixed-address" lacks its ";"',
    '47: the block is not closed',
    '49: a host without a block',
    '50: closes no block',
    '51: a ";" is missing',
    '53: the block is not closed',
  ])
  expect(includes).toEqual([{line: 7, path: '/etc/dhcp/keys.conf'}])
})

test('dnsmasq.conf gives its dhcp-hosts in all their forms', () => {
  const {entries, rejects, includes} = parseDnsmasqConf(sample('dnsmasq.conf'))
  expect(rows(entries)).toEqual([
    ';192.168.3.60;11:22:33:44:55:66',
    'fred;;12:22:33:44:55:66',
    'fred2;192.168.3.62;14:22:33:44:55:66',
    'laptop;192.168.3.63;16:22:33:44:55:66',
    'laptop;192.168.3.63;18:33:44:55:66:77',
    'tiny;;20:22:33:44:55:66',
    'both;2001:db8:3::66;22:22:33:44:55:66',
    'both;192.168.3.66;22:22:33:44:55:66',
    'quoted;192.168.3.67;24:22:33:44:55:66',
    'typed;192.168.3.68;26:22:33:44:55:66',
    'suffix;;28:22:33:44:55:66',
  ])
  expect(faults(rejects)).toEqual([
    '12: "[::68]" is only the end of an address',
    '13: has no MAC address',
    '14: has no MAC address',
    '15: "00:20:e0:3b:*:*" is neither address, name nor lease time',
    '16: the server ignores this host',
    '17: "2c:22:33:44:55:6g" is neither address, name nor lease time',
    '18: "192.168.3.73/24" is neither address, name nor lease time',
    '18: has neither name nor IP address',
    '19: has neither name nor IP address',
  ])
  expect(includes).toEqual([
    {line: 20, path: '/etc/dnsmasq.hosts'},
    {line: 21, path: '/etc/dnsmasq.d'},
  ])
})

test('/etc/ethers gives names and addresses', () => {
  const {entries, rejects} = parseEthers(sample('ethers'))
  expect(rows(entries)).toEqual([
    'vm0001;;00:50:56:13:00:01',
    ';192.168.1.2;00:50:56:13:00:02',
    'vm0003.lab.example;;00:50:56:13:00:03',
  ])
  expect(faults(rejects)).toEqual([
    "6: '00:50:56:13:00:zz' is no MAC address",
    '7: names no host',
    '8: has 3 words instead of 2',
  ])
})

test('a Kea configuration gives the reservations of every level', () => {
  const {entries, rejects, includes} = parseKeaConf(sample('kea-dhcp4.conf'))
  expect(rows(entries)).toEqual([
    'global-1;192.168.4.10;1A:1B:1C:1D:1E:1F',
    'name "//" # { only;;1A:1B:1C:1D:1E:20',
    'bad-ip;;1A:1B:1C:1D:1E:21',
    ';192.168.5.1;1A:1B:1C:1D:1E:23',
    'shared;192.168.5.2;1A:1B:1C:1D:1E:24',
    'six;2001:db8::1;1A:1B:1C:1D:1E:25',
    'six;2001:db8::2;1A:1B:1C:1D:1E:25',
  ])
  expect(faults(rejects)).toEqual([
    '10: has no hw-address',
    '17: "1a:1b:1c:1d:1e" is no MAC address',
    '18: "192.168.4.300" is no IP address',
    '19: has neither name nor IP address',
    '15: is no object',
  ])
  expect(includes).toEqual([{line: 7, path: '/etc/kea/options.json'}])
})

describe('neighbour tables', () => {
  test.each([
    [
      'ip-neigh.txt',
      parseIpNeigh,
      [
        '192.168.1.1 00:11:22:33:44:55 eth0',
        '192.168.1.20 52:54:00:12:34:56 eth0',
        '192.168.1.24 52:54:00:12:34:58 br0.12',
        'fe80::211:22ff:fe33:4455 00:11:22:33:44:55 eth0',
        '2001:db8::5 52:54:00:12:34:59 eth0',
      ],
      [13],
    ],
    [
      'proc-net-arp.txt',
      parseProcNetArp,
      ['192.168.1.1 00:11:22:33:44:55 eth0', '192.168.1.30 52:54:00:12:34:60 br0'],
      [7],
    ],
    [
      'arp-freebsd.txt',
      parseArpAn,
      ['192.168.1.1 00:11:22:33:44:55 em0', '192.168.1.7 52:54:00:12:34:70 em0', '10.0.0.1 58:9C:FC:10:FF:97 bridge0'],
      [],
    ],
    ['arp-openbsd.txt', parseArpAn, ['192.168.1.1 00:11:22:33:44:55 vio0', '192.168.1.8 52:54:00:12:34:80 vio0'], []],
    [
      'arp-macos.txt',
      parseArpAn,
      ['192.168.1.1 00:11:22:03:04:05 en0', 'mac.lab.example 192.168.1.9 A4:83:E7:00:01:02 en0'],
      [],
    ],
    ['arp-linux.txt', parseArpAn, ['192.168.1.1 00:11:22:33:44:55 eth0', '192.168.1.6 52:54:00:12:34:90 br0'], [4]],
  ] as const)('%s: who is there, without the incomplete, the failed and the many', (file, parse, found, broken) => {
    const {neighbours, rejects} = parse(sample(file))
    expect(
      neighbours.map((each) => [each.name, each.ip, each.mac, each.interface].filter((text) => text !== '').join(' ')),
    ).toEqual(found)
    expect(rejects.map(({line}) => line)).toEqual(broken)
  })
})
