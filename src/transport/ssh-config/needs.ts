import {access} from 'node:fs/promises'
import {inspectKeyFile, type KeyFile} from '../ssh2/keys-file.js'
import type {SshSettings} from './types.js'
import {isOn, type SshValues, valueFor} from './values.js'

/** Keywords that change how a connection is made or trusted in a way that only the ssh client carries out. */
const clientOnly = [
  ['proxycommand', 'ProxyCommand'],
  ['pkcs11provider', 'PKCS11Provider'],
  ['knownhostscommand', 'KnownHostsCommand'],
  ['revokedhostkeys', 'RevokedHostKeys'],
  ['bindaddress', 'BindAddress'],
  ['bindinterface', 'BindInterface'],
] as const

const algorithmKinds = [
  ['kex', 'KexAlgorithms'],
  ['cipher', 'Ciphers'],
  ['hmac', 'MACs'],
  ['serverHostKey', 'HostKeyAlgorithms'],
] as const

/**
 * The first reason why ssh2 cannot make this connection as the configuration wants it, for people; undefined when it
 * can. Whether a host is known by a certificate authority only shows later, in the verdict of checkHostKey().
 */
export async function reasonForOpenssh(settings: SshSettings, values: SshValues): Promise<string | undefined> {
  for (const [keyword, label] of clientOnly) {
    if (valueFor(values, keyword) !== undefined) return `${label} is set`
  }
  for (const [kind, label] of algorithmKinds) {
    if (settings.algorithms[kind].length === 0) return `${label} allows nothing that ssh2 can do`
  }
  if (['no', 'false'].includes(valueFor(values, 'pubkeyauthentication') ?? 'yes')) return 'PubkeyAuthentication is off'
  for (const file of settings.certificateFiles) {
    if (await exists(file)) return `the user certificate ${file} is used`
  }
  const found: KeyFile[] = []
  for (const file of settings.identityFiles) {
    if (await exists(`${file}-cert.pub`)) return `the user certificate ${file}-cert.pub is used`
    const key = await inspectKeyFile(file)
    if (key.publicType?.startsWith('sk-')) return `${file} is a key on a security token`
    if (key.kind !== 'missing') found.push(key)
  }
  const hasAgent = settings.identityAgent !== undefined && (await exists(settings.identityAgent))
  if (isOn(values, 'gssapiauthentication') && found.length === 0 && !hasAgent) {
    return 'GSSAPIAuthentication is on and there is neither a key nor an agent'
  }
  return undefined
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
