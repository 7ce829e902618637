/**
 * PROBE: can this host run machines, and what mends it where it cannot. One constant script looks; this reads its lines.
 * KVM is listed as an accelerator only when a guest really ran with it.
 */
import {PreconditionError} from '../../../domain/errors.js'
import {seeAllHint} from '../../../domain/machine/list-doubt.js'
import {formatTarget} from '../../../domain/target.js'
import type {ProbeData, ProbeFinding} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import {here} from '../../../lib/command-on.js'
import {probeScript} from '../remote/probe.js'
import {logoutRemedy, logoutText} from './logout.js'

export const probe = readingHandler<'probe'>(async (_task, {session, signal}) => {
  const result = await session.script(probeScript, [], {deadlineMs: 60_000, signal})
  const data = readProbe(result.stdout.toString())
  if (data !== undefined) return data
  throw new PreconditionError('COMMAND_FAILED', `${formatTarget(session.target)}: the host could not be probed`, {
    details: result.stderr.toString().split('\n').filter(Boolean).slice(0, 10),
  })
})

type Facts = ReadonlyMap<string, readonly string[]>

/** Undefined when the answer is not complete. */
export function readProbe(text: string): ProbeData | undefined {
  const facts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
    const values = facts.get(key)
    if (values === undefined) facts.set(key, [value])
    else values.push(value)
  }
  const first = (key: string) => facts.get(key)?.[0] ?? ''
  if (first('sockets') === '') return undefined

  const [total = '', free = ''] = first('mem').split(' ')
  return {
    kind: 'probe',
    hostname: first('host'),
    os: [first('os'), first('release'), first('pretty') && `(${first('pretty')})`].filter(Boolean).join(' '),
    arch: first('arch'),
    hypervisors: (facts.get('qemu') ?? []).map(readHypervisor),
    accelerators: [
      ...(first('kvm') === 'ok' ? ['kvm'] : []),
      ...(facts.get('accel') ?? []).filter((name) => name === 'tcg'),
    ],
    memoryMiB: {total: toMiB(total), free: toMiB(free)},
    diskMiB: (facts.get('disk') ?? []).map(readDisk),
    findings: findings(facts, first),
  }
}

/** `PATH VERSION-LINE`; the path may hold blanks. `kvm` and `qemu-kvm` serve the host's own architecture. */
function readHypervisor(line: string): ProbeData['hypervisors'][number] {
  const [, path = line, said = ''] = /^(.*?) (QEMU .*)$/i.exec(line) ?? []
  const arch = /qemu-system-([a-z0-9_]+)[^/]*$/.exec(path)?.[1] ?? 'native'
  return {arch, path, version: /version ([0-9]+(?:\.[0-9]+)*)/.exec(said)?.[1] ?? ''}
}

function readDisk(line: string): ProbeData['diskMiB'][number] {
  const [, total = '', free = '', path = ''] = /^(\d+) (\d+) (.*)$/.exec(line) ?? []
  return {path, total: toMiB(total), free: toMiB(free)}
}

function toMiB(kib: string): number {
  return Math.floor((Number(kib) || 0) / 1024)
}

function findings(facts: Facts, first: (key: string) => string): readonly ProbeFinding[] {
  const install = (packages: Packages) => installCommand(`${first('dist')} ${first('like')}`, first('os'), packages)
  const tools = facts.get('tool') ?? []
  const missing = ['find', 'awk', 'sed'].filter((tool) => !tools.includes(tool))
  const [sockets = '', ...rest] = first('sockets').split(' ')
  const dir = rest.join(' ')
  return [
    finding('qemu', String(facts.get('qemu')?.length ?? 0), facts.has('qemu'), install(qemuPackages)),
    kvmFinding(first('kvm')),
    processFinding(first('processes'), first('os')),
    finding('vde', first('vde') || 'not there', facts.has('vde'), `only for VDE networks: ${install(vdePackages)}`),
    finding('sockets', `${dir}: ${socketTexts[sockets] ?? sockets}`, sockets === 'ok', socketRemedy(sockets, dir)),
    finding(
      'tools',
      missing.length === 0 ? 'all there' : `missing: ${missing.join(' ')}`,
      missing.length === 0,
      'install them',
    ),
    finding(
      'setsid',
      tools.includes('setsid') ? 'there' : 'not there',
      tools.includes('setsid') || first('os') !== 'Linux',
      `machines may end with the connection: ${install(setsidPackages)}`,
    ),
    ...(facts.get('logout') ?? []).map((user) => finding('logout', logoutText(user), false, logoutRemedy(user))),
  ]
}

