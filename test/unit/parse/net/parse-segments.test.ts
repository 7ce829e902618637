import {describe, expect, test} from 'vitest'
import {readDocument} from '../../../../inventory/yaml/document.js'
import type {NodeFault} from '../../../../src/domain/ports/documents.js'
import {documentFaults} from '../../../../src/lib/document-faults.js'
import {parseSegments} from '../../../../src/parse/net/parse-segments.js'

function read(text: string) {
  const document = readDocument(Buffer.from(text), 'net.yaml', 'net')
  const found: NodeFault[] = []
  const segments = parseSegments(document.value, [], found)
  return {segments, faults: documentFaults(document, found)}
}

describe('a file of segments', () => {
  test('joins the bridges of two hosts once', () => {
    const {faults} = read(`
segments:
  - {name: one, hosts: [h1, h2, h3], span: ssh, bridge: br0}
  - {name: two, hosts: [h3, h4], span: ssh, bridge: br0}
  - {name: three, hosts: [h1, h2], bridge: br0}
  - {name: four, hosts: [h2, h3], span: vxlan, insecure: true, bridge: br0}
  - {name: five, hosts: "@lab", span: ssh, bridge: br1}
  - {name: six, hosts: "@lab", span: ssh, bridge: br1}
`)
    expect(faults).toEqual([
      expect.stringMatching(
        /^net\.yaml:6:.*: one joins br0 of these hosts already: two ways send every frame in a circle$/,
      ),
      expect.stringMatching(/^net\.yaml:8:.*: five joins br1 of these hosts already/),
    ])
  })

  test('says how a segment spans hosts, and not two ways at once', () => {
    const {segments, faults} = read(`
hosts: [h1, h2]
segments:
  - {name: one, span: ssh}
  - {name: two, span: true, bridge: false}
  - {name: three, span: false}
  - {name: four, span: vxlan, insecure: true, vni: 7, over: eth1}
  - {name: one, span: vxlan, insecure: true, hosts: [h3, h4]}
`)
    expect(faults).toEqual([])
    expect(segments.map(({ask}) => ask.segment.span)).toEqual(['ssh', 'ssh', undefined, 'vxlan', 'vxlan'])
    expect(segments.slice(3).map(({ask}) => ask.segment.tunnel)).toEqual([
      {vni: 7, over: 'eth1'},
      {vni: expect.any(Number), over: ''},
    ])
    expect(
      read(`
segments:
  - {name: one, hosts: h1, span: pigeon}
  - {name: two, hosts: h1, span: ssh, switch: false}
  - {name: three, hosts: h1, span: ssh, interface: eth1}
  - {name: four, hosts: h1, span: vxlan}
  - {name: five, hosts: h1, span: vxlan, insecure: true, vni: 16777216, over: "a b"}
  - {name: six, hosts: h1, vni: 7}
  - {name: seven, hosts: h1, span: vxvde, switch: false, group: 192.0.2.1, vni: 7}
`).faults,
    ).toEqual([
      expect.stringMatching(/^net\.yaml:3:\d+: .*'pigeon' is no way to other hosts: ssh, vxlan, or vxvde/),
      expect.stringMatching(/^net\.yaml:4:\d+: .*this segment has none/),
      expect.stringMatching(/^net\.yaml:5:\d+: .*joined by eth1 already/),
      expect.stringMatching(/^net\.yaml:6:\d+: .*insecure: true permits it/),
      expect.stringMatching(/^net\.yaml:7:\d+: .*no number of a VXLAN/),
      expect.stringMatching(/^net\.yaml:7:\d+: .*no name of a network interface/),
      expect.stringMatching(/^net\.yaml:8:\d+: .*is said of span: vxlan alone/),
      expect.stringMatching(/^net\.yaml:9:\d+: .*vxvde joins switches, and this segment has none/),
      expect.stringMatching(/^net\.yaml:9:\d+: .*insecure: true permits it/),
      expect.stringMatching(/^net\.yaml:9:\d+: .*'192\.0\.2\.1' is no multicast address/),
      expect.stringMatching(/^net\.yaml:9:\d+: .*is said of span: vxlan alone/),
    ])
  })

  test('is read with what holds for all of them', () => {
    const {segments, faults} = read(`
hosts: [root@h1, "@lab"]
user: alice.kvm
segments:
  - name: lan
    address: 10.79.0.1/24
    dhcp: 10.79.0.100-10.79.0.199
    lease: 12h
    domain: lab.test
    nat: true
    ports: [{port: 3, vlan: 10, tagged: [30, 20]}]
    links: [{to: wan, loss: 2.5, delay: 40, bandwidth: 64K}]
  - {name: wan, hosts: h2, bridge: false, user: bob}
  - {name: plain, switch: false, bridge: br7, interface: eth1}
`)
    expect(faults).toEqual([])
    expect(segments.map(({hosts}) => hosts)).toEqual([['root@h1', '@lab'], ['h2'], ['root@h1', '@lab']])
    expect(segments.map(({ask}) => ask)).toMatchObject([
      {
        ...{name: 'lan', user: 'alice', group: 'kvm', bridge: 'ctys-lan', extent: 'bridge'},
        segment: {
          ...{switch: true, address: '10.79.0.1/24', domain: 'lab.test', nat: {}},
          dhcp: {from: '10.79.0.100', to: '10.79.0.199', leaseSeconds: 43_200},
          ports: [{port: 3, vlan: 10, tagged: [20, 30]}],
          links: [{to: 'wan', loss: 2.5, delayMs: 40, bandwidth: 65_536}],
        },
      },
      {name: 'wan', user: 'bob', extent: 'switch'},
      {name: 'plain', bridge: 'br7', interface: 'eth1', segment: {switch: false}},
    ])
  })

  test('tells every fault at once, each with its line', () => {
    const {faults} = read(`
segments:
  - name: $(reboot)
    brige: br0
    user: "a b"
  - name: averylongname
    address: 10.79.0.0/24
    dhcp: 10.80.0.1-10.80.0.9
    nat: "eth0; drop"
    ports: [{port: 99, vlan: 10, tagged: [10]}, {port: 1, vlan: 4095}]
    links: [{to: averylongname, loss: 101, bandwidth: 1G}]
  - {name: x, bridge: false, switch: false}
  - {name: y, dhcp: 10.0.0.1-10.0.0.2, lease: 5s}
`)
    const told = faults.join('\n')
    const lines = [
      /^net\.yaml:3:\d+: segments\[0\]\.name: '\$\(reboot\)' is no name of a network/m,
      /^net\.yaml:4:\d+: segments\[0\]\.brige: is not known here \(bridge\?\)/m,
      /^net\.yaml:5:\d+: segments\[0\]\.user: 'a b' is no name of a user/m,
      /^net\.yaml:6:\d+: segments\[1\].*'ctys-averylongname' is no name of a network interface/m,
      /^net\.yaml:7:\d+: segments\[1\]\.address: '10\.79\.0\.0\/24' is no address of a host/m,
      /^net\.yaml:8:\d+: segments\[1\]\.dhcp: 10\.80\.0\.1 to 10\.80\.0\.9 is no range/m,
      /^net\.yaml:9:\d+: segments\[1\]\.nat: 'eth0; drop' is no name/m,
      /^net\.yaml:10:\d+: segments\[1\]\.ports\[0\]\.port: is no number of a port/m,
      /segments\[1\]\.ports\[0\]\.tagged: VLAN 10 passes with a tag or without/,
      /segments\[1\]\.ports\[1\]\.vlan: is no VLAN/,
      /^net\.yaml:11:\d+: segments\[1\]\.links\[0\]\.to: leads to the segment itself/m,
      /segments\[1\]\.links\[0\]\.loss: '101' is no percentage/,
      /segments\[1\]\.links\[0\]\.bandwidth: is no number of bytes/,
      /^net\.yaml:12:\d+: segments\[2\]\.bridge: a segment without switch and bridge/m,
      /^net\.yaml:13:\d+: segments\[3\]\.dhcp: needs an address of the host/m,
      /segments\[3\]\.lease: dnsmasq gives no lease below/,
    ]
    for (const line of lines) expect(told).toMatch(line)
  })
})
