import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {wrapperText} from '../../../../../src/drivers/qemu/make/wrapper.js'
import {parseCommandLine} from '../../../../../src/drivers/qemu/process/command-line.js'
import {standIn, wrappedMachine, wrapperShells} from '../../../../fakes/wrapped-machine.js'

/** The wrapper under the shells of the hosts, with QEMUs that only say how they were called. */

const seven = 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)'
let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ctys-wrap-'))
})
afterAll(() => rmSync(root, {recursive: true, force: true}))

const usual = (starter: string): readonly string[] => [
  'LABEL = "web01"',
  'UUID = "00000000-0000-4000-8000-000000000001"',
  'MAC0 = "52:54:00:11:22:33"',
  'VRAM = "2048"',
  'VCPU = "2"',
  `STARTERCALL = "${starter}"`,
  'ACCELERATOR = "QEMU"',
]

test('shellcheck has nothing to say', () => {
  execFileSync('shellcheck', ['-s', 'sh', '-'], {input: wrapperText})
})

/** Everything that is not the same in each run. */
const plain = (argv: readonly string[] = []) =>
  argv.map((word) => word.replaceAll(root, '/vm').replaceAll(/(qemumon\.[^.]+\.)\d+/g, '$1PID'))

// arguments only, from the documentation of these releases; 7.2 is also run for real (make.test.ts, the lab)
const releases: readonly (readonly [name: string, program: string, version: string])[] = [
  ['0.9', 'qemu', 'QEMU PC emulator version 0.9.1, Copyright (c) 2003-2008 Fabrice Bellard'],
  ['kvm-83', 'qemu-kvm', 'QEMU PC emulator version 0.9.1 (kvm-83), Copyright (c) 2003-2008 Fabrice Bellard'],
  ['0.12', 'qemu-system-x86_64', 'QEMU PC emulator version 0.12.5 (Debian 0.12.5+dfsg-3), Copyright (c) 2003-2008'],
  ['1.5', 'qemu-kvm', 'QEMU emulator version 1.5.3 (qemu-kvm-1.5.3-175.el7), Copyright (c) 2003-2008 Fabrice Bellard'],
  ['2.5', 'qemu-system-x86_64', 'QEMU emulator version 2.5.0, Copyright (c) 2003-2008 Fabrice Bellard'],
  ['2.11', 'qemu-system-x86_64', 'QEMU emulator version 2.11.1(Debian 1:2.11+dfsg-1ubuntu7)'],
  ['4.2', 'qemu-system-x86_64', 'QEMU emulator version 4.2.1 (Debian 1:4.2-3ubuntu6)'],
  ['7.2', 'qemu-system-x86_64', seven],
  ['9.2', 'qemu-system-x86_64', 'QEMU emulator version 9.2.0'],
  ...['i386', 'arm', 'aarch64', 'ppc', 'ppc64', 'mips', 'sparc', 'm68k', 'sh4', 'alpha', 's390x', 'riscv64'].map(
    (arch) => [arch, `qemu-system-${arch}`, seven] as const,
  ),
]

test.each(releases)('the call for %s', (name, program, version) => {
  const {call} = wrappedMachine(root, 'web01', usual(standIn(root, program, version)))
  const cases: readonly (readonly string[])[] = [[], ['--console=VNC', '--vncaccessdisplay=7', '--bootmode=PXE']]
  const text = cases
    .map(
      (options) =>
        `${['call', ...options].join(' ')}\n${plain(call(options).argv)
          .map((word) => `  ${word}\n`)
          .join('')}`,
    )
    .join('')
  const file = `test/fixtures/wrapper/${name}.txt`
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
})

