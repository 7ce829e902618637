/**
 * No reader takes more than linear time, whatever stands in its input: each is given long runs of what its grammar is
 * made of, and twice as long ones.
 */
import {expect, test} from 'vitest'
import {parseEnumFdb} from '../../inventory/fdb/ascii.js'
import {linesOf} from '../../inventory/fdb/line-source.js'
import {surveyLines} from '../../inventory/fdb/survey.js'
import {parseGroup} from '../../inventory/groups/parse-group.js'
import {parseMacros} from '../../inventory/macros/parse-macros.js'
import {parseDhcpHostsFile, parseDnsmasqConf} from '../../inventory/network/dhcp-dnsmasq.js'
import {parseDhcpdConf} from '../../inventory/network/dhcp-isc.js'
import {parseKeaConf} from '../../inventory/network/dhcp-kea.js'
import {parseEthers} from '../../inventory/network/ethers.js'
import {guessFormat} from '../../inventory/network/extract.js'
import {parseMacmap} from '../../inventory/network/macmap.js'
import {readYaml} from '../../inventory/yaml/read.js'
import {validateLayout} from '../../inventory/yaml/validate.js'
import {parseArpAn, parseIpNeigh, parseProcNetArp} from '../../src/drivers/host/neighbours/neighbour-table.js'
import {readProbe} from '../../src/drivers/host/probe/probe.js'
import {readIncusConfig} from '../../src/drivers/incus/reader.js'
import {readLibvirtConfig} from '../../src/drivers/libvirt/reader.js'
import {readLimaConfig} from '../../src/drivers/lima/reader.js'
import {readProxmoxConfig} from '../../src/drivers/proxmox/reader.js'
import {parseVmConfig} from '../../src/drivers/qemu/config/vm-config.js'
import {parsePsTable} from '../../src/drivers/qemu/process/ps-table.js'
import {readQemuInitConfig} from '../../src/drivers/qemu-init/reader.js'
import {readQuickemuConfig} from '../../src/drivers/quickemu/reader.js'
import {readStartScript} from '../../src/drivers/script/reader.js'
import {readXenConfig} from '../../src/drivers/xen/reader.js'
import {escapeControls} from '../../src/lib/escape-controls.js'
import {fitText} from '../../src/lib/text-width.js'
import {readCall} from '../../src/parse/classic/read-call.js'
import {parseEre} from '../../src/query/ere/parse.js'
import {compilePattern} from '../../src/query/ere/pattern.js'
import {parseKnownHosts} from '../../src/transport/known-hosts/file.js'
import {growth} from '../fakes/growth.js'

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'enum.fdb': (text) => quietly(() => parseEnumFdb(text)),
  'count of enum.fdb': (text) => quietly(() => surveyLines(linesOf(Buffer.from(text)))),
  YAML: (text) => readYaml(Buffer.from(text), 'x.yaml'),
  'words of a classic call': (text) => readCall(text.split(/(?<=[\s({[])/), []),
  group: parseGroup,
  macros: parseMacros,
  'dnsmasq.conf': parseDnsmasqConf,
  'dhcp-hostsfile': parseDhcpHostsFile,
  'dhcpd.conf': parseDhcpdConf,
  'Kea configuration': parseKeaConf,
  ethers: parseEthers,
  'format of an address file': (text) => guessFormat('x', text),
  'macmap.fdb': parseMacmap,
  'arp -an': parseArpAn,
  'ip neigh': parseIpNeigh,
  '/proc/net/arp': parseProcNetArp,
  'answer of a probe': readProbe,
  'QEMU configuration': (text) => parseVmConfig(Buffer.from(`#@#MAGICID-QEMU\n${text}`), '/vm/a.ctys'),
  'qemu-init configuration': (text) => readQemuInitConfig(Buffer.from(text), '/etc/a-qemud.rc'),
  'Xen configuration': (text) => readXenConfig(Buffer.from(`#@#MAGICID-XEN\n${text}`), '/etc/xen/a.cfg'),
  'domain of libvirt': (text) =>
    readLibvirtConfig(Buffer.from(`<domain type="kvm"><name>a</name>${text}`), '/etc/a.xml'),
  'guest of Proxmox': (text) => readProxmoxConfig(Buffer.from(text), '/etc/pve/qemu-server/100.conf'),
  'quickemu configuration': (text) => readQuickemuConfig(Buffer.from(`disk_img="a"\niso="b"\n${text}`), '/a.conf'),
  'instance of Lima': (text) => readLimaConfig(Buffer.from(text), '/h/.lima/a/lima.yaml'),
  'instance of Incus': (text) => readIncusConfig(Buffer.from(text), '/var/lib/incus/a/backup.yaml'),
  'start script': (text) => readStartScript(Buffer.from(`A=$A$A\n${text}\nqemu-system-x86_64 -hda a`), '/vm/a.sh'),
  ps: parsePsTable,
  known_hosts: (text) => parseKnownHosts('x', text),
  'escaped text': escapeControls,
  'text cut to a width': (text) => [fitText(text, 40), fitText(text, 40, 'start')],
}

function quietly(work: () => unknown): void {
  try {
    work()
  } catch {
    // a layout that is refused
  }
}

const pieces = [
  ...['\n', ' ', '\t', '\r\n', '\r', 'a', '"', "'", '#', '/*', '//', '{', '[', '(', ',', ';', '=', '\\', '-', ':', '%'],
  ...[
    'a=',
    'a = [',
    "'',",
    '[,',
    ' ,',
    '\n ',
    '\n#',
    'a\n',
    'a ',
    '\\"',
    '\\\n',
    'host a {',
    'host ',
    '<a>',
    '<a b="c">',
    '&lt;',
    '<!--',
    '<![CDATA[',
    '$(',
    '$($(',
    '${',
    '$A',
    '"$A"',
    'A=(',
    'A+=($A ',
    '`',
    '[x]\n',
    'net0: ',
    '- ',
    'a:\n  ',
    '<?include "a"?>\n',
  ],
  ...[
    '1:',
    '|',
    '? ',
    '- ',
    '- a\n',
    '#@#',
    '#@#A = "',
    ';;;;;;;;;;;;;;;',
    '*',
    '\u{1f600}',
    '\0',
    '\x1b',
    '&a ',
    '*a ',
  ],
  ...[
    'a: {',
    '"a":',
    '"a":{',
    '{"a":[',
    '? (1.1.1.1) at ',
    '1.1.1.1 dev a ',
    '00:00:00:00:00:01 ',
    'ab-',
    '# ',
    "'a' ",
  ],
]

const size = 8_000

test.each(Object.entries(readers))(
  'reading of %s',
  (_, read) => {
    const slow: string[] = []
    for (const piece of pieces) {
      const ratio = growth((length) => {
        const text = piece.repeat(Math.ceil(length / piece.length))
        return () => read(text)
      }, size)
      if (ratio > 2.8) slow.push(`${JSON.stringify(piece)} ${ratio.toFixed(1)}`)
    }
    expect(slow).toEqual([])
  },
  120_000,
)

test.each([
  ['(a|a)*', 'a'],
  ['(a*)*b', 'a'],
  ['a*a*a*b', 'a'],
  ['(ab|a)*c', 'ab'],
  ['[ab]*[ab]*$', 'ab'],
])('searching for %s', (source, piece) => {
  const pattern = parseEre(source)
  if ('fault' in pattern) throw new Error(pattern.fault)
  const fits = compilePattern(pattern)
  expect(
    growth((length) => {
      const text = piece.repeat(length / piece.length)
      return () => fits(text)
    }, size),
  ).toBeLessThan(2.8)
})

/** One line of records as `--json` prints them, each with a fault that is to be placed. */
test('faults in a long line are placed in linear time', () => {
  const item = '{"label":5},'
  const ratio = growth((length) => {
    const text = `{"schemaVersion":1,"records":[${item.repeat(length / item.length).slice(0, -1)}]}`
    return () => readYaml(Buffer.from(text), 'x.json')
  }, 3_000)
  expect(ratio).toBeLessThan(2.8)
}, 60_000)

test.each(['file', 'records', 'lab'] as const)(
  'the faults of every machine of a list are found in linear time: %s',
  (layout) => {
    const list = (size: number) => ({[layout === 'records' ? 'records' : 'machines']: Array(size).fill({k: 1})})
    const before = validateLayout(layout, list(3))
    const many = validateLayout(layout, list(300))
    expect(many.filter(({pointer}) => pointer.includes('/299'))).toHaveLength(
      before.filter(({pointer}) => pointer.includes('/2')).length,
    )
    expect(new Set(many.map(({pointer, reason}) => `${pointer} ${reason}`)).size).toBe(many.length)
    expect(
      growth((size) => {
        const value = list(size)
        return () => validateLayout(layout, value)
      }, 1_000),
    ).toBeLessThan(3)
  },
)
