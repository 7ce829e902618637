import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {hostname, userInfo} from 'node:os'
import {ConfigError} from '../../domain/errors.js'

/** The connection that tokens tell of: chapter TOKENS of ssh_config(5). */
export interface TokenContext {
  /** %n: the host as the user named it. */
  readonly alias: string
  /** %h */
  readonly hostName: string
  /** %p */
  readonly port: number
  /** %r */
  readonly user: string
  /** %k; without it the alias. */
  readonly hostKeyAlias?: string
  /** Where `${NAME}` is looked up. */
  readonly env: NodeJS.ProcessEnv
}

export interface ExpandOptions {
  /** The keyword, for messages. */
  readonly keyword: string
  /**
   * The value may have been expanded by ssh already (newer ones print some keywords so): what is no token stays as it is
   * instead of being an error.
   */
  readonly perhapsExpanded?: boolean
}

/**
 * A file name of IdentityFile, CertificateFile, IdentityAgent or UserKnownHostsFile with `~`, tokens and `${NAME}`
 * replaced; what is put in is not expanded again. Throws ConfigError SSH_CONFIG for an unknown token, an unset variable
 * or an unknown user. %C is the hash of %l%h%p%r; OpenSSH 9.6 and later add %j to it, which differs behind a jump host.
 */
export function expandFileName(text: string, context: TokenContext, options: ExpandOptions): string {
  return expand(expandTilde(text, options.keyword), fileTokens(context), {...options, env: context.env})
}

/** A jump host of ProxyJump: %%, %h, %n, %p and %r only, no variables. */
export function expandJumpHost(text: string, context: TokenContext): string {
  const {alias, hostName, port, user} = context
  return expand(text, {'%': '%', h: hostName, n: alias, p: String(port), r: user}, {keyword: 'ProxyJump'})
}

/** `~` and `~user` in front; the home directories are those of the password database, as in ssh, and never $HOME. */
export function expandTilde(text: string, keyword: string): string {
  const found = /^~([^/]*)\/*(.*)$/s.exec(text)
  if (found === null) return text
  const [, user = '', rest = ''] = found
  const home = user === '' ? userInfo().homedir : homeOf(user, keyword)
  return rest === '' ? home : `${home.replace(/\/$/, '')}/${rest}`
}

function homeOf(user: string, keyword: string): string {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === user)
  const home = entry?.[5]
  if (!home) throw fault(keyword, `no user ${user} in /etc/passwd for ~${user}`)
  return home
}

function fileTokens(context: TokenContext): Readonly<Record<string, string>> {
  const {alias, hostName, port, user} = context
  const local = userInfo()
  const host = hostname()
  return {
    '%': '%',
    C: createHash('sha1').update(`${host}${hostName}${port}${user}`).digest('hex'),
    L: host.split('.')[0] ?? host,
    d: local.homedir,
    h: hostName,
    i: String(local.uid),
    k: context.hostKeyAlias ?? alias,
    l: host,
    n: alias,
    p: String(port),
    r: user,
    u: local.username,
  }
}

interface Replacing extends ExpandOptions {
  /** Without it `${NAME}` is no variable of this keyword and stays. */
  readonly env?: NodeJS.ProcessEnv
}

function expand(text: string, tokens: Readonly<Record<string, string>>, options: Replacing): string {
  const {keyword, env, perhapsExpanded = false} = options
  return text.replace(/%(.?)|\$\{([^}]*)(\}?)/gs, (whole, token: string | undefined, name: string, end: string) => {
    if (token !== undefined) {
      const value = Object.hasOwn(tokens, token) ? tokens[token] : undefined
      if (value === undefined && !perhapsExpanded) throw fault(keyword, `unknown token ${whole}`)
      return value ?? whole
    }
    if (env === undefined) return whole
    if (end === '' || !/^[A-Za-z_]\w*$/.test(name)) throw fault(keyword, `bad variable ${whole}`)
    const value = env[name]
    if (value === undefined) throw fault(keyword, `the environment has no ${name} for ${whole}`)
    return value
  })
}

function fault(keyword: string, what: string): ConfigError {
  return new ConfigError('SSH_CONFIG', `${keyword} in the ssh configuration: ${what}`)
}
