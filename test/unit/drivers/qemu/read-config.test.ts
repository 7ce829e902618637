import {expect, test} from 'vitest'
import {parseCommandLine} from '../../../../src/drivers/qemu/process/command-line.js'
import {findMonitors} from '../../../../src/drivers/qemu/process/monitors.js'
import {readConfigOptions} from '../../../../src/drivers/qemu/process/read-config.js'

// as Incus writes it
const incus = `# Machine
[machine]
graphics = "off"
type = "q35"
accel = "kvm"

[chardev "monitor"]
backend = "socket"
path = "/run/incus/web01/qemu.monitor"
server = "on"
wait = "off"

[mon]
chardev = "monitor"
mode = "control"

[drive "root"]
  file = "/vm/a,b.img"
  if = "none"

[device "nic"]
driver = "virtio-net-pci"
mac = "02:00:00:00:00:01"
empty = ""
`

test('sections and lines become the options they stand for', () => {
  expect(readConfigOptions(incus)).toEqual([
    {name: 'machine', value: 'graphics=off,type=q35,accel=kvm'},
    {name: 'chardev', value: 'id=monitor,backend=socket,path=/run/incus/web01/qemu.monitor,server=on,wait=off'},
    {name: 'mon', value: 'chardev=monitor,mode=control'},
    {name: 'drive', value: 'id=root,file=/vm/a,,b.img,if=none'},
    {name: 'device', value: 'id=nic,driver=virtio-net-pci,mac=02:00:00:00:00:01,empty='},
  ])
})

test.each([
  ['a key before any section', 'type = "q35"\n'],
  ['a value without quotes', '[machine]\ntype = q35\n'],
  ['a value without its end', '[machine]\ntype = "q35\n'],
  ['no blank before the sign', '[machine]\ntype="q35"\n'],
  ['a line of blanks', '[machine]\n   \n'],
  ['a blank line that ends as on Windows', '[machine]\r\n\r\n'],
  ['a comment behind blanks', '[machine]\n  # x\n'],
  ['a line that is longer than QEMU reads', `[machine]\ntype = "${'x'.repeat(2_000)}"\n`],
])('QEMU refuses %s', (_what, text) => {
  expect(readConfigOptions(text)).toBeUndefined()
})

test.each([
  ['[drive  "a"]\n file\t=\t"x" # tail\n', 'id=a,file=x'],
  ['[drive]\r\nfile = "x"\r\n', 'file=x'],
  ['[drive]\nfile.filename = "x=y"\n', 'file.filename=x=y'],
  ['#\n\n[drive]\n', ''],
])('and takes %j', (text, value) => {
  expect(readConfigOptions(text)).toEqual([{name: 'drive', value}])
})

const argv = ['qemu-system-x86_64', '-S', '-uuid', '00000000-0000-4000-8000-000000000001', '-readconfig', '/run/q.conf']

test('a command line says what stands in its file, and is proven by its own words', () => {
  const text = `${incus}[name]\n  guest = "web01"\n`
  const line = parseCommandLine(argv, new Map([['/run/q.conf', text]]))
  expect(line).toMatchObject({
    ...{name: 'web01', image: '/vm/a,b.img', macs: ['02:00:00:00:00:01'], unreadConfig: false},
    identity: ['00000000-0000-4000-8000-000000000001'],
  })
  expect(findMonitors(line.options)).toEqual([{kind: 'qmp', at: {unix: '/run/incus/web01/qemu.monitor'}}])
})

test.each([
  ['nobody read', new Map()],
  ['has another grammar', new Map([['/run/q.conf', 'type: q35\n']])],
  ['is another one', new Map([['/run/other.conf', incus]])],
])('a file that %s says nothing', (_what, files) => {
  expect(parseCommandLine(argv, files)).toMatchObject({unreadConfig: true, name: '', image: ''})
})