describe.each(wrapperShells)('under %s', (...shell) => {
  test('it is called by path, by name, from elsewhere and through a link, with the same words', () => {
    const {call, home, wrapper} = wrappedMachine(root, 'web01', usual(standIn(root, 'qemu-system-x86_64', seven)))
    const whole = plain(call([], {shell}).argv)
    expect(whole.at(-1)).toBe('file=/vm/web01/web01.qcow2,format=qcow2,if=none,id=hd0')
    expect(plain(call([], {shell, cwd: home, file: 'web01.sh'}).argv)).toEqual(whole)
    expect(plain(call([], {shell, cwd: '/', file: wrapper}).argv)).toEqual(whole)
    mkdirSync(join(root, 'links'), {recursive: true})
    rmSync(join(root, 'links/start-web'), {force: true})
    symlinkSync(wrapper, join(root, 'links/start-web'))
    expect(plain(call([], {shell, file: join(root, 'links/start-web')}).argv)).toEqual(whole)
  })

  test('--print and --check give the call as a shell reads it, and run nothing', () => {
    const words = [`ARG0 = "-smbios"`, `ARG1 = "type=1,serial=it's \\"$(touch x)\\" \\ \`y\`"`]
    const {call} = wrappedMachine(root, 'web01', [...usual(standIn(root, 'qemu-system-x86_64', seven)), ...words])
    const run = call(['--argsadd=-snapshot -S'], {shell})
    expect(run.argv).toEqual(
      expect.arrayContaining([`type=1,serial=it's \\"$(touch x)\\" \\ \`y\``, '-snapshot', '-S']),
    )
    for (const option of ['--print', '--check', '-check']) {
      const told = call([option, '--argsadd=-snapshot -S'], {shell})
      expect(told).toMatchObject({status: 0, argv: undefined, stderr: ''})
      const out = join(root, 'pasted')
      execFileSync('sh', ['-c', told.stdout], {env: {...process.env, ARGV_FILE: out}})
      expect(plain(readFileSync(out, 'utf8').split('\0').slice(0, -1))).toEqual(plain(run.argv))
    }
  })

  test('a TAP that is a device file is handed on as a descriptor, and the call that is told does the same', () => {
    const lines = [...usual(standIn(root, 'qemu-system-x86_64', seven)), 'NET = "tap:/dev/null"']
    const {call} = wrappedMachine(root, 'web01', lines)
    expect(call([], {shell}).argv).toEqual(expect.arrayContaining(['tap,id=net0,fd=3']))
    const other = wrappedMachine(root, 'web02', usual(standIn(root, 'qemu-system-x86_64', seven)))
    expect(other.call(['--print'], {shell, env: {device: '/dev/null'}}).stdout).not.toContain('/dev/null')
    const {stdout} = call(['--print'], {shell})
    expect(stdout).toMatch(/ 3<>\/dev\/null\n$/)
    const open = join(root, 'open')
    const script = stdout.replace(/\S*qemu-system-x86_64 /, `sh -c 'readlink /proc/self/fd/3 >${open}' `)
    execFileSync('sh', ['-c', script])
    expect(readFileSync(open, 'utf8')).toBe('/dev/null\n')
    const wrong = wrappedMachine(root, 'closed', [
      'NET = "tap:/no/such"',
      'MAC1 = "52:54:00:11:22:34"',
      ...usual('qemu'),
    ])
    const {stderr} = wrong.call(['--check'], {shell})
    expect(stderr).toMatch(/there is no device \/no\/such\n {2}remedy: /)
    expect(stderr).toMatch(/is one card, MAC names several/)
  })

  test('--check names every problem with its remedy, all at once', () => {
    const {call} = wrappedMachine(root, 'bad', ['NET = "vde"', 'STARTERCALL = "/no/such/qemu"', 'VRAM = "much"'], false)
    const {status, stdout, stderr} = call(['--check', '--console=VNC', '--bootmode=HDD'], {
      shell,
      env: {QEMUSOCK: join(root, 'none'), VNCACCESSDISPLAY: ''},
    })
    expect([status, stdout]).toEqual([1, ''])
    for (const problem of [
      /missing QEMUSOCK .*\n {2}remedy: .*ctys-setupVDE/,
      /missing boot image .*\n {2}remedy: .*--instmode/,
      /VNC has no display\n {2}remedy: --vncaccessdisplay=77/,
      /STARTERCALL \/no\/such\/qemu is not there\n {2}remedy: .*--startercall/,
      /VRAM = "much" is no number/,
    ]) {
      expect(stderr).toMatch(problem)
    }
    const others = call(['--check', '--console=HOLO', '--bootmode=CD%/no/cd.iso', '--frobnicate'], {shell})
    expect(others.stderr).toMatch(/no console HOLO\n {2}remedy: --console=VNC/)
    expect(others.stderr).toMatch(/CD image \/no\/cd.iso cannot be read/)
    expect(others.stderr).toMatch(/unknown option --frobnicate/)
    expect(others.argv).toBeUndefined()
  })

  test('whatever stands in a setting is data: the QEMU sees it byte for byte', () => {
    const starter = standIn(root, 'qemu-system-x86_64', seven)
    const line = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(...`'"\`$\\;|&<>(){}[]*?~#!=,% \t\r-`),
          fc.string({unit: 'binary', minLength: 1, maxLength: 1}),
        ),
        maxLength: 30,
      })
      .map((text) => text.replaceAll(/[\0\n\u{d800}-\u{dfff}\u{fffd}]/gu, '').replaceAll(/[\ud800-\udfff]/g, ''))
    const path = line
      .map((text) => text.replaceAll('/', '').replaceAll(/^\.+$/g, 'dots'))
      .filter((text) => text !== '' && Buffer.byteLength(text) < 200)
    fc.assert(
      fc.property(line, fc.array(line, {maxLength: 4}), path, (append, words, file) => {
        const home = join(root, 'hostile')
        mkdirSync(home, {recursive: true})
        const kernel = join(home, `k${file}`)
        writeFileSync(kernel, '')
        const keys = [
          ...usual(starter),
          `KERNELIMAGE = "${kernel}"`,
          `APPEND = "${append}"`,
          ...words.map((word, index) => `ARG${index} = "${word}"`),
          `HDDBOOTIMAGE = "i${file}"`,
          'HDDBOOTIMAGE_FORMAT = "raw"',
        ]
        writeFileSync(join(home, `i${file}`), '')
        const {argv = [], stderr} = wrappedMachine(root, 'hostile', keys).call([], {shell})
        expect(stderr).toBe('')
        expect(argv[argv.indexOf('-kernel') + 1]).toBe(kernel)
        if (append !== '') expect(argv[argv.indexOf('-append') + 1]).toBe(append)
        const end = argv.length - 2
        expect(argv.slice(end - words.length, end)).toEqual(words)
        expect(argv.slice(end)).toEqual([
          '-drive',
          `file=${join(home, `i${file}`).replaceAll(',', ',,')},format=raw,if=none,id=hd0`,
        ])
        expect(parseCommandLine(['qemu-system-x86_64', ...argv.slice(end)]).image).toBe(join(home, `i${file}`))
        rmSync(home, {recursive: true})
      }),
      {numRuns: 25},
    )
  })
})

