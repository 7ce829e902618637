/** A machine that was suspended is found by its image, goes on from there, or is started without. Real QEMUs. */
import {execFileSync} from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {locateScript} from '../../../../src/drivers/qemu/remote/locate.js'
import {savedFunctions, suspendTag} from '../../../../src/drivers/qemu/remote/saved.js'
import {discardScript, suspendedScript, suspendNoteScript} from '../../../../src/drivers/qemu/remote/suspended.js'
import {notesFunction} from '../../../../src/drivers/qemu/remote/suspended-notes.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {startYard, type YardMachine} from '../../../fakes/start-yard.js'

const yard = startYard()

const passing = 'extra=""; for o; do case $o in --argsadd=*) extra=$(echo "$o" | cut -d= -f2) ;; esac; done'
const boots = 'start_qemu $extra -drive "file=$PWD/$label.img,if=virtio"'

/** A machine with a qcow2 disk and hardware that runs. */
function withDisk(last = boots): YardMachine {
  const one = yard.machine(`${passing}; ${last}`, [], '-M pc -m 16')
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', imageOf(one), '1M'])
  return one
}
const imageOf = ({home, label}: YardMachine) => join(home, `${label}.img`)
const saved = (one: YardMachine) => execFileSync('qemu-img', ['snapshot', '-l', imageOf(one)], {encoding: 'utf8'})

async function suspended(last?: string): Promise<YardMachine> {
  const one = withDisk(last)
  await yard.start(one.label)
  expect(await yard.cancel(one.label, 'suspend')).toMatchObject({machines: [{state: 'suspended'}]})
  expect(saved(one)).toContain(suspendTag)
  return one
}

describe('a suspended machine', () => {
  test('is not started as if nothing were there, and both ways are named', async () => {
    const {label, config} = await suspended()
    for (const mode of ['new', 'reuse', 'connect'] as const) {
      const address = `ctys start ${config} localhost`
      await expect(yard.start(label, {mode})).rejects.toMatchObject({
        code: 'SUSPENDED',
        name: 'PreconditionError',
        message: expect.stringMatching(/is suspended since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: its memory lies in /),
        hint: `go on from there: ${address} --resume; or throw that away: ${address} --discard`,
      })
    }
    expect(yard.ours()).toEqual([])
  })

  test('goes on from its image, which then holds nothing of it any more', async () => {
    const one = await suspended()
    const data = await yard.start(one.label, {mode: 'resume', argsAdd: '-no-reboot'})
    expect(data).toMatchObject({reused: false, resumed: true, machine: {state: 'running'}})
    expect(data.notDone).toBeUndefined()
    const argv = yard.argv(data.machine.pid)
    expect(argv[argv.indexOf('-loadvm') + 1]).toBe(suspendTag)
    expect(argv).toContain('-no-reboot')
    await yard.cancel(one.label)
    expect(saved(one)).not.toContain(suspendTag)
    expect((await yard.start(one.label)).resumed).toBeUndefined()
  })

  test('is started without what was saved when that is asked for', async () => {
    const one = await suspended()
    const data = await yard.start(one.label, {discard: true})
    expect([data.resumed, yard.argv(data.machine.pid).includes('-loadvm')]).toEqual([undefined, false])
    await yard.cancel(one.label)
    expect(saved(one)).not.toContain(suspendTag)
  })

  test('keeps its saved state when its wrapper drops what it is to go on from', async () => {
    const one = await suspended()
    writeFileSync(one.wrapper, String(execFileSync('sed', ['s/ \\$extra//', one.wrapper])))
    await expect(yard.start(one.label, {mode: 'resume'})).rejects.toMatchObject({
      code: 'START_FAILED',
      hint: `${one.wrapper} has to hand --argsadd= on to QEMU`,
    })
    expect(yard.ours()).toEqual([])
    expect(saved(one)).toContain(suspendTag)
  })

  test('keeps its saved state when its machine is another one now', async () => {
    const one = await suspended()
    writeFileSync(one.wrapper, String(execFileSync('sed', ['s/-m 16/-m 32/', one.wrapper])))
    await expect(yard.start(one.label, {mode: 'resume'})).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('its saved state is as it was'),
    })
    expect(yard.ours()).toEqual([])
    expect(saved(one)).toContain(suspendTag)
  })

  test('is listed as that, wherever it was suspended from, until it goes on', async () => {
    const one = await suspended()
    const of = async () => ((await yard.list()).suspended ?? []).filter(({label}) => label === one.label)
    expect(await of()).toEqual([
      {label: one.label, id: one.config, uuid: one.uuid, image: imageOf(one), since: expect.stringMatching(/^\d{4}-/)},
    ])
    // a note alone is nothing: the image is asked
    execFileSync('qemu-img', ['snapshot', '-d', suspendTag, imageOf(one)])
    expect(await of()).toEqual([])
    const again = await suspended()
    await yard.start(again.label, {mode: 'resume'})
    expect(readdirSync(yard.sockBase()).filter((name) => name.startsWith('ctys-suspended'))).toHaveLength(1)
  })

  test('is seen by every host and every scan that sees its directory', async () => {
    const one = await suspended()
    const marker = join(one.home, `.${one.label}.ctys.suspended`)
    // another host has no note of its own
    for (const name of readdirSync(yard.sockBase())) {
      if (name.startsWith('ctys-suspended')) rmSync(join(yard.sockBase(), name))
    }
    const listed = async (...known: readonly string[]) => (await yard.list(known)).suspended?.map(({id}) => id)
    expect(await listed()).toBeUndefined()
    expect(await listed(one.config, join(one.home, 'nothing.ctys'))).toEqual([one.config])
    const scanned = async () => {
      const {machines} = await yard.scan()
      return machines.find(({id}) => id === one.config)?.suspended
    }
    expect(await scanned()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    // a marker alone is nothing: the image is asked
    const copy = join(one.home, 'copy.img')
    cpSync(imageOf(one), copy)
    execFileSync('qemu-img', ['snapshot', '-d', suspendTag, imageOf(one)])
    expect([await listed(one.config), await scanned()]).toEqual([undefined, undefined])
    cpSync(copy, imageOf(one))
    rmSync(copy)
    await yard.start(one.label, {mode: 'resume'})
    expect(existsSync(marker)).toBe(false)
  })

  test.each([{discard: true}, {mode: 'resume'}] as const)('loses its marker with %o', async (how) => {
    const one = await suspended()
    const markers = () => readdirSync(one.home).filter((name) => name.endsWith('.suspended'))
    expect(markers()).toEqual([`.${one.label}.ctys.suspended`])
    await yard.start(one.label, how)
    expect(markers()).toEqual([])
  })

  test('is known by its image alone', async () => {
    const one = await suspended()
    for (const name of readdirSync(yard.sockBase())) {
      if (name.startsWith('ctys-suspended')) rmSync(join(yard.sockBase(), name))
    }
    await expect(yard.start(one.label)).rejects.toMatchObject({code: 'SUSPENDED'})
  })
})

