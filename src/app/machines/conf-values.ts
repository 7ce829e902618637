/** What each variable of ctys-createConfVM is, and where that comes from. */
import {randomUUID} from 'node:crypto'
import {existsSync} from 'node:fs'
import {arch, release, userInfo} from 'node:os'
import {confVariables} from '../../domain/classic/conf-variables.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {readIfThere} from '../../lib/regular-file.js'
import {identities} from './identities.js'

export interface ConfValue {
  readonly name: string
  readonly value: string
  /** environment, option, the file of defaults, default, this host, address map, made for it, answer. */
  readonly from: string
}

interface Sources {
  readonly label?: string | undefined
  readonly type: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly defaults: ReadonlyMap<string, string>
  readonly defaultsFile: string
  readonly serial: string
}

/** In the order of the table. */
export async function confValues(
  {label, type, environment, defaults, defaultsFile, serial}: Sources,
  {inventory, macmap}: Pick<CommandContext, 'inventory' | 'macmap'>,
): Promise<readonly ConfValue[]> {
  const given = (name: string, aliases: readonly string[] = []): Omit<ConfValue, 'name'> | undefined => {
    for (const alias of [name, ...aliases]) {
      const value = environment[alias]
      if (value !== undefined && value !== '')
        return {value, from: alias === name ? 'environment' : `environment (${alias})`}
    }
    const value = defaults.get(name)
    return value === undefined ? undefined : {value, from: defaultsFile}
  }
  const own =
    label === undefined
      ? (given('LABEL') ?? {value: `vm${serial}`, from: 'made for it'})
      : {value: label, from: 'option'}
  const known = (await macmap.read()).entries.find(({name}) => name.toLowerCase() === own.value.toLowerCase())
  const free = identities(await inventory.all())
  const host = hostFacts()
  const found: Readonly<Record<string, Omit<ConfValue, 'name'>>> = {
    LABEL: own,
    MAC: known?.mac ? {value: known.mac, from: 'address map'} : {value: free.newMac(), from: 'made for it'},
    ...(known?.ip && {IP: {value: known.ip, from: 'address map'}}),
    UUID: {value: randomUUID(), from: 'made for it'},
    EDITOR: {value: userInfo().username, from: 'this host'},
    DIST: {value: host.dist, from: 'this host'},
    DISTREL: {value: host.distRel, from: 'this host'},
    OS: {value: 'Linux', from: 'this host'},
    OSREL: {value: release(), from: 'this host'},
    ARCH: {value: architectures[arch()] ?? arch(), from: 'this host'},
    ...(type === 'KVM' && {ACCELERATOR: {value: 'KVM', from: 'option'}}),
    HDDBOOTIMAGE: {value: `${own.value}.img`, from: 'default'},
    NET: existsSync(environment.QEMUSOCK ?? `/var/tmp/vde_switch0.${userInfo().username}`)
      ? {value: 'vde', from: 'this host'}
      : {value: 'user', from: 'default'},
  }
  return confVariables.map(({name, aliases, usual = ''}) => {
    const value = name === 'LABEL' ? own : (given(name, aliases) ?? found[name] ?? {value: usual, from: 'default'})
    return {name, ...value}
  })
}

const architectures: Readonly<Record<string, string>> = {x64: 'x86_64', arm64: 'aarch64', ia32: 'i386'}

/** os-release(5). */
function hostFacts(): {readonly dist: string; readonly distRel: string} {
  let text = ''
  try {
    text = readIfThere('/etc/os-release', {maxBytes: 65_536, what: 'os-release'})?.toString() ?? ''
  } catch {
    // it says nothing then
  }
  const of = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)["']?$`, 'm').exec(text)?.[1] ?? ''
  return {dist: of('ID'), distRel: of('VERSION_ID')}
}
