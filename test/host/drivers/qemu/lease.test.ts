/** The lease as the hosts' shells keep it: one holder at a time, whoever is slow, dies, or finds what was never a lease. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {holderScript} from '../../../../src/drivers/qemu/remote/holder.js'
import {leaseFunctions} from '../../../../src/drivers/qemu/remote/lease-functions.js'
import {startFunctions} from '../../../../src/drivers/qemu/remote/start-functions.js'
import {rounds} from '../../../lab/rounds.js'

const shells = [['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']]

let dir: string
let lease: string
let count = 0
const takers: ChildProcess[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-lease-'))
  lease = join(dir, '.m.ctys.lease')
})
afterEach(async () => {
  for (const taker of takers.splice(0)) await end(taker)
  rmSync(dir, {recursive: true, force: true})
})

/** Takes the lease once, says what came of it, and holds it until its standard input ends. */
const script = (first: string) => `
token=$1 lease=$2 called=$3 fs=$4 dead=$5 shown=/m.ctys user=$(id -un) since=1700000000
${startFunctions}
${leaseFunctions}
here
${first}
started_at "$$"
write_lease "$lease-$token" "$$" "$start" "starting" '' || { echo unmade; exit 1; }
if take_lease "$lease-$token"; then echo mine; else rm -f "$lease-$token"; echo "$verdict"; exit 1; fi
read -r _
`

interface Taking {
  readonly shell?: readonly string[]
  readonly fs?: string
  readonly dead?: string
  /** Lines of shell run before the taking. */
  readonly first?: string
}

interface Taker {
  readonly word: string
  readonly token: string
  readonly child: ChildProcess
}

