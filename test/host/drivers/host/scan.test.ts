import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {PreconditionError} from '../../../../src/domain/errors.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import type {EnumerateData} from '../../../../src/domain/work/answers.js'
import {readLines, readRaw} from '../../../../src/drivers/host/scan/answer.js'
import {enumerateBases} from '../../../../src/drivers/host/scan/enumerate.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {timesYardstick} from '../../../fakes/yardstick.js'

const {signal} = new AbortController()
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-enumerate-'))
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

/** Writes a file below the test's directory and returns its path. */
function file(name: string, content: string | Buffer): string {
  const path = join(dir, name)
  mkdirSync(join(path, '..'), {recursive: true})
  writeFileSync(path, content)
  return path
}

const config = (label: string) => `#@#MAGICID-QEMU\n#@#LABEL = "${label}"\n`

/** Every shell a host may call `sh`, with the tools that come with it. */
const shells: readonly {readonly name: string; readonly shell: readonly [string, ...string[]]; readonly own?: true}[] =
  [
    {name: 'dash', shell: ['dash']},
    {name: 'bash --posix', shell: ['bash', '--posix']},
    {name: 'mksh', shell: ['mksh']},
    {name: 'busybox', shell: ['busybox', 'sh'], own: true},
  ]

describe.each(shells)('enumerate under $name', ({shell, own}) => {
  let session: HostSession
  let tools: string

  beforeAll(async () => {
    tools = mkdtempSync(join(tmpdir(), 'ctys-tools-'))
    session = await createLocalTransport().open({host: 'localhost'}, {signal})
  })
  afterAll(async () => {
    await session.close()
    rmSync(tools, {recursive: true, force: true})
  })

  /** The host's `sh`, find and awk are those of this shell. */
  const host = (): HostSession => {
    for (const tool of own ? ['find', 'awk', 'sh'] : []) {
      rmSync(join(tools, tool), {force: true})
      symlinkSync('/usr/bin/busybox', join(tools, tool))
    }
    const path = own ? `PATH=${tools}:${process.env.PATH}` : `PATH=${process.env.PATH}`
    return sessionUnderShell(session, ['env', path, `HOME=${dir}`, ...shell])
  }
  const enumerate = (...bases: string[]): Promise<EnumerateData> => enumerateBases(host(), bases, {signal})
  const labels = (data: EnumerateData) => data.machines.map(({label}) => label).sort()

  test('finds *.ctys files, and *.conf files with the mark, at any depth and under any name', async () => {
    file('a/web01.ctys', config('web01'))
    file('a/b/c d/o"dd $(x)\nF /vm/forged%0A/x.ctys', config('web02'))
    file('a/old.conf', config('web03'))
    file('a/other.conf', '#@#LABEL = "no-mark"\n')
    file('a/web01.sh', config('wrapper'))
    const data = await enumerate(join(dir, 'a'))
    expect(labels(data)).toEqual(['web01', 'web02', 'web03'])
    expect(data.machines.find(({label}) => label === 'web02')?.id).toBe(
      join(dir, 'a/b/c d/o"dd $(x)\nF /vm/forged%0A/x.ctys'),
    )
    expect(data).toMatchObject({files: 3, ignored: 0, rejects: [], unsearched: [], searched: [join(dir, 'a')]})
  })

  test('starts at the home directory, and so do relative bases', async () => {
    file('vms/x.ctys', config('home01'))
    for (const [base, searched] of [
      [[], dir],
      [['vms/'], join(dir, 'vms')],
      [['~/vms'], join(dir, 'vms')],
    ] as const) {
      const data = await enumerate(...base)
      expect([labels(data), data.searched]).toEqual([['home01'], [searched]])
    }
  })

  test('follows a symbolic link that is a base, none below it', async () => {
    file('real/x.ctys', config('linked'))
    symlinkSync('..', join(dir, 'real/loop'))
    symlinkSync('real', join(dir, 'base'))
    const data = await enumerate(join(dir, 'base'))
    expect(data.machines.map(({id}) => id)).toEqual([join(dir, 'base/x.ctys')])
  })

  test('counts a machine once when the bases overlap', async () => {
    file('a/x.ctys', config('once'))
    expect(labels(await enumerate(join(dir, 'a'), dir, join(dir, 'a/x.ctys')))).toEqual(['once'])
  })

  test('names every base that was not searched, with the reason', async () => {
    file('a/x.ctys', config('web01'))
    const data = await enumerate(join(dir, 'a'), join(dir, 'missing'), '/dev/null')
    expect(data.searched).toEqual([join(dir, 'a')])
    expect(data.unsearched).toEqual([
      {path: join(dir, 'missing'), line: 0, reason: 'it does not exist'},
      {path: '/dev/null', line: 0, reason: 'neither a directory nor a file'},
    ])
  })

  test('is an error when nothing could be searched', async () => {
    await expect(enumerate(join(dir, 'missing'))).rejects.toMatchObject({code: 'BASE_MISSING'})
  })

  test('reports huge and broken files and goes on', async () => {
    file('big.ctys', Buffer.alloc(300 * 1024, 'x'))
    file('bad.ctys', '#@#MAGICID-QEMU\n#@#UUID = "x"\n')
    file('template.ctys', '#@#MAGICID-QEMU\n#@#MAGICID-IGNORE\n')
    file('good.ctys', config('good'))
    file('empty.ctys', '')
    const data = await enumerate()
    expect(labels(data)).toEqual(['good'])
    expect(data.rejects.map(({path, line}) => [path, line]).sort()).toEqual([
      [join(dir, 'bad.ctys'), 2],
      [join(dir, 'big.ctys'), 0],
      // it may have been cut off by a full disk
      [join(dir, 'empty.ctys'), 0],
    ])
    expect([data.files, data.ignored]).toEqual([5, 1])
  })

  test('takes 1,000 machines in less than a second', async () => {
    const text = config('many') + '#@#OS = "Linux"\n'.repeat(40)
    for (let i = 0; i < 1000; i++) file(`vm/vm${i}/vm${i}.ctys`, text)
    const began = performance.now()
    const data = await enumerate(join(dir, 'vm'))
    expect(data.machines).toHaveLength(1000)
    expect(performance.now() - began).toBeLessThan(timesYardstick(45))
  })
})

