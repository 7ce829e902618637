import {resolve} from 'node:path'
import {ConfigError} from '../../domain/errors.js'
import type {Target} from '../../domain/target.js'
import {restrictAlgorithms} from './algorithms.js'
import {guardTarget} from './guard.js'
import {expandFileName, expandJumpHost, expandTilde, type TokenContext} from './tokens.js'
import type {SshSettings} from './types.js'

/** Keyword in lower case → its values in the order they were printed. */
export type SshValues = ReadonlyMap<string, readonly string[]>

/** `ssh -G` prints one `keyword value` a line; keywords that may be given several times have several lines. */
export function parseSshOutput(output: string): SshValues {
  const values = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const blank = line.indexOf(' ')
    if (blank < 1) continue
    const keyword = line.slice(0, blank).toLowerCase()
    values.set(keyword, [...(values.get(keyword) ?? []), line.slice(blank + 1)])
  }
  return values
}

/** The one value of a keyword; `none` counts as not given. */
export function valueFor(values: SshValues, keyword: string): string | undefined {
  const value = values.get(keyword)?.[0]
  return value === undefined || value === '' || value.toLowerCase() === 'none' ? undefined : value
}

/** ssh prints a truth as yes or true, depending on keyword and version. */
export function isOn(values: SshValues, keyword: string): boolean {
  const value = valueFor(values, keyword)
  return value === 'yes' || value === 'true'
}

/** Defaults where ssh has no limit or no keep-alive: ctys waits for nothing without end. */
const defaultConnectTimeoutS = 10
const defaultAliveIntervalS = 15

/** Turns what ssh printed into the settings of a connection. Throws ConfigError SSH_CONFIG for what cannot be expanded or is not safe. */
export function readSettings(alias: string, values: SshValues, env: NodeJS.ProcessEnv): Omit<SshSettings, 'overrides'> {
  const hostName = needed(values, 'hostname')
  const user = needed(values, 'user')
  const port = Number(needed(values, 'port'))
  const hostKeyAlias = valueFor(values, 'hostkeyalias')
  const context: TokenContext = {alias, hostName, port, user, env, ...(hostKeyAlias !== undefined && {hostKeyAlias})}
  const identityAgent = readAgent(values, context)
  const proxyCommand = valueFor(values, 'proxycommand')
  const files = (keyword: string, label: string): string[] =>
    (values.get(keyword) ?? [])
      .filter((name) => name.toLowerCase() !== 'none')
      .map((name) => resolve(expandFileName(name, context, {keyword: label})))
  return {
    alias,
    hostName,
    port,
    user,
    addressFamily: readFamily(values),
    identityFiles: files('identityfile', 'IdentityFile'),
    identitiesOnly: isOn(values, 'identitiesonly'),
    ...(identityAgent !== undefined && {identityAgent}),
    certificateFiles: files('certificatefile', 'CertificateFile'),
    userKnownHostsFiles: fileList(valueFor(values, 'userknownhostsfile')).map((name) =>
      resolve(expandFileName(name, context, {keyword: 'UserKnownHostsFile', perhapsExpanded: true})),
    ),
    globalKnownHostsFiles: fileList(valueFor(values, 'globalknownhostsfile')).map((name) =>
      resolve(expandTilde(name, 'GlobalKnownHostsFile')),
    ),
    hashKnownHosts: isOn(values, 'hashknownhosts'),
    ...(hostKeyAlias !== undefined && {hostKeyAlias}),
    hostKeyNames: hostKeyNames(hostName, port, hostKeyAlias),
    strictHostKeyChecking: readStrictness(values),
    connectTimeoutMs: 1000 * (positive(values, 'connecttimeout') ?? defaultConnectTimeoutS),
    serverAliveIntervalMs: 1000 * (positive(values, 'serveraliveinterval') ?? defaultAliveIntervalS),
    serverAliveCountMax: positive(values, 'serveralivecountmax') ?? 3,
    proxyJump: readJumps(valueFor(values, 'proxyjump'), context),
    ...(proxyCommand !== undefined && {proxyCommand}),
    algorithms: restrictAlgorithms({
      kex: valueFor(values, 'kexalgorithms'),
      cipher: valueFor(values, 'ciphers'),
      hmac: valueFor(values, 'macs'),
      serverHostKey: valueFor(values, 'hostkeyalgorithms'),
    }),
  }
}

function needed(values: SshValues, keyword: string): string {
  const value = values.get(keyword)?.[0]
  if (value === undefined) throw new ConfigError('SSH_CONFIG', `ssh -G printed no ${keyword}`)
  return value
}

function positive(values: SshValues, keyword: string): number | undefined {
  const value = Number(valueFor(values, keyword))
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** `ask` cannot be asked of 32 hosts at once, so it is a yes; `no` would accept changed keys, so it is no more than new. */
function readStrictness(values: SshValues): 'yes' | 'accept-new' {
  const value = valueFor(values, 'stricthostkeychecking')
  return value === 'accept-new' || value === 'no' || value === 'off' || value === 'false' ? 'accept-new' : 'yes'
}

function readFamily(values: SshValues): SshSettings['addressFamily'] {
  const value = valueFor(values, 'addressfamily')
  return value === 'inet' || value === 'inet6' ? value : 'any'
}

/** IdentityAgent: none, SSH_AUTH_SOCK, the older `$NAME`, or a file name. A variable that is not set means no agent. */
function readAgent(values: SshValues, context: TokenContext): string | undefined {
  const [value] = values.get('identityagent') ?? ['SSH_AUTH_SOCK']
  if (value === undefined || value.toLowerCase() === 'none') return undefined
  const variable = value === 'SSH_AUTH_SOCK' ? value : /^\$(\w+)$/.exec(value)?.[1]
  if (variable !== undefined) return context.env[variable] || undefined
  return resolve(expandFileName(value, context, {keyword: 'IdentityAgent', perhapsExpanded: true}))
}

/**
 * ssh parts the files of a list by one blank and quotes nothing, so a name with a blank cannot be told from two. Full
 * names begin with `/` or `~`: only there a new one begins.
 */
function fileList(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(/ (?=[/~])/)
}

/**
 * The name that ssh looks up: HostKeyAlias alone, else the host name with its port unless that is 22. The plain name as
 * second, since ssh takes a key that is known under it for one on another port. Addresses (CheckHostIP) are not used.
 */
function hostKeyNames(hostName: string, port: number, hostKeyAlias: string | undefined): string[] {
  if (hostKeyAlias !== undefined) return [hostKeyAlias]
  return port === 22 ? [hostName] : [`[${hostName}]:${port}`, hostName]
}

function readJumps(value: string | undefined, context: TokenContext): Target[] {
  if (value === undefined) return []
  return value.split(',').map((hop) => readJump(expandJumpHost(hop.trim(), context)))
}

/** `[user@]host[:port]` or `ssh://...`; numeric addresses come in brackets. The user may hold an `@`, the host may not. */
function readJump(hop: string): Target {
  const found = /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[([^\]]+)\]|([^:@]+))(?::(\d+))?\/?$/i.exec(hop)
  if (found === null) throw new ConfigError('SSH_CONFIG', `ProxyJump in the ssh configuration: cannot read '${hop}'`)
  const [, user, bracketed, plain, port] = found
  const target: Target = {
    host: bracketed ?? plain ?? '',
    ...(user !== undefined && {user}),
    ...(port !== undefined && {port: Number(port)}),
  }
  guardTarget(target)
  return target
}