describe('resume', () => {
  test('of a machine that is neither paused nor suspended starts nothing', async () => {
    const {label} = withDisk()
    await expect(yard.start(label, {mode: 'resume'})).rejects.toMatchObject({code: 'NOT_RUNNING'})
    expect(yard.ours()).toEqual([])
  })

  test('lets one that is paused go on', async () => {
    const {label} = withDisk(`${boots} -S`)
    const {machine} = await yard.start(label)
    expect(machine.state).toBe('prelaunch')
    const again = await yard.start(label, {mode: 'resume'})
    expect(again).toMatchObject({reused: true, resumed: true, machine: {state: 'running'}})
    expect((await yard.start(label, {mode: 'resume'})).resumed).toBeUndefined()
  })
})

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
  'a saved state is seen with %s %s, with qemu-img and without',
  async (...shell) => {
    const one = await suspended()
    const other = withDisk()
    execFileSync('qemu-img', ['snapshot', '-c', `my.${suspendTag.slice(0, -1)}`, imageOf(other)])
    cpSync(imageOf(other), join(one.home, `${one.label}-data.img`))
    const session = await createLocalTransport().open({host: 'localhost'}, {signal: new AbortController().signal})
    const see = async (file: string, before: string) => {
      const text = `${before}\n${savedFunctions}\nsaved_in "$1" && echo "$date"`
      const {stdout} = await session.exec([...shell, '-c', text, 'sh', file])
      return stdout.toString().trim()
    }
    const without = 'command() { return 1; }'
    try {
      expect(await see(imageOf(one), ':')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
      expect(await see(imageOf(one), without)).toBe('-')
      for (const file of [imageOf(other), one.config, one.home, join(one.home, 'nowhere')]) {
        for (const before of [':', without]) expect(await see(file, before), file).toBe('')
      }
    } finally {
      await session.close()
    }
  },
)

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
  'of the notes beside the sockets only those of root and of this account are read, under %s %s',
  async (...shell) => {
    const base = mkdtempSync(join(tmpdir(), 'ctys-notes-'))
    const odd = '/vm/a\nb.ctys'
    writeFileSync(join(base, 'ctys-suspended.1'), '/vm/mine.ctys\n')
    writeFileSync(join(base, 'ctys-suspended.2'), `${odd}\n`)
    writeFileSync(join(base, 'ctys-suspended.3'), '/vm/strangers.ctys\n')
    chownSync(join(base, 'ctys-suspended.3'), 65_534, 65_534)
    writeFileSync(join(base, 'ctys-suspended.4'), `/${'x'.repeat(9000)}\n`)
    execFileSync('mkfifo', [join(base, 'ctys-suspended.5')])
    symlinkSync('ctys-suspended.1', join(base, 'ctys-suspended.6'))
    writeFileSync(join(base, 'ctys-suspended.7 b'), '/vm/blank.ctys\n')
    mkdirSync(join(base, 'b'))
    linkSync(join(base, 'ctys-suspended.1'), join(base, 'b', 'ctys-suspended.3'))
    const parts = `nl='\n'\npart() { printf '\\000|\\000'; }\n${notesFunction}\nCTYS_SOCKBASE=$1 tell_notes`
    try {
      const args = [...shell.slice(1), '-c', parts, 'sh', base]
      const told = execFileSync(shell[0] as string, args, {encoding: 'utf8'})
      expect(told.split('\0|\0')).toEqual(['suspended\0/vm/mine.ctys', `suspended\0${odd}`, ''])
    } finally {
      rmSync(base, {recursive: true})
    }
  },
)

test('an image of another machine in the same directory is not its own', async () => {
  const one = await suspended()
  const stranger = yard.machine('start_qemu')
  cpSync(stranger.config, join(one.home, 'stranger.ctys'))
  writeFileSync(join(one.home, 'stranger.sh'), execFileSync('cat', [stranger.wrapper]), {mode: 0o755})
  rmSync(stranger.home, {recursive: true})
  expect((await yard.start(stranger.label)).reused).toBe(false)
})

test.each([locateScript, suspendedScript, suspendNoteScript, discardScript])('$name is clean POSIX shell', ({text}) => {
  expect(execFileSync('shellcheck', ['-s', 'sh', '-'], {input: text, encoding: 'utf8'})).toBe('')
})
