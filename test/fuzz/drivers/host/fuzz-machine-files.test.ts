import {readFileSync} from 'node:fs'
import {expect, test, vi} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../../inventory/fdb/ascii.js'
import {readYaml} from '../../../../inventory/yaml/read.js'
import {formatYaml} from '../../../../inventory/yaml/yaml.js'
import {emptyRecord, type InventoryRecord, recordFields} from '../../../../src/domain/inventory/inventory-record.js'
import type {ConfigReading} from '../../../../src/domain/inventory/scan-memory.js'
import type {EnumerateData, EnumeratedMachine} from '../../../../src/domain/work/answers.js'
import {readConfigFile} from '../../../../src/drivers/config/config-file.js'
import {readHost} from '../../../../src/drivers/host/pm/reader.js'
import {printedScan} from '../../../fakes/printed.js'
import {expectExplained, expectPrintable, expectSame, runFuzz} from '../../../fuzz/run-fuzz.js'
import {styleOf} from '../../../golden/report/samples.js'

// damaged configuration files of every type a scan reads: a machine that is sound, or a reason why there is none

vi.setConfig({testTimeout: 120_000})

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url))
const qemuSamples = ['classic/web01.ctys', 'two-nics/db01.ctys', 'old-keys/tst100.conf', 'faulty/app01.ctys']
  .concat('bad-identity/evil.ctys', 'template/template.ctys', 'xen/xen01.ctys')
  .map((name) => fixture(`qemu/vm-${name}`))
const xenSamples = ['nbsd.cfg', 'debian.cfg'].map((name) => fixture(`foreign/${name}`))
const other = (name: string) => fixture(`foreign/others/${name}`)
const words = [
  '#@#MAGICID-QEMU\n',
  '#@#MAGICID-IGNORE\n',
  '\n#@#LABEL = "',
  '\n#@#UUID=',
  '\n#@#SESSIONTYPE = "KVM"',
].concat('\n#@#MAC9=', '\n#@#IP = "', '\n#@#VRAM = ', '\n#@#DIST = "', '\nMAC0="', '\n#@#CTYS-OS = ')
const facts = [
  'name h1.example.org',
  'os Linux',
  'arch x86_64',
  'cpus 8',
  'kib 16384000',
  'addr eth0 10.77.0.1/24',
].concat('mac eth0 02:00:00:00:00:01', 'gateway 10.77.0.254 eth0')