describe('enumerate', () => {
  let session: HostSession
  beforeAll(async () => {
    session = await createLocalTransport().open({host: 'localhost'}, {signal})
  })
  afterAll(() => session.close())

  test.runIf(process.getuid?.() === 0)('names what the account cannot read', async () => {
    chmodSync(dir, 0o755)
    file('ok/x.ctys', config('seen'))
    chmodSync(file('ok/secret.ctys', config('secret')), 0o600)
    file('closed/y.ctys', config('hidden'))
    chmodSync(join(dir, 'closed'), 0o700)
    const account = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    const nobody = sessionUnderShell(session, [...account, 'sh'])
    const data = await enumerateBases(nobody, [dir], {signal})
    expect(data.machines.map(({label}) => label)).toEqual(['seen'])
    expect(data.rejects).toEqual([{path: join(dir, 'ok/secret.ctys'), line: 0, reason: 'the file cannot be read'}])
    expect(data.unsearched.map(({path}) => path)).toEqual([join(dir, 'closed')])
  })

  test('that meets a base which never answers names it and searches the others', async () => {
    file('a/x.ctys', config('web01'))
    const wedged = join(dir, 'wedged')
    const slow: HostSession = {
      ...sessionUnderShell(session, ['sh']),
      script: (script, args, options) =>
        args.includes(wedged)
          ? Promise.reject(new PreconditionError('COMMAND_TIMEOUT', 'deadline'))
          : session.script(script, args, options),
    }
    const data = await enumerateBases(slow, [wedged, join(dir, 'a')], {signal, deadlineMs: 3_000})
    expect(data.machines.map(({label}) => label)).toEqual(['web01'])
    expect(data.unsearched).toEqual([{path: wedged, line: 0, reason: 'the file system did not answer within 3 s'}])
    await expect(enumerateBases(slow, [wedged], {signal})).rejects.toMatchObject({code: 'STORAGE_WEDGED'})
  })

  test('is ended on the host when the search hangs', async () => {
    file('bin/find', '#!/bin/sh\nsleep 60\n')
    chmodSync(join(dir, 'bin/find'), 0o755)
    const hanging = sessionUnderShell(session, ['env', `PATH=${dir}/bin:${process.env.PATH}`, 'sh'])
    const began = performance.now()
    await expect(enumerateBases(hanging, [dir], {signal, deadlineMs: 1_000})).rejects.toMatchObject({
      code: 'STORAGE_WEDGED',
    })
    expect(performance.now() - began).toBeLessThan(5_000)
    unlinkSync(join(dir, 'bin/find'))
  })

  test('rejects a file with NUL as binary', async () => {
    file('x.ctys', '#@#MAGICID-QEMU\n\0\n')
    const {rejects} = await enumerateBases(session, [dir], {signal})
    expect(rejects).toMatchObject([{reason: 'binary data'}])
  })
})

describe('the answer of the host', () => {
  const answer = async (stdout: string, stderr = '') => {
    const {body, complaints} = readRaw({
      exitCode: 0,
      stdout: Buffer.from(`C 1700000000\n${stdout}`),
      stderr: Buffer.from(stderr),
    })
    return (await readLines(body, {complaints})).bases
  }

  test('that ends early is an error, never an empty list', async () => {
    await expect(answer('B /vm\n', 'sh: find: not found\n')).rejects.toThrow(PreconditionError)
  })

  test('with a complaint of find makes that base one that was searched in part', async () => {
    const bases = await answer(
      'B /vm\nB /home\nZ\n',
      "find: '/vm/nfs': Stale file handle\nfind: '/vm/x': Permission denied\n",
    )
    expect(bases.map(({fault}) => fault)).toEqual(["searched in part: find: '/vm/nfs': Stale file handle", undefined])
  })

  test('with a complaint about a path that reads like a harmless one is not taken for harmless', async () => {
    const [base] = await answer('B /vm\nZ\n', "find: '/vm/a: Permission denied/b': Input/output error\n")
    expect(base?.fault).toContain('Input/output error')
  })

  test('cannot be forged by the lines of a file', async () => {
    const [base] = await answer('B /vm\nS 1 9 3 4 /vm/a\nLS 1 2 3 4 /vm/b\nLE\nLZ\nE\nZ\n')
    expect(base?.files).toEqual([
      {path: '/vm/a', stamp: '1 9 3 4', state: 'read', content: Buffer.from('S 1 2 3 4 /vm/b\nE\nZ\n')},
    ])
  })
})