async function take({shell = ['dash'], fs = '', dead = '', first = ''}: Taking = {}): Promise<Taker> {
  const token = (++count).toString(16).padStart(32, '0')
  const [program = '', ...words] = shell
  const child = spawn(program, [...words, '-c', script(first), 'take', token, lease, 'here', fs, dead])
  takers.push(child)
  const lines = createInterface({input: child.stdout})
  const [word] = await Promise.race([once(lines, 'line'), once(lines, 'close').then(() => ['died'])])
  return {word: String(word), token, child}
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

const heldBy = () => /^token (.*)$/m.exec(readFileSync(lease, 'utf8'))?.[1]
const left = () => readdirSync(dir).sort()

describe.each(shells)('a lease kept by %s %s', (...shell) => {
  test('is of one at a time, and of the next when that one is dead', async () => {
    const one = await take({shell})
    expect([one.word, heldBy()]).toEqual(['mine', one.token])
    expect((await take({shell})).word).toBe('living')
    await end(one.child)
    const next = await take({shell})
    expect([next.word, heldBy(), left()]).toEqual(['mine', next.token, ['.m.ctys.lease']])
  })

  test('of another host or another space of process numbers is not judged here, unless it was asked', async () => {
    const near = await take({shell, first: 'place=$boot/1'})
    await end(near.child)
    expect((await take({shell})).word).toBe('elsewhere')
    const one = await take({shell, dead: `${near.token}.${near.child.pid}`, first: 'node=far place=otherboot/1'})
    await end(one.child)
    expect((await take({shell})).word).toBe('elsewhere')
    expect((await take({shell, dead: `${one.token}.1`})).word).toBe('elsewhere')
    const next = await take({shell, dead: `x ${one.token}.${one.child.pid}`})
    expect([next.word, heldBy()]).toEqual(['mine', next.token])
  })

  test('of a host that was started anew is dead', async () => {
    const one = await take({shell, first: 'place=otherboot/1 machine=m'})
    expect((await take({shell, first: 'machine=m'})).word).toBe('mine')
    await end(one.child)
  })

  test('that came with a copy, or names other file systems, is none', async () => {
    await take({shell, fs: 'nfs/a/1 nfs/a/2'})
    expect((await take({shell, fs: 'nfs/a/2'})).word).toBe('living')
    expect((await take({shell, fs: ''})).word).toBe('living')
    expect((await take({shell, fs: 'nfs/b/2'})).word).toBe('mine')
    copyFileSync(lease, `${lease}.copy`)
    execFileSync('mv', [`${lease}.copy`, lease])
    expect((await take({shell})).word).toBe('mine')
  })

  test('is not waited for where something else lies in its place', async () => {
    const makes = [
      () => execFileSync('mkfifo', [lease]),
      () => mkdirSync(lease),
      () => symlinkSync('/dev/zero', lease),
      () => symlinkSync(join(dir, 'nowhere'), lease),
      () => writeFileSync(lease, ''),
      () => writeFileSync(lease, '#ctys-lease 1\ntoken ../../x\npid 1\nend\n'),
      () => writeFileSync(lease, Buffer.alloc(100_000, 'x\n')),
    ]
    for (const make of makes) {
      make()
      expect((await take({shell})).word).toBe('odd')
      rmSync(lease, {recursive: true})
      expect(left()).toEqual([])
    }
  })

  test('is followed past followers that died on the way', async () => {
    // each stops between the link that only one can make and the renaming
    const first = 'mv() { kill -KILL "$$"; }'
    const one = await take({shell})
    await end(one.child)
    for (let i = 0; i < 3; i++) expect((await take({shell, first})).word).toBe('died')
    expect(left()).toHaveLength(7)
    const next = await take({shell})
    expect([next.word, heldBy()]).toEqual(['mine', next.token])
    expect(left().filter((name) => name.startsWith('.m.ctys.lease.'))).toEqual([])
  })
})

test.each(shells)(
  'its holder is dead after a new start of the same host, not of one of the same name, says %s',
  (...shell) => {
    const [program = '', ...words] = shell
    const node = hostname()
    const machine = existsSync('/etc/machine-id') ? readFileSync('/etc/machine-id', 'utf8').trim() : ''
    const ask = (host: string, id: string, place = 'earlier/1') =>
      execFileSync(
        program,
        [...words, '-c', holderScript.text, 'holder', place, host, id, 'nobody', '4000000', '5', ''],
        {
          encoding: 'utf8',
        },
      ).trim()
    expect(ask(node, machine)).toBe('dead')
    expect(ask(node, 'f'.repeat(32))).toBe('unknown')
    expect(ask('other', machine)).toBe('unknown')
  },
)

test('is not taken by one who was slow after he had seen a dead one', async () => {
  const one = await take()
  await end(one.child)
  const gate = join(dir, 'gate')
  // the links of the slow one wait until somebody else has followed the dead one
  const slow = take({first: `ln() { until [ -e ${gate} ]; do nap; done; command ln "$@"; }`})
  const quick = await take({shell: ['bash']})
  writeFileSync(gate, '')
  expect([quick.word, (await slow).word, heldBy()]).toEqual(['mine', 'living', quick.token])
  expect(left()).toEqual(['.m.ctys.lease', 'gate'])
})

test('has exactly one holder, whoever wants it at the same time and whatever lies there', async () => {
  for (let round = 0; round < rounds(60); round++) {
    const all = await Promise.all(Array.from({length: 12}, (_, i) => take({shell: shells[i % 4] ?? []})))
    const mine = all.filter(({word}) => word === 'mine')
    expect(mine.map(({token}) => token)).toEqual([heldBy()])
    expect(all.filter(({word}) => !['mine', 'living', 'contended'].includes(word))).toEqual([])
    expect(left()).toEqual(['.m.ctys.lease'])
    // the next round finds a dead one
    await end(mine[0]?.child as ChildProcess)
  }
})

test('says where it cannot be made', async () => {
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'dash']
  chmodSync(dir, 0o755)
  if (process.getuid?.() === 0) expect((await take({shell: nobody})).word).toBe('unmade')
  expect(existsSync(lease)).toBe(false)
})