test('the sockets: the classic name, ctys beside it, none longer than a socket can be', () => {
  const starter = standIn(root, 'qemu-system-x86_64', seven)
  const {call} = wrappedMachine(root, 'web01', usual(starter))
  const {argv = []} = call([], {env: {QEMUMONSOCK: '/tmp/q.ACTUALLABEL.ACTUALPID'}})
  const {monitorSockets} = parseCommandLine(['q', ...argv])
  expect(monitorSockets.map(({kind, path}) => [kind, path.replace(/\.\d+/, '.PID')])).toEqual([
    ['qmp', '/tmp/q.web01.PID.ctys'],
    ['mux', '/tmp/q.web01.PID'],
  ])
  // the start driver brings that monitor itself
  const own = `-qmp unix:${join(root, 'x')}.ctys,server,nowait`
  const brought = call([`--argsadd=${own}`], {env: {QEMUMONSOCK: join(root, 'x')}}).argv ?? []
  expect(brought.filter((word) => word.includes('.ctys'))).toHaveLength(1)
  const room = 107 - Buffer.byteLength(`${root}/`)
  const tight = call([], {env: {QEMUMONSOCK: `${root}/${'s'.repeat(room)}`}})
  expect(tight.argv).toEqual(expect.arrayContaining(['-vnc', 'none']))
  expect(tight.stderr).toContain('no room')
  const long = call([], {env: {QEMUMONSOCK: `${root}/${'s'.repeat(room + 1)}`}})
  expect(long).toMatchObject({status: 1, argv: undefined})
  expect(long.stderr).toMatch(/has 108 bytes, more than 107\n {2}remedy: QEMUMONSOCK=/)
})