function finding(name: string, value: string, ok: boolean, remedy: string): ProbeFinding {
  return {name, ok, value, ...(!ok && {remedy})}
}

const kvmTexts: Readonly<Record<string, readonly [string, string]>> = {
  ok: ['a guest ran with it', ''],
  none: ['no /dev/kvm', 'modprobe kvm_intel or kvm_amd; without it guests are emulated, which is slow'],
  denied: ['no access to /dev/kvm', 'usermod -aG kvm USER, then log in again'],
  noflag: [
    '/dev/kvm is there, but the CPU shows neither vmx nor svm',
    'enable virtualisation in the firmware, or nested virtualisation on the host above',
  ],
  failed: ['a test guest did not run with it', 'look at dmesg; start machines with -accel tcg'],
}

function kvmFinding(word: string): ProbeFinding {
  const [value, remedy] = kvmTexts[word] ?? ['unknown', 'ask again']
  return finding('kvm', value, word === 'ok', remedy)
}

function processFinding(word: string, os: string): ProbeFinding {
  if (word === 'hidden') return finding('processes', 'this account sees only its own', false, seeAllHint)
  const mount = os === 'Linux' ? 'mount -t proc proc /proc' : 'see what ps says there'
  const remedy = `machines can be neither listed, started nor stopped: ${mount}`
  return finding('processes', word === 'none' ? 'no process table' : 'shown', word === 'ok', remedy)
}

const socketTexts: Readonly<Record<string, string>> = {
  ok: 'safe for sockets',
  missing: 'does not exist',
  denied: 'not writable',
  unsafe: 'anybody may replace the sockets in it',
}

function socketRemedy(word: string, dir: string): string {
  if (word === 'missing') return here`mkdir -m 1777 ${dir}`
  return word === 'unsafe' ? here`chmod +t ${dir}` : `${here`chmod 1777 ${dir}`}, or set CTYS_SOCKBASE`
}

/** Package names by package manager. */
type Packages = Readonly<Record<'apt' | 'apk' | 'dnf' | 'zypper' | 'pacman' | 'pkg', string>>

const qemuPackages: Packages = {
  apt: 'qemu-system-x86',
  apk: 'qemu-system-x86_64',
  dnf: 'qemu-kvm',
  zypper: 'qemu-x86',
  pacman: 'qemu-base',
  pkg: 'qemu',
}
const vdePackages: Packages = {apt: 'vde2', apk: 'vde2', dnf: 'vde2', zypper: 'vde2', pacman: 'vde2', pkg: 'vde2'}
const setsidPackages: Packages = {
  apt: 'util-linux',
  apk: 'setsid',
  dnf: 'util-linux-core',
  zypper: 'util-linux',
  pacman: 'util-linux',
  pkg: 'setsid',
}

function installCommand(distribution: string, os: string, packages: Packages): string {
  if (/debian|ubuntu/.test(distribution)) return `apt install ${packages.apt}`
  if (/alpine/.test(distribution)) return `apk add ${packages.apk}`
  if (/fedora|rhel|centos/.test(distribution)) return `dnf install ${packages.dnf}`
  if (/suse/.test(distribution)) return `zypper install ${packages.zypper}`
  if (/arch/.test(distribution)) return `pacman -S ${packages.pacman}`
  return os.endsWith('BSD') ? `pkg install ${packages.pkg}` : `install the package ${packages.apt} or its like`
}
