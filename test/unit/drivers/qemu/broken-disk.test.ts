import {expect, test} from 'vitest'
import {readBrokenDisk} from '../../../../src/drivers/qemu/cancel/broken-disk.js'
import {refusal} from '../../../../src/drivers/qemu/cancel/judge.js'

/** `info block` of QEMU 7.2, as bdrv_query_info prints it. */
const head = [
  'floppy0: [not inserted]',
  '    Attached to:      /machine/unattached/device[17]',
  '    Removable device: not locked, tray closed',
  '',
]
const disk = (name: string, path: string, status?: string) => [
  `${name} (#block177): ${path} (qcow2)`,
  '    Attached to:      /machine/peripheral-anon/device[0]/virtio-backend',
  ...(status === undefined ? [] : [`    I/O status:       ${status}`]),
  '    Cache mode:       writeback',
  '',
]

test.each([
  [
    'a full disk',
    [...head, ...disk('virtio0', '/vm/full/full.img', 'nospace')],
    ['virtio0', '/vm/full/full.img', 'nospace'],
  ],
  [
    'a broken one',
    [...disk('a', '/vm/a b (c)/x.img'), ...disk('ide0-hd0', '/dev/sdb', 'failed')],
    ['ide0-hd0', '/dev/sdb', 'failed'],
  ],
  [
    'the full one before the broken one',
    [...disk('a', '/a', 'failed'), ...disk('b', '/b', 'nospace')],
    ['b', '/b', 'nospace'],
  ],
  ['one that is no file', ['sd0: json:{"driver":"nbd"} (raw)', '    I/O status:       failed'], ['sd0', '', 'failed']],
  [
    'old QEMUs',
    ['virtio0: removable=0 io-status=nospace file=/vm/old.img ro=0 drv=qcow2 encrypted=0'],
    ['virtio0', '/vm/old.img', 'nospace'],
  ],
  ['line ends of a terminal', ['v: /x (raw)\r', '    I/O status:       nospace\r'], ['v', '/x', 'nospace']],
])('%s is found', (_, lines, [device, image, why]) => {
  expect(readBrokenDisk(lines.join('\n'))).toEqual({device, image, why})
})

test.each(['', 'virtio0 (#block1): /x.img (raw)\n    I/O status:       ok\n', '\0\n: : :\n    I/O status: strange'])(
  '%j names none',
  (text) => {
    expect(readBrokenDisk(text)).toBeUndefined()
  },
)

test('a stop says which disk it is, and what to do about it', () => {
  const how = {instead: 'ctys stop x --force', other: ''}
  const full = refusal('web01', 'io-error', {...how, disk: {device: 'virtio0', image: '/vm/x.img', why: 'nospace'}})
  expect(full.message).toContain('there is no space left for its disk /vm/x.img (virtio0)')
  expect(full.hint).toContain('free space there, then resume it')
  const broken = refusal('web01', 'io-error', {...how, disk: {device: 'virtio0', image: '', why: 'failed'}})
  expect(broken.message).toContain('its disk virtio0 cannot be read or written')
  expect(refusal('web01', 'io-error', how).message).toContain('full or broken')
})