test.each([
  ['machines-of-ctys', 8000, '/vm/web01/web01.ctys', qemuSamples, words],
  ['machines-in-conf', 2000, '/etc/xen/tst100.conf', [...qemuSamples, ...xenSamples], words],
  ['machines-of-xen', 5000, '/etc/xen/nbsd.cfg', xenSamples, ['\nname = "', "'", 'vif = [ ', ' ]', '\nmemory = ']],
  ['domains-of-libvirt', 3000, '/etc/libvirt/qemu/a.xml', [other('libvirt-disks.xml')], ['<name>', '</name>', '&#1;']],
  ['guests-of-proxmox', 3000, '/etc/pve/qemu-server/100.conf', [other('proxmox-100.conf')], ['\nname: ', '\n[a]\n']],
  ['machines-of-quickemu', 2000, '/home/a/b.conf', [other('quickemu-ubuntu.conf')], ['\ndisk_img="', '\nram=']],
  ['instances-of-lima', 2000, '/home/a/.lima/b/lima.yaml', [other('lima.yaml')], ['\nmemory: ', '&a ', '*a']],
  ['instances-of-incus', 2000, '/var/lib/incus/b/backup.yaml', [other('incus-backup.yaml')], ['\n  name: ', '{']],
  [
    'start-scripts',
    4000,
    '/vm/a/b.sh',
    [other('start-mail.sh'), other('virt-install.sh')],
    ['-name "', '$(', '$A', '`'],
  ],
  ['machines-of-qemu-init', 2000, '/vm/web1-qemud.rc', [fixture('foreign/web1-qemud.rc'), ...qemuSamples], words],
])('%s: damaged files give a sound machine or a reason, and do nothing else', (name, whole, path, samples, words) => {
  let machines = 0
  const check = (bytes: Buffer): void => {
    const reading = readConfigFile(bytes, path)
    if (reading?.machine !== undefined) machines += 1
    if (reading !== null) expectSound(reading, path, bytes)
    // by its name it is a configuration, so it is one of another type; any other file may be anything
    else if (path.endsWith('.ctys')) expect(bytes.toString('latin1')).toMatch(/#@#[ \t]*(CTYS-)?MAGICID-[A-Z0-9]+/)
    else expect(bytes.toString('latin1')).not.toMatch(/(^|\n)#@#MAGICID-(QEMU|XEN)[ \t\r]*(\n|$)/)
  }
  const rounds = runFuzz({name, rounds: whole, samples, words, check})
  // else the samples were not what they are meant to be
  expect(machines).toBeGreaterThan(rounds / 10)
})

test('host: damaged files of the host itself leave what it says of itself', () => {
  const path = '/etc/ctys.d/pm.conf'
  const check = (content: Buffer): void => {
    const reading = readHost({facts, file: {path, stamp: '1 2 3 4', state: 'read', content}})
    expectSound(reading, path, content)
  }
  runFuzz({name: 'host', rounds: 2000, samples: [fixture('foreign/pm.conf'), ...qemuSamples], words, check})
})

function expectSound({machine, rejects, ignored}: ConfigReading, path: string, bytes: Buffer): void {
  if (machine === undefined && !ignored) expect(rejects).not.toEqual([])
  expectExplained(rejects, bytes)
  for (const reject of rejects) expect(reject.path).toBe(path)
  expectPrintable(...printed(machine === undefined ? [] : [machine], rejects))
  if (machine === undefined) return
  if (!/^[^\0-\x20;"'`$/\\-][^\0-\x20;"'`$/\\]*$/.test(machine.label)) expect.fail(`label ${machine.label}`)
  expect(machine.uuid).toMatch(/^([0-9a-f]{32})?$/)
  const records = recordsOf(machine)
  expectSame(parseEnumFdb(formatEnumFdb(records)).records, records)
  // it takes more time than all the rest
  if (bytes.length % 4 === 0) expectSame(readYaml(Buffer.from(formatYaml(records)), 'x.yaml').records, records)
}

function recordsOf({type, label, id, uuid, interfaces}: EnumeratedMachine): readonly InventoryRecord[] {
  return interfaces.map((facts) => {
    for (const [field, value] of Object.entries(facts)) {
      if (!recordFields.some((known) => known === field)) expect.fail(`unknown field ${field}`)
      if (/[\p{Cc};]/u.test(value)) expect.fail(`${field} holds ${JSON.stringify(value)}`)
    }
    return {...emptyRecord(), host: 'h1', ...facts, type, label, id, uuid}
  })
}

/** All a scan prints of it. */
function printed(
  machines: readonly EnumeratedMachine[],
  rejects: ConfigReading['rejects'],
): readonly [stdout: string, stderr: string] {
  const data: EnumerateData = {
    ...{kind: 'enumerate', files: 1, ignored: 0, searched: ['/'], unsearched: []},
    ...{machines, rejects},
  }
  const {stdout, stderr} = printedScan({
    plan: {tasks: [], refused: []},
    outcomes: [{taskId: '1', host: 'h1', ms: 1, status: 'ok', data}],
    differences: machines.flatMap(recordsOf).map((record) => ({what: 'added' as const, record})),
    request: {mode: 'merge', types: ['QEMU']},
    found: [],
    inventory: {location: '/db/enum.fdb', records: []},
    style: styleOf({verbose: true}),
  })
  return [stdout, stderr]
}
