/** What the host has for new machines, before anything is changed. */
import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../../domain/target.js'
import type {MakeAsk, NewMachine, NotMade} from '../../../domain/work/make.js'
import {on} from '../../../lib/command-on.js'
import {cleanBase} from '../paths.js'
import {archOf} from '../process/is-qemu.js'
import {makeInspectScript} from '../remote/make.js'

export interface MakePlace {
  /** Absolute. */
  readonly base: string
  readonly starter: string
  /** Guest architecture of the host's own QEMU. */
  readonly arch: string
  /** The image the machines are made of, where there is one: its path on the host and its format. */
  readonly image: {readonly path: string; readonly format: string}
  /** What is there of the labels asked for: the fingerprint of what it was made of, or empty. */
  readonly labels: ReadonlyMap<string, string>
  /** Refused where its MAC address is seen alive there. */
  liveMac(machine: NewMachine): NotMade | undefined
  /** With the paths as the host has them. */
  absolute(machine: NewMachine): NewMachine
}

/** Throws PreconditionError BASE_MISSING, NO_HYPERVISOR, IMAGE_UNUSABLE or COMMAND_FAILED. */
export async function inspectForMake(
  {base, machines}: MakeAsk,
  {session, signal}: Pick<HostContext, 'session' | 'signal'>,
): Promise<MakePlace> {
  const host = formatTarget(session.target)
  const [first] = machines
  const from = first?.disk.from
  const macs = machines
    .flatMap((machine) => machine.macs)
    .join(' ')
    .toLowerCase()
  const args = [cleanHome(base), first?.arch ?? '', from?.path ?? '', macs, ...machines.map(({label}) => label)]
  const {stdout, stderr} = await session.script(makeInspectScript, args, {deadlineMs: 30_000, signal})
  const text = stdout.toString()
  // a carriage return ends no line
  const lines = text.split('\n')
  const all = (key: string) => lines.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []))
  const one = (key: string) => all(key)[0] ?? ''
  if (one('base') === '') {
    const details = stderr.toString().split('\n').filter(Boolean).slice(0, 5)
    throw new PreconditionError('COMMAND_FAILED', `${host}: where machines are made could not be looked at`, {details})
  }
  const [state = '', ...near] = one('where').split(' ')
  if (state === 'file' || state === 'denied') {
    const why = state === 'file' ? 'is no directory' : 'is not writable for this account'
    throw new PreconditionError(
      'BASE_MISSING',
      `${host}: no machine can be made in ${one('base')}: ${near.join(' ')} ${why}`,
      {
        hint: 'name another place: --dir DIRECTORY',
      },
    )
  }
  const arch = first?.arch ?? one('arch')
  if (one('starter') === '') {
    throw new PreconditionError('NO_HYPERVISOR', `${host}: there is no QEMU for ${arch}`, {
      hint: `install it (Debian: apt install qemu-system), then ctys probe ${host}`,
    })
  }
  const needsTool = first !== undefined && (first.disk.format !== 'raw' || from !== undefined)
  if (needsTool && one('tool') === '') {
    throw new PreconditionError('NO_HYPERVISOR', `${host}: there is no qemu-img`, {
      hint: 'install it (Debian, Fedora: qemu-utils, qemu-img); an empty raw image needs none: --format raw',
    })
  }
  const home = one('home')
  const onHost = (path: string) => (path.startsWith('~/') ? `${home}/${path.slice(2)}` : path)
  const image =
    from === undefined
      ? {path: '', format: ''}
      : readImage(text, {target: session.target, from, size: first?.disk.size})
  return {
    base: one('base'),
    starter: one('starter'),
    arch: archOf({exe: one('starter'), argv: []}, one('arch')),
    image,
    labels: new Map(all('label').map(readLabel)),
    liveMac: liveMacs(all('mac'), host),
    absolute: (machine) => {
      const {cdrom, kernel, initrd} = machine
      const paths = Object.entries({cdrom, kernel, initrd}).flatMap(([key, path]) =>
        path === undefined ? [] : [[key, onHost(path)]],
      )
      return {...machine, ...(Object.fromEntries(paths) as Pick<NewMachine, 'cdrom' | 'kernel' | 'initrd'>)}
    },
  }
}

function cleanHome(base: string): string {
  return cleanBase(base.replace(/^~$/, ''))
}

/** `there CALL NAME` or `taken NAME`. */
function readLabel(line: string): [string, string] {
  const [state = '', ...rest] = line.split(' ')
  return state === 'there' ? [rest.slice(1).join(' '), rest[0] ?? ''] : [rest.join(' '), '']
}

interface Wanted {
  readonly target: Target
  readonly from: {readonly path: string; readonly how: 'linked' | 'full'}
  readonly size: number | undefined
}

/** Of `qemu-img info --output=json` (qapi/block-core.json, ImageInfo). */
function readImage(text: string, {target, from, size}: Wanted): MakePlace['image'] {
  const host = formatTarget(target)
  const [, path = '', state = '', said = ''] =
    /(?:^|\n)image ([^\n]*)\n(missing|locked|info|fault)\n([\s\S]*)$/.exec(text) ?? []
  const refuse = (why: string, hint: string) =>
    new PreconditionError('IMAGE_UNUSABLE', `${host}: ${from.path} ${why}`, {hint})
  if (state === 'missing' || state === '')
    throw refuse('is not there', `see: ${on(target)`ls -l ${from.path}`}; a file of this machine: --image here:PATH`)
  if (state === 'locked')
    throw refuse('is in use: something has it open for writing', `see which machine it is: ctys list ${host}`)
  if (state === 'fault') {
    const line = said.split('\n').find((part) => part !== '') ?? ''
    throw refuse(`cannot be read: ${line}`, 'see its permissions, and qemu-img info there')
  }
  let info: Readonly<Record<string, unknown>> = {}
  try {
    info = JSON.parse(said) as typeof info
  } catch {
    throw refuse('was not understood by qemu-img', 'see: qemu-img info there')
  }
  const {format, 'virtual-size': virtual} = info
  if (typeof format !== 'string' || typeof virtual !== 'number') {
    throw refuse('was not understood by qemu-img', 'see: qemu-img info there')
  }
  if (size !== undefined && size < virtual) {
    throw refuse(`is larger (${virtual} bytes) than --size`, 'leave --size out, or make it larger: an image only grows')
  }
  return {path, format}
}

/** Lines `MAC WHERE`. */
function liveMacs(lines: readonly string[], host: string): MakePlace['liveMac'] {
  const seen = new Map(lines.map((line) => [line.slice(0, 17), line.slice(18).trim()]))
  return ({label, macs}) => {
    const mac = macs.find((one) => seen.has(one.toLowerCase()))
    if (mac === undefined) return undefined
    const where = seen.get(mac.toLowerCase())
    const by =
      where === 'machine'
        ? 'a machine that runs there'
        : where === 'host'
          ? 'the host itself'
          : 'a neighbour of the host'
    return {
      ...{label, code: 'MAC_IN_USE', reason: `${host}: ${by} has the MAC address ${mac} already`},
      hint: 'leave --mac out: a free one is chosen; or see: ctys list --running',
    }
  }
}
