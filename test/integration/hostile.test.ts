/**
 * Ten thousand hostile strings as names on a host and as words of the command line: nothing of them is executed
 * anywhere, and none breaks a table, a line of the inventory or the terminal. The canaries are looked for at the end.
 */
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {formatLine, readLine} from '../../inventory/fdb/line.js'
import {CtysError, UsageError} from '../../src/domain/errors.js'
import {emptyRecord, recordFields} from '../../src/domain/inventory/inventory-record.js'
import type {EnumerateData, ListData} from '../../src/domain/work/answers.js'
import type {Outcome} from '../../src/domain/work/outcome.js'
import type {Answer} from '../../src/domain/work/verbs.js'
import {shellQuoteAll} from '../../src/lib/shell-quote.js'
import {textWidth} from '../../src/lib/text-width.js'
import {parseRequest} from '../../src/parse/request/parse-request.js'
import {guardTarget} from '../../src/transport/ssh-config/guard.js'
import {printedFind, printedRun} from '../fakes/printed.js'
import * as s from '../golden/report/samples.js'
import {type Lab, type RunResult, startLab} from '../lab/lab.js'
import {canaryPattern, hostileCount, hostileName, hostileStrings} from './hostile-strings.js'
import {ctys, ctysFile, ctysJson, guestsOf} from './run-ctys.js'

/** Directories on the host; every command that would be run by its name lands in some working directory. */
const dirCount = hostileCount
const realDirs = [
  'a $(touch ctys-canary-91001) b',
  "x';touch ctys-canary-91002;'",
  'new\nline;touch ctys-canary-91003\n',
  '-oProxyCommand=touch ctys-canary-91004',
  '`touch ctys-canary-91005`|\x1b[2J"',
]
const strings = hostileStrings('/tmp/')
/** The same for names in a directory. */
const relative = hostileStrings('')

let lab: Lab
let cwd: string
let before: readonly string[]

const processesOf = (host: number): string[] =>
  lab
    .processes(host)
    .map(({args}) => args.join(' '))
    .filter((line) => !line.startsWith('sshd: '))
    .sort()

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'ctys-hostile-'))
  lab = await startLab({hosts: 1, diskMiB: 512})
  before = processesOf(1)
  writeHostileDirs()
  for (const [n, name] of realDirs.entries()) lab.makeVm(1, {label: `real${n}`, dir: `/vm/${name}`})
})

afterAll(async () => {
  await lab?.down()
  rmSync(cwd, {recursive: true, force: true})
})

/** Every second configuration has a sound label `goodN`, the others a hostile one; every third a hostile file name, every
 * fifth a path that is no UTF-8. */
function writeHostileDirs(): void {
  const root = Buffer.from(lab.hostPath(1, '/vm/hostile/'))
  mkdirSync(root)
  for (const [n, text] of relative.slice(0, dirCount).entries()) {
    const name = hostileName(text, n)
    const dir = Buffer.concat([root, Buffer.from(`${n}`), name])
    mkdirSync(dir)
    const file = n % 3 === 0 ? Buffer.concat([name, Buffer.from('.ctys')]) : Buffer.from('vm.ctys')
    const label = n % 2 === 0 ? `good${n}` : text
    const lines = ['#@#MAGICID-QEMU', `#@#LABEL = "${label}"`, `#@#MAC0 = "52:54:00:00:${hex(n >> 8)}:${hex(n)}"`]
    writeFileSync(Buffer.concat([dir, Buffer.from('/'), file]), `${lines.join('\n')}\n#@#DIST = ${text}\n`)
  }
}

/** What is left of a string after it was written: a lone surrogate becomes U+FFFD. */
const asUtf8 = (text: string): string => Buffer.from(text).toString()

const hex = (n: number): string => (n & 0xff).toString(16).padStart(2, '0')

/** The answer of a task that went well. */
function dataOf<T extends Answer>(outcome: Outcome | undefined): T {
  expect(outcome).toMatchObject({status: 'ok'})
  return (outcome as Outcome & {data: T}).data
}

/** Everything but line feeds that a terminal would obey. */
const control = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/** What would end a line of a text file for some reader, or hide in it. */
const lineBreaking = /[\0-\x1f\x7f-\x9f\u2028\u2029]/

function expectPrintable({stdout, stderr}: Pick<RunResult, 'stdout' | 'stderr'>): void {
  for (const text of [stdout, stderr]) {
    const found = control.exec(text)
    expect(found === null ? '' : JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60))).toBe('')
    expect(text).not.toMatch(/\p{Cs}/u)
  }
}

