import {expect, test} from 'vitest'
import {readInfoBlock} from '../../../../src/drivers/qemu/console/media.js'

test('removable drives of `info block`, by what each release prints', () => {
  const now = [
    'hd0 (#block123): /vm/a.img (raw)',
    '    Attached to:      /machine/peripheral-anon/device[0]/virtio-backend',
    '    Cache mode:       writeback',
    '',
    'ide1-cd0: [not inserted]',
    '    Attached to:      /machine/unattached/device[23]',
    '    Removable device: not locked, tray closed',
    '',
    'cd2 (#block7): /iso/a (b).iso (raw, read-only)',
    '    Attached to:      /machine/peripheral/cd2',
    '    Removable device: locked, tray open',
    '',
    'spare (#block9): /vm/b.img (raw)',
    '    Removable device: not locked, tray closed',
  ].join('\r\n')
  expect(readInfoBlock(now)).toEqual([
    {name: 'ide1-cd0', medium: '', locked: false, open: false},
    {name: 'cd2', medium: '/iso/a (b).iso', locked: true, open: true},
  ])
  const old = [
    'ide0-hd0: removable=0 io-status=ok file=/vm/a.img ro=0 drv=qcow2 encrypted=0',
    'ide1-cd0: removable=1 locked=1 tray-open=0 file=/iso/a b.iso ro=1 drv=raw encrypted=0',
    'floppy0: removable=1 locked=0 tray-open=1 [not inserted]',
  ].join('\n')
  expect(readInfoBlock(old)).toEqual([
    {name: 'ide1-cd0', medium: '/iso/a b.iso', locked: true, open: false},
    {name: 'floppy0', medium: '', locked: false, open: true},
  ])
})
