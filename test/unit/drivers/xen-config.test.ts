import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {readAssignments} from '../../../src/drivers/xen/assignments.js'
import {readXenConfig} from '../../../src/drivers/xen/reader.js'

const fixture = (name: string) =>
  readXenConfig(readFileSync(`test/fixtures/xen/${name}.cfg`), `/etc/xen/${name}`)?.machine?.interfaces
const domU = (text: string) =>
  readXenConfig(Buffer.from(`name = "a"\nkernel = "k"\nmemory = 64\n${text}`), '/etc/xen/a')?.machine?.interfaces
const valuesOf = (text: string) => Object.fromEntries(readAssignments(text))

test('the last assignment of a key counts', () => {
  expect(fixture('last-assignment')).toEqual([
    {vram: '1024', accelerator: 'PARA', mac: '00:16:3E:00:00:02', relay: 'br1', ifName: '0'},
  ])
})
test('a bare name is no value, and a block may never run', () => {
  expect(fixture('bare-name')).toEqual([{vram: '256', accelerator: 'PARA'}])
})
test('a frame buffer gives the VNC display', () => {
  expect(fixture('vfb-display')).toMatchObject([{vncDisplay: '25', contextString: 'phy:/dev/vg/shown,xvda,w'}])
})

test.each<[string, Record<string, unknown>]>([
  ['a=1;b="2" ; c=3;', {a: 1, b: '2', c: 3}],
  ['a = 0x200\nb = 017\nc = 0o17\nd = 5L\ne = 0b11', {a: 512, b: 15, c: 15, d: 5, e: 3}],
  [`a = 'x"y'\nb = "x'y"\nc = "#;"`, {a: 'x"y', b: "x'y", c: '#;'}],
  [`${String.raw`a = "q\"q\x41\101\\n\t"`}\nb = r'\\n'`, {a: 'q"qAA\\n\t', b: '\\n'}],
  ['a = [ "1", # one\n\n  # two\n "2"\n ,\n]', {a: ['1', '2']}],
  ['a = []\nb = [ ]\nc = ()\nd = ("x")\ne = ("x",)', {a: [], b: [], c: [], d: 'x', e: ['x']}],
  ['a = [ [ "1", 2 ], "3" ]', {a: [['1', 2], '3']}],
  ['a = "x"\na += "y"\nb = ["1"]\nb += ["2",]\nc += ["3"]', {a: 'xy', b: ['1', '2'], c: ['3']}],
  ['a = "x" "y"\nb = ("x"\n  "y")', {a: 'xy', b: 'xy'}],
  ['a = b = 4', {a: 4, b: 4}],
  ['a = True\nb = False', {a: 1, b: 0}],
  ['a = """\nb = 1\n"""', {a: '\nb = 1\n'}],
  ['a = \\\n  5\r\nb = 6\r\n', {a: 5, b: 6}],
  ['  a = 1\n\tb = 2', {a: 1, b: 2}],
  ['\ufeffa = 1', {a: 1}],
  ['a = 1\nif x:\n  a = 2\n\n# c\n  b = 3\nelse: a = 4; b = 5\nc = 6', {a: 1, c: 6}],
  ['def f(x):\n    a = 1\n    if x:\n        b = 1\n    return a\nc = 1', {c: 1}],
  ['a = [ "1",\nb = 2', {a: undefined, b: 2}],
  ['a = "never closed\nb = 2', {a: undefined, b: 2}],
  ['a = f(\nb=1\n)\nc = 3', {a: undefined, c: 3}],
  ['a == 5\nb ? c\nd = 1', {d: 1}],
])('the values of %j', (text, values) => {
  expect(valuesOf(text)).toEqual(values)
})

test.each([
  ['a name', 'wanted'],
  ['a sum', '["x"] + more'],
  ['a formatted string', '"x%d" % 5'],
  ['a call', 'os.uname()'],
  ['an f-string', 'f"{b}"'],
  ['a list with a name in it', '["x", y]'],
  ['None', 'None'],
  ['two values', '1 2'],
  ['a list without commas', '[1 2]'],
  ['a list of commas', '[,]'],
  ['a number that is none', '08'],
  ['a fraction', '1.5'],
  ['nothing', ''],
])('%s is no literal and makes the value before it unknown', (_, value) => {
  expect(valuesOf(`a = "before"\na = ${value}\nb = 1`)).toEqual({a: undefined, b: 1})
})

test.each(['a.append("y")', 'a[0] = "y"', 'a, c = 1, 2', 'del a', 'a += more', 'a += 5'])(
  'after %s a value is not known',
  (statement) => {
    expect(valuesOf(`a = ["x"]\n${statement}`).a).toBeUndefined()
  },
)

describe('the VNC display', () => {
  test.each([
    ['vncdisplay = 7', '7'],
    ['vncdisplay = "0x7"', '7'],
    ['vnc = 1\nvnclisten = "127.0.0.1:9"', '9'],
    ['vnc = 1\nvnclisten = "[::1]:9"', '9'],
    ['vnc = 1\nvnclisten = "::1"\nvncdisplay = 2', '2'],
    ['vnc = 0\nvncdisplay = 7', undefined],
    ['vncunused = 1\nvncdisplay = 7', undefined],
    ['vfb = [ "sdl=1", "vnc=1, vncdisplay=3" ]', '3'],
    ['vfb = [ "type=sdl,vncdisplay=3" ]', undefined],
    ['sdl = 1\nspice = 1\nspiceport = 6000', undefined],
  ])('of %j is %s', (text, display) => {
    expect(domU(text)?.[0]?.vncDisplay).toBe(display)
  })
})

test('numbers may stand in quotes, octal and hexadecimal', () => {
  expect(domU('memory = "0x200"\nvcpus = 010')).toMatchObject([{vram: '512', vcpu: '8'}])
})
test('more disks than a record holds are left out whole', () => {
  const disks = Array.from({length: 40}, (_, at) => `format=raw, vdev=xvd${at}, access=rw, target=/dev/vg/disk${at}`)
  const [machine] = domU(`disk = ${JSON.stringify(disks)}`) ?? []
  expect(disks.join(' ').startsWith(`${machine?.contextString} format=raw`)).toBe(true)
})
test('a builder that is no literal gives no accelerator', () => {
  expect(domU('builder = wanted')?.[0]?.accelerator).toBeUndefined()
})
test('any depth of brackets is read', () => {
  expect(valuesOf(`a = ${'['.repeat(100_000)}\nb = 1`)).toEqual({a: undefined, b: 1})
})