const run = (argv: readonly string[]): Promise<RunResult> =>
  lab.ctl([process.execPath, ctysFile, ...argv], {cwd, timeoutMs: 60_000, env: {NODE_ENV: 'production'}})

describe.sequential('names on a host', () => {
  test('scan reads all of them, names what is no machine, and writes one line for each', async () => {
    const scan = await run(['scan', 'h1', '--base', '/vm', '--verbose'])
    expect(scan, scan.stderr.slice(-2000)).toMatchObject({code: 0})
    expectPrintable(scan)
    const {outcomes} = await ctysJson(lab, ['scan', 'h1', '--base', '/vm'])
    const data = dataOf<EnumerateData>(outcomes[0])
    expect(data.files).toBe(dirCount + realDirs.length)
    const good = data.machines.filter(({label}) => /^good\d+$/.test(label))
    // NUL makes a file binary data, and a path that is not UTF-8 names nothing
    const sound = relative
      .slice(0, dirCount)
      .filter((text, n) => n % 2 === 0 && !text.includes('\0') && !hostileName(text, n).toString().includes('\u{fffd}'))
    expect(
      data.rejects.filter(({reason}) => reason === 'the path is not UTF-8 or holds U+FFFD').length,
    ).toBeGreaterThan(dirCount / 6)
    expect(good).toHaveLength(sound.length)
    for (const {label} of data.machines) expect(label).toMatch(/^[\p{L}\p{N}_@+][\p{L}\p{N}_@+.-]*$/u)
    const file = readFileSync(join(lab.ctlHome, '.ctys/db/default/enum.fdb'), 'utf8')
    const lines = file.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines).toHaveLength(data.machines.length)
    for (const line of lines) {
      expect(line.split(';')).toHaveLength(recordFields.length)
      expect(line).not.toMatch(lineBreaking)
    }
  })

  test('find shows each on a line of its own', async () => {
    const all = await run(['find', '/vm/hostile'])
    expect(all.code).toBe(0)
    expectPrintable(all)
    for (const line of all.stdout.trimEnd().split('\n').slice(1)) expect(line).toMatch(/^\S+ +h1 +QEMU /)
    const one = await run(['find', 'good42'])
    expect(one.stdout.trimEnd().split('\n').length).toBeGreaterThan(1)
    const terse = await run(['find', '-X', '/vm/hostile'])
    expectPrintable(terse)
    for (const line of terse.stdout.trimEnd().split('\n')) expect(line.split(';').length).toBeGreaterThanOrEqual(46)
  })

  test('machines in such directories are started, listed and stopped', async () => {
    const starts = await Promise.all(realDirs.map((_, n) => run(['start', `real${n}`, 'h1'])))
    for (const start of starts) {
      expect(start, start.stderr).toMatchObject({code: 0})
      expectPrintable(start)
    }
    expect(guestsOf(lab, 1)).toEqual(realDirs.map((_, n) => `real${n}`))
    const list = await run(['list', 'h1', '--running'])
    expectPrintable(list)
    expect(list.stdout.trimEnd().split('\n')).toHaveLength(1 + realDirs.length)
    const {outcomes} = await ctysJson(lab, ['list', 'h1'])
    const machines = dataOf<ListData>(outcomes[0]).machines
    expect(machines.map(({id}) => id).sort()).toEqual(
      realDirs.map((dir, n) => `/vm/${dir}/real${n}/real${n}.ctys`).sort(),
    )
    const stop = await run(['stop', '--all', 'h1', '--force'])
    expect(stop, stop.stderr).toMatchObject({code: 0})
    expectPrintable(stop)
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('a QEMU with a hostile name, path and argument is listed as what it is', async () => {
    const name = `$(touch /tmp/ctys-canary-92001);\x1b[2J\n'"\`touch /tmp/ctys-canary-92002\`|\u202e`
    const detach = 'cd; setsid "$@" </dev/null >qemu.log 2>&1 &'
    const argv = ['qemu-system-x86_64', '-M', 'none', '-display', 'none', '-S', '-name', name, '-serial']
    const socket = 'unix:/tmp/m $(touch ctys-canary-92003)\n;.sock,server=on,wait=off'
    const qemu = [...argv, 'null', '-qmp', socket, '-uuid', '11111111-2222-4333-8444-555555555555']
    expect(await lab.host(1, ['sh', '-c', detach, 'sh', ...qemu], {user: 'admin'})).toMatchObject({code: 0})
    const foreign = () => lab.processes(1).find(({args}) => args[0] === 'qemu-system-x86_64')
    await expect.poll(foreign, {timeout: 5000}).toBeDefined()
    try {
      const {outcomes} = await ctysJson(lab, ['list', 'h1'])
      expect(outcomes[0]).toMatchObject({
        status: 'ok',
        data: {machines: [{label: name, uuid: '11111111222243338444555555555555', managed: false}]},
      })
      for (const argv of [
        ['list', 'h1'],
        ['list', '-X', 'h1'],
        ['-a', 'list', 'h1'],
        ['stop', '--all', 'h1'],
      ]) {
        const said = await run(argv)
        expectPrintable(said)
        expect([0, 1, 3, 4], said.stderr).toContain(said.code)
      }
      const list = await run(['list', 'h1', '--running'])
      expect(list.stdout.trimEnd().split('\n')).toHaveLength(2)
      expect(foreign()).toBeDefined()
    } finally {
      const pid = foreign()?.pid
      if (pid !== undefined) await lab.host(1, ['kill', '-KILL', String(pid)])
    }
  })
})

describe('words of the command line, in the rooms that read them', () => {
  test('a target is either refused or holds nothing that a shell or an option parser knows', () => {
    let accepted = 0
    for (const text of strings) {
      for (const target of [{host: text}, {host: 'h1', user: text}]) {
        const name = target.user ?? target.host
        try {
          guardTarget(target)
          accepted += 1
          expect(name).not.toMatch(/^-|[\s$`;|&<>(){}'"\\]|\p{C}/u)
        } catch (error) {
          if (!(error instanceof CtysError)) throw error
          expect(error.code).toBe('SSH_CONFIG')
        }
      }
    }
    // every canary is a command with a blank
    expect(accepted).toBe(0)
  })

  test('a request is either refused as usage or carries the words as data', () => {
    let refused = 0
    for (const [n, text] of strings.entries()) {
      const action = [
        `create=l:${text},reuse`,
        `create=p:/vm/${text}`,
        `create=l:web01,argsadd:S%${text}`,
        `create=l:web01,bootmode:${text}`,
        `cancel=u:${text},force`,
        `enumerate=b:${text}`,
        text,
      ][n % 7] as string
      const targets = [`${text}@h1`, text, `h1:${text}`, 'h1'].slice(n % 4)
      try {
        const {request} = parseRequest({action, targets})
        for (const {host, user = 'x'} of request.targets) {
          expect(host).toMatch(/^[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]*$/)
          expect(user).toMatch(/^[A-Za-z0-9_.][A-Za-z0-9_.@+-]*$/)
        }
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(hostileCount / 2)
    expect(refused).toBeLessThan(hostileCount)
  })

  test.each([[['dash']], [['bash', '--posix']], [['busybox', 'sh']]])(
    '%j gets every one as the word it is',
    ([file = '', ...args]) => {
      const words = strings.map((text) => asUtf8(text.replaceAll('\0', '')))
      const input = `printf '%s\\0' ${shellQuoteAll(words)}\n`
      const said = execFileSync(file, args, {input, cwd, maxBuffer: 1 << 26}).toString('utf8')
      expect(said === words.map((word) => `${word}\0`).join('')).toBe(true)
    },
  )

  test('a record survives its line, and the line is one', () => {
    for (const text of strings) {
      const value = asUtf8(text)
      const record = {...emptyRecord(), ...Object.fromEntries(recordFields.map((field) => [field, value]))}
      const line = formatLine(record)
      expect(line.split(';').length === recordFields.length && !lineBreaking.test(line)).toBe(true)
      const bytes = Buffer.from(line)
      const read = readLine({bytes}, {start: 0, end: bytes.length})
      expect(read.kind === 'record' && recordFields.every((field) => read.record[field] === value)).toBe(true)
    }
  })

  test('no report lets one command the terminal, and no table grows wider than it', () => {
    const plan = s.planOf({verb: 'list', ask: {}}, ['h1', 'h2'])
    for (const [n, text] of strings.entries()) {
      const width = [1, 17, 80, 200][n % 4] as number
      const style = s.styleOf({width, color: n % 5 === 0, classic: n % 7 === 0, terse: n % 11 === 0})
      const machine = s.machine({label: text, id: text, uuid: text, exePath: text, tcps: [text], uid: text})
      const info = {code: 'COMMAND_FAILED', message: text, hint: text, details: [text]} as const
      const outcomes: Outcome[] = [
        s.ok('1', 'h1', {kind: 'list', machines: [machine]}),
        s.failed('2', `h2${text}`, info),
      ]
      const record = s.record({label: text, id: text, host: text, tcp: text})
      const reports = [
        printedRun({plan, outcomes, style}),
        printedFind({records: [record], inventory: {location: text, size: 1, rejects: []}, style}),
      ]
      for (const [k, {stdout, stderr}] of reports.entries()) {
        const plain = stdout.replace(/\x1b\[(?:2|22|33|39)m/g, '')
        expectPrintable({stdout: plain, stderr})
        if (style.format === 'terse' || (k === 0 && style.classic === true)) continue
        for (const line of plain.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width)
      }
    }
  })
})

describe('words of the command line, through the program', () => {
  const commands: readonly ((text: string) => readonly string[])[] = [
    (text) => ['start', text, 'h1'],
    (text) => ['stop', text, 'h1', '--force'],
    (text) => ['list', `${text}@h1`],
    (text) => ['list', text],
    (text) => ['find', text],
    (text) => ['scan', 'h1', '--base', text],
    (text) => ['-t', 'qemu', '-a', `create=l:${text},reuse`, 'h1'],
    (text) => ['-t', 'qemu', '-a', `create=p:/vm/${text}/x.ctys`, 'h1'],
    (text) => ['-t', 'qemu', '-a', `create=l:real0,b:/vm,argsadd:S%${text},bootmode:${text}`, 'h1', '-n'],
    (text) => ['-a', `enumerate=b:${text}`, 'h1'],
    (text) => ['-a', text, `h1:${text}`],
    (text) => ['list', 'h1', '-l', text],
    (text) => ['list', 'h1', '--ssh-config', text],
    (text) => ['list', '--transport', 'openssh', '--', text],
    (text) => ['find', '-p', text, 'x'],
  ]

  test('none is executed, none is taken for an option, and every answer is printable', async () => {
    const sample = Array.from({length: 60}, (_, n) => (strings[n * 163 + 1] ?? '').replaceAll('\0', ''))
    const calls = sample.map((text, n) => (commands[n % commands.length] as (text: string) => readonly string[])(text))
    const lane = async (first: number): Promise<void> => {
      for (let n = first; n < calls.length; n += 3) {
        const said = await run(calls[n] ?? [])
        const shown = JSON.stringify({argv: calls[n], ...said}).slice(0, 1500)
        expect([0, 1, 2, 3, 4], shown).toContain(said.code)
        expect(said.stderr, shown).not.toMatch(/INTERNAL|^ {4}at /m)
        expectPrintable(said)
      }
    }
    await Promise.all([lane(0), lane(1), lane(2)])
  })

  test('bytes that are no UTF-8 are words like others', async () => {
    const program = 'exec "$@" "$(printf \'\\377\\303;touch ctys-canary-93001\\342\\202\')"'
    for (const argv of [['find'], ['start', '--type', 'qemu'], ['list']]) {
      const words = ['sh', '-c', program, 'sh', process.execPath, ctysFile, ...argv]
      const said = await lab.ctl(words, {cwd, env: {NODE_ENV: 'production'}})
      expect([2, 3], said.stderr).toContain(said.code)
      expectPrintable(said)
    }
  })
})

describe.sequential('afterwards', () => {
  test('no canary is anywhere, and the host runs what it ran', async () => {
    const search = ['-xdev', '-regextype', 'posix-extended', '-type', 'f', '-regex', canaryPattern, '-print0']
    for (const place of ['/', '/tmp', '/home', '/root', '/vm', '/var/tmp', '/run', '/shared'])
      expect(await lab.host(1, ['/usr/bin/find', place, ...search])).toMatchObject({stdout: ''})
    const depth = ['-maxdepth', '2']
    for (const place of [cwd, lab.ctlHome, lab.dir, '/tmp', process.cwd(), process.env.HOME ?? '/root', '/'])
      expect(execFileSync('find', [place, ...depth, ...search], {stdio: ['ignore', 'pipe', 'ignore']}).toString()).toBe(
        '',
      )
    await expect.poll(() => processesOf(1), {timeout: 5000}).toEqual(before)
  })

  test('the canary would be found', async () => {
    const made = join(cwd, 'ctys-canary-1')
    execFileSync('sh', ['-c', `touch ${made}`])
    expect(execFileSync('find', [cwd, '-regextype', 'posix-extended', '-regex', canaryPattern]).toString()).toBe(
      `${made}\n`,
    )
  })

  test('ctys still finds and lists', async () => {
    expect(await ctys(lab, ['find', 'real0'])).toMatchObject({code: 0})
    expect(await ctys(lab, ['list', 'h1'])).toMatchObject({code: 0})
  })
})
