import {afterEach, expect, test} from 'vitest'
import {readClassic} from '../../../src/cli/entry/read-classic.js'

const before = process.env.DEFAULT_C_SESSIONTYPE
afterEach(() => {
  if (before === undefined) delete process.env.DEFAULT_C_SESSIONTYPE
  else process.env.DEFAULT_C_SESSIONTYPE = before
})

test.each<[readonly string[], string | undefined]>([
  [['-a', 'create=l:x', 'h1'], 'VNC'],
  [['-t', 'qemu', '-a', 'create=l:x', 'h1'], 'QEMU'],
  [['-T', 'qemu', '-a', 'create=l:x', 'h1'], undefined],
  [['-a', 'list', 'h1'], undefined],
  [['-a', 'cancel=l:x', 'h1'], undefined],
])('DEFAULT_C_SESSIONTYPE counts for what is created without a type: %j', (argv, type) => {
  process.env.DEFAULT_C_SESSIONTYPE = 'vnc'
  expect(readClassic(argv, {}).call.options.letters.t).toBe(type)
})

test('<TYPE>_IGNORE leaves a type out, with 1 alone', () => {
  Object.assign(process.env, {QEMU_IGNORE: '1', QEMU_INIT_IGNORE: '1', XEN_IGNORE: '0', IGNORE: '1'})
  try {
    expect(readClassic(['-a', 'list'], {}).ignored).toEqual(['QEMU', 'QEMU-INIT'])
  } finally {
    for (const name of ['QEMU_IGNORE', 'QEMU_INIT_IGNORE', 'XEN_IGNORE', 'IGNORE']) delete process.env[name]
  }
})