describe('what it boots from', () => {
  const starts = () => wrappedMachine(root, 'boots', usual(standIn(root, 'qemu-system-x86_64', seven)), false)
  const words = (argv: readonly string[] = []) => plain(argv).join(' ')

  test('an installation from CD makes the image where there is none, and boots the CD once', () => {
    const iso = join(root, 'install, disc 1.iso')
    writeFileSync(iso, 'x')
    const {call, home} = starts()
    const run = call([`--instmode=CD%${iso}%VHDD%default%INIT`, '--console=VNC', '--vncaccessdisplay=77'])
    expect(run).toMatchObject({status: 0})
    expect(words(run.argv)).toContain('-boot once=d')
    expect(words(run.argv)).toContain('file=/vm/install,, disc 1.iso,if=ide,index=2,media=cdrom,format=raw')
    expect(existsSync(join(home, 'boots.qcow2'))).toBe(true)
    // an empty one never asks; one that holds anything is never made anew without a person
    expect(call([`--instmode=CD%${iso}%VHDD%default%INIT`])).toMatchObject({status: 0})
    execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 0 64k', join(home, 'boots.qcow2')])
    const before = readFileSync(join(home, 'boots.qcow2'))
    const refused = call([`--instmode=CD%${iso}%VHDD%default%INIT`])
    expect(refused).toMatchObject({status: 1, argv: undefined})
    expect(refused.stderr).toMatch(/INIT would remove what .*boots\.qcow2 holds/)
    expect(readFileSync(join(home, 'boots.qcow2')).equals(before)).toBe(true)
    expect(call([`--instmode=CD%${iso}%VHDD%default%`])).toMatchObject({status: 0})
    rmSync(home, {recursive: true})
  })

  test('kernel, PXE, floppy, USB stick, another disk', () => {
    for (const name of ['k', 'i', 'f.img', 'u.img', 'other.img']) writeFileSync(join(root, name), 'x')
    const {call, home} = starts()
    writeFileSync(join(home, 'boots.qcow2'), '')
    const kernel = call([`--kernelmode=${root}/k,${root}/i,console=ttyS0 a,b`]).argv ?? []
    expect(words(kernel)).toContain('-kernel /vm/k -initrd /vm/i -append console=ttyS0 a,b')
    expect(words(call(['--bootmode=PXE']).argv)).toContain('-boot n')
    expect(words(call([`--bootmode=fdd%${root}/f.img`]).argv)).toMatch(/-boot a .*file=\/vm\/f\.img,if=floppy/)
    expect(words(call([`--bootmode=USB%${root}/u.img`]).argv)).toContain('usb-storage,drive=stick,bootindex=0')
    expect(call([`--bootmode=VHDD%${root}/other.img`]).argv?.at(-1)).toContain('other.img,format=raw')
    expect(call(['--bootmode=MOON']).stderr).toMatch(/BOOTMODE has no MOON\n {2}remedy: one of/)
    rmSync(home, {recursive: true})
  })

  test('--initmodeonly makes the image, and only that', () => {
    const {call, home} = starts()
    expect(call(['--initmodeonly'])).toMatchObject({status: 0, argv: undefined})
    expect(existsSync(join(home, 'boots.qcow2'))).toBe(true)
    expect(call(['--check'])).toMatchObject({status: 0, argv: undefined})
  })
})
