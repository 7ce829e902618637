/**
 * What is given to a new machine is data, on whatever way it comes: the start script hands it to QEMU byte for byte, or
 * it is refused and nothing is written. Through the built programs.
 */
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {askConf} from '../../../src/app/machines/conf-dialogue.js'
import {parseConfCall} from '../../../src/parse/make/parse-conf-call.js'
import {runBuilt} from '../../contract/run-built.js'
import {standIn} from '../../fakes/wrapped-machine.js'
import {rounds} from '../../lab/rounds.js'
import {runCommand} from '../../lab/run-command.js'

let home = ''
let here = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-inputs-'))
  here = join(home, 'vm')
  mkdirSync(here)
})
afterEach(() => rmSync(home, {recursive: true}))

interface Given {
  readonly append: string
  /** Behind the directory; the files are there. */
  readonly kernel: string
  readonly initrd: string
}

// what a line of text may hold; values are trimmed where they are typed
const line = fc
  .array(fc.oneof(fc.constantFrom(...`'\`$\\;|&<>(){}[]*?~#!=,:% -äß語`), fc.string({minLength: 1, maxLength: 3})), {
    maxLength: 12,
  })
  .map((parts) =>
    parts
      .join('')
      .replaceAll(/["\p{Cc}\p{Cf}]/gu, '')
      .trim(),
  )
const name = line.map((text) => `f${text.replaceAll('/', '')}`.trim()).filter((text) => Buffer.byteLength(text) < 200)
const given: fc.Arbitrary<Given> = fc
  .record({append: line, kernel: name, initrd: name})
  .filter(({kernel, initrd}) => kernel !== initrd)

/** Words of QEMU that the start script of the one machine there calls; undefined where it was not made. */
async function calledWith(): Promise<readonly string[] | undefined> {
  const scripts = readdirSync(here, {recursive: true})
    .map(String)
    .filter((file) => file.endsWith('.sh'))
  const [script] = scripts
  if (script === undefined) return undefined
  const out = join(home, 'argv')
  const starter = standIn(home, 'qemu-system-x86_64', 'QEMU emulator version 7.2.22')
  const PATH = `${dirname(starter)}${delimiter}${process.env.PATH}`
  const env = {PATH, ARGV_FILE: out, CTYS_SOCKBASE: home, USER: 'ann'}
  const run = await runCommand([join(here, script), '--startercall=qemu-system-x86_64', '--console=NONE'], {env})
  expect(run, run.stderr).toMatchObject({code: 0})
  return readFileSync(out, 'utf8').split('\0').slice(0, -1)
}

type Way = (given: Given, dir: string) => ReturnType<typeof runBuilt>

const classic = ['ctys-createConfVM', '--auto-all', '--label=fuzzed'] as const
const keysOf = ({append, kernel, initrd}: Given, dir: string) => ({
  ...{KERNELIMAGE: join(dir, kernel), INITRDIMAGE: join(dir, initrd), APPEND: append},
  ...{HDDBOOTIMAGE_INST_SIZE: '1M', ACCELERATOR: 'QEMU'},
})

const ways: Readonly<Record<string, Way>> = {
  'the environment': (one, dir) => runBuilt(home, classic, {env: keysOf(one, dir), cwd: here}),
  'a file of defaults': (one, dir) => {
    const file = join(home, 'defaults')
    const lines = Object.entries(keysOf(one, dir)).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(file, lines.join(''))
    return runBuilt(home, [...classic, `--defaults-file=${file}`], {cwd: here})
  },
  'a file of machines': ({append, kernel, initrd}, dir) => {
    const file = join(home, 'lab.yaml')
    const words = {kernel: join(dir, kernel), initrd: join(dir, initrd), ...(append !== '' && {append})}
    writeFileSync(file, JSON.stringify({machines: [{name: 'fuzzed', dir: here, size: '1M', ...words}]}))
    return runBuilt(home, ['ctys', 'new', '-f', file, '--yes'], {cwd: here})
  },
  'a domain of libvirt': ({append, kernel, initrd}, dir) => {
    const text = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    const disk = join(here, 'disk.img')
    writeFileSync(disk, '')
    const os = `<type arch='x86_64'>hvm</type><kernel>${text(join(dir, kernel))}</kernel><initrd>${text(join(dir, initrd))}</initrd><cmdline>${text(append)}</cmdline>`
    const devices = `<disk type='file'><driver type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>`
    const file = join(here, 'fuzzed.xml')
    writeFileSync(
      file,
      `<domain type='qemu'><name>fuzzed</name><memory>65536</memory><os>${os}</os><devices>${devices}</devices></domain>`,
    )
    return runBuilt(home, ['ctys', 'adopt', '--base', file, '--only', 'fuzzed', '--foreign', '--write'], {cwd: here})
  },
}

describe.each(Object.entries(ways))('by %s', (_, way) => {
  test('it is data', async () => {
    const dir = join(home, 'files')
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        for (const path of [dir, here]) {
          rmSync(path, {recursive: true, force: true})
          mkdirSync(path)
        }
        for (const file of [one.kernel, one.initrd]) writeFileSync(join(dir, file), '')
        const made = await way(one, dir)
        expect(made, made.stderr).toMatchObject({code: 0})
        const argv = (await calledWith()) ?? []
        const behind = (option: string) => argv[argv.indexOf(option) + 1]
        expect(behind('-kernel')).toBe(join(dir, one.kernel))
        expect(behind('-initrd')).toBe(join(dir, one.initrd))
        if (one.append !== '') expect(behind('-append')).toBe(one.append)
        expect(readdirSync(dir).sort()).toEqual([one.kernel, one.initrd].sort())
      }),
      {numRuns: rounds(30)},
    )
  })

  test('a line end is refused, and nothing is written', async () => {
    const made = await way({append: 'line\nend', kernel: 'k', initrd: 'i'}, home)
    expect(made.code).not.toBe(0)
    expect(await calledWith()).toBeUndefined()
  })
})

test('answers of the dialogue are what was typed', async () => {
  await fc.assert(
    fc.asyncProperty(line, async (append) => {
      const found = [{name: 'APPEND', value: 'usual', from: 'default'}]
      const askText = async (question: string) =>
        /write this\?/.test(question) ? 'yes' : /^APPEND /m.test(question) ? append : ''
      const call = parseConfCall(['--label=fuzzed', '--expert'], [])
      const values = await askConf([{name: 'LABEL', value: 'fuzzed', from: 'option'}, ...found], call, {askText})
      expect(values.find(({name}) => name === 'APPEND')?.value).toBe(append === '' ? 'usual' : append)
    }),
  )
})
