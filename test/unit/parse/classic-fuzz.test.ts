/** Calls drawn from the grammar table, and mutated ones of the original's stories. */
import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {bootModes} from '../../../src/domain/classic/create.js'
import {classicActions, wordsOf} from '../../../src/domain/classic/grammar.js'
import {classicOptions} from '../../../src/domain/classic/options.js'
import {classicTypes, typeWords} from '../../../src/domain/classic/session-types.js'
import type {ClassicAction, ClassicOption, Word} from '../../../src/domain/classic/word.js'
import {printCall} from '../../../src/parse/classic/print-call.js'
import {readCall} from '../../../src/parse/classic/read-call.js'
import {planCall, shellWords} from '../../fakes/classic-world.js'
import {rounds} from '../../lab/rounds.js'

const anyCase = (text: string) => fc.constantFrom(text, text.toLowerCase(), text.toUpperCase())

/** Values that fit a word where any text does not. */
const values: Readonly<Record<string, readonly string[]>> = {
  LABEL: ['tst001', 'web-01', 'ROOT'],
  ID: ['/vm/a/a.ctys'],
  PATHNAME: ['/vm/a/a.ctys', '/vm/100%%/a.ctys'],
  UUID: ['6842caf91e3e43249ed596b8b9f2c5c2'],
  MAC: ['00:50:56:13:11:40'],
  BASEPATH: ['/vm', 'qemu%/srv'],
  PID: ['4711'],
  TIMEOUT: ['30'],
  CONSOLE: [...new Set(Object.values(classicTypes).flatMap(({consoles}) => consoles as readonly string[]))],
  BOOTMODE: [...bootModes, 'CD%/iso/a.iso'],
  INSTMODE: ['CD%default%HDD%default%INIT'],
  ARGSADD: ['S%-m%256'],
  KERNEL: ['/k,/i,ro'],
  INIT: ['0', '6'],
  TAB_TCP: ['7%%6%%3%%', '20'],
  TAB_GEN: ['1%%3', '3_label_9%%4_id_20_L'],
  SORT: ['1', 'all%unique'],
  PKG: ['qemu', 'QEMU%PM'],
  MATCHVSTAT: ['ALL', 'active%backup'],
  POWEROFF: ['0', '60'],
}

function wordArb({names, value}: Word): fc.Arbitrary<string> {
  const name = fc.constantFrom(...names).chain(anyCase)
  if (value === undefined) return name
  const known = fc.constantFrom(...(values[names[0]] ?? ['5', 'a%b', 'x'])).map((text) => `:${text}`)
  const part = value.startsWith('[') ? fc.oneof(fc.constant(''), known) : known
  return fc.tuple(name, part).map((both) => both.join(''))
}

function actionArb(action: ClassicAction): fc.Arbitrary<string> {
  if (action.free !== undefined) return anyCase(action.name).map((name) => `${name}=tst1`)
  const words = wordsOf(action)
  const address = action.address === 'machine' ? fc.constant('l:tst1') : fc.constant('')
  const some = words.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...words).chain(wordArb), {maxLength: 4})
  return fc.tuple(anyCase(action.name), address, some).map(([name, first, rest]) => {
    const list = [first, ...rest].filter((word) => word !== '')
    return list.length === 0 ? name : `${name}=${list.join(',')}`
  })
}

const anyAction = fc.constantFrom(...classicActions).chain(actionArb)

function optionArb({letter, value, keywords}: ClassicOption): fc.Arbitrary<readonly string[]> {
  if (value === undefined) return fc.constant([`-${letter}`])
  if (letter === 'a') return anyAction.map((action) => ['-a', action])
  if (letter === 't')
    return fc
      .constantFrom(...typeWords)
      .chain(anyCase)
      .map((type) => ['-t', type])
  if (letter === 'T') return fc.constantFrom('all', 'qemu,pm', 'QEMU%KVM').map((types) => [`-T${types}`])
  const lists = keywords?.flat(2).map((word) => (word === '#' ? '3' : word.endsWith(':') ? `${word}4` : word))
  const word = lists === undefined ? fc.constantFrom('on', '1', 'all') : fc.constantFrom(...lists).chain(anyCase)
  return word.map((text) => [`-${letter}`, text])
}

const flat = (lists: readonly (readonly string[])[]) => lists.flat()
const options = fc.array(fc.constantFrom(...classicOptions).chain(optionArb), {maxLength: 5}).map(flat)
const inContext = fc
  .array(fc.constantFrom(...classicOptions.filter(({context}) => context)).chain(optionArb), {maxLength: 3})
  .map((lists) => `(${flat(lists).join(' ')})`)
const host = fc.constantFrom('h1', 'root@h2', 'h3:2222', '[fe80::1]:22', 'group1', 'netscan/ctys-all', 'localhost')
const target = fc.oneof(
  {weight: 5, arbitrary: host},
  {weight: 2, arbitrary: fc.tuple(host, inContext).map((both) => both.join(''))},
  {weight: 1, arbitrary: fc.tuple(host, fc.constantFrom('[vm1]', '[vm1][vm2]')).map((both) => both.join(''))},
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('', 'SUBTASK', 'SUBGROUP', 'vmstack'), fc.array(host, {minLength: 1, maxLength: 3}))
      .map(([keyword, hosts]) => `${keyword}{${hosts.join(' ')}}`),
  },
)
const call = fc
  .tuple(options, fc.constantFrom([], ['(-l me)']), fc.array(target, {maxLength: 3}))
  .map(([front, context, targets]) => [...front, '--', ...context, ...targets])

const stories = readFileSync('test/fixtures/classic/stories.txt', 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.replace(/^\d+ /, ''))
  .filter((line) => line.startsWith('ctys '))

/** A character or a word that is dropped, doubled, or changed places with its neighbour. */
const mutated = fc
  .tuple(fc.constantFrom(...stories), fc.array(fc.tuple(fc.nat(200), fc.nat(5)), {minLength: 1, maxLength: 3}))
  .map(([line, changes]) =>
    changes.reduce((text, [at, kind]) => {
      const i = 5 + (at % Math.max(1, text.length - 5))
      const char = text[i] ?? ''
      const ways = ['', char + char, (text[i + 1] ?? '') + char, `${char} `, `,${char}`, char.toUpperCase()]
      return text.slice(0, i) + ways[kind] + text.slice(i + (kind === 2 ? 2 : 1))
    }, line),
  )

function roundTrip(words: readonly string[]): boolean {
  const faults: string[] = []
  const {call: read} = readCall(words, faults)
  if (faults.length > 0) return false
  const again: string[] = []
  const {call: second} = readCall(printCall(read), again)
  expect({call: second, faults: again}).toEqual({call: read, faults: []})
  return true
}

test('what is drawn from the table is read, and printed it reads the same', () => {
  let accepted = 0
  const numRuns = rounds(10_000)
  fc.assert(
    fc.property(call, (words) => {
      if (roundTrip(words)) accepted += 1
    }),
    {numRuns},
  )
  expect(accepted / numRuns).toBeGreaterThan(0.6)
})

test('a mutated story is a plan or a refusal, and never a crash', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        mutated.map(shellWords).map((words) => words.slice(1)),
        call,
      ),
      async (words) => {
        roundTrip(words)
        const {tasks, refused} = await planCall(words)
        expect(tasks.length + refused.length).toBeGreaterThan(0)
        for (const text of refused) expect(text).not.toMatch(/^INTERNAL/)
      },
    ),
    {numRuns: rounds(10_000)},
  )
})
