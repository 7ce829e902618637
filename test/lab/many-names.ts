import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {processesScript} from '../../src/drivers/qemu/remote/processes.js'
import {shellQuoteAll} from '../../src/lib/shell-quote.js'
import type {Lab} from './lab.js'

export interface ManyNames {
  readonly names: readonly string[]
  /** The lab's settings with those names in front. */
  readonly sshConfig: string
}

/** `count` names v1, v2 ... for the first hosts of a lab, one after the other. `more` are lines for every name. */
export function manyNames(
  lab: Lab,
  count: number,
  {hosts = lab.hosts.length, more = [] as readonly string[]} = {},
): ManyNames {
  const names = Array.from({length: count}, (_, index) => `v${index + 1}`)
  const stanzas = names.map((name, index) => {
    const host = lab.hosts[index % hosts]
    return [`Host ${name}`, `  HostName ${host?.address}`, `  HostKeyAlias ${host?.name}`]
  })
  const common = [
    'Host v*',
    ...more.map((line) => `  ${line}`),
    ...['  User admin', `  IdentityFile ${lab.clientKey}`, '  IdentitiesOnly yes'],
    ...[`  UserKnownHostsFile ${lab.knownHosts}`, '  GlobalKnownHostsFile none', '  StrictHostKeyChecking yes'],
  ]
  const sshConfig = join(lab.dir, 'many-names')
  writeFileSync(sshConfig, `${[...stanzas.flat(), ...common].join('\n')}\n${readFileSync(lab.sshConfig, 'utf8')}`)
  return {names, sshConfig}
}

/** clush(1) with the very script that `ctys list` runs on each host. */
export function clushList({names, sshConfig}: ManyNames, fanout: number): readonly string[] {
  const script = shellQuoteAll(['sh', '-c', processesScript.text, processesScript.name, 'MARK', '1'])
  return ['clush', '-f', String(fanout), '-o', `-F ${sshConfig}`, '-w', names.join(','), script]
}
