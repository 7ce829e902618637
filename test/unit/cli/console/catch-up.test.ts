import {expect, test} from 'vitest'
import {createCatchUp} from '../../../../src/cli/console/catch-up.js'
import type {ConsoleRecord} from '../../../../src/domain/ports/console-client.js'

/** A QEMU that prints, its log, and a person who sees what streams and catching up give. */
function world() {
  let log = Buffer.alloc(0)
  const catchUp = createCatchUp()
  let seen = ''
  const record = (from: ConsoleRecord['from'], more: Partial<ConsoleRecord> = {}): ConsoleRecord => ({
    ...{file: '7', pid: 1, appends: false, from},
    read: async (at, count) => log.subarray(at, at + count),
    ...more,
  })
  return {
    print: (text: string) => {
      log = Buffer.concat([log, Buffer.from(text)])
    },
    restart: () => {
      log = Buffer.alloc(0)
    },
    size: () => log.length,
    seen: () => seen,
    record,
    /** Opens a stream whose first bytes are these, and shows what is to be shown. */
    join: async (of: ConsoleRecord | undefined, first = '') => {
      const begun = catchUp.begin(of, async (bytes) => {
        seen += bytes.toString()
      })
      if (first !== '') catchUp.came(Buffer.from(first))
      const {missed, skip} = await begun
      seen += first.slice(skip)
      return missed
    },
    come: (text: string) => {
      catchUp.came(Buffer.from(text))
      seen += text
    },
  }
}

test('what came while the link was lost is shown once, in its place', async () => {
  const {print, size, seen, record, join, come} = world()
  print('before\n')
  expect(await join(record({least: 7, most: 7}))).toBe('none')
  print('one\n')
  come('one\n')
  print('two\nthree\n')
  expect(await join(record({least: size(), most: size()}))).toBe('shown')
  print('four\n')
  come('four\n')
  expect(seen()).toBe('one\ntwo\nthree\nfour\n')
})

test('where the log grew while the stream was opened, the bytes themselves tell where it begins', async () => {
  const {print, seen, record, join, come} = world()
  await join(record({least: 0, most: 0}))
  print('1\n2\n3\n4\n5\n6\n')
  come('1\n2\n')
  // the log had 6 bytes before it was opened and 10 afterwards; the stream begins at byte 8
  expect(await join(record({least: 6, most: 10}), '5\n6\n')).toBe('shown')
  expect(seen()).toBe('1\n2\n3\n4\n5\n6\n')
})

test('a stream that begins further back gives nothing twice', async () => {
  const {print, seen, record, join, come} = world()
  print('0123456789')
  await join(record({least: 0, most: 0}))
  come('0123456789')
  expect(await join(record({least: 4, most: 4}), '456789ab')).toBe('shown')
  expect(seen()).toBe('0123456789ab')
})

test('the log of a new QEMU is shown from its beginning; another file of the same one is not known', async () => {
  const {print, restart, size, seen, record, join, come} = world()
  await join(record({least: 0, most: 0}))
  print('old')
  come('old')
  restart()
  print('new boot')
  expect(await join(record({least: size(), most: size()}, {pid: 2, file: '8'}))).toBe('shown')
  expect(seen()).toBe('oldnew boot')
  expect(await join(record({least: 0, most: 0}, {pid: 2, file: '9'}))).toBe('unknown')
  expect(await join(undefined)).toBe('unknown')
})

test('a link that is lost while it catches up goes on where it was', async () => {
  const {print, size, seen, record, join} = world()
  await join(record({least: 0, most: 0}))
  print('x'.repeat(600_000))
  let reads = 0
  const broken = record({least: size(), most: size()})
  const failing = {
    ...broken,
    read: async (at: number, count: number) => {
      if (++reads > 1) throw new Error('lost')
      return broken.read(at, count)
    },
  }
  await expect(join(failing)).rejects.toThrow('lost')
  expect(await join(broken)).toBe('shown')
  expect(seen().length).toBe(600_000)
})
