import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Target} from '../../../src/domain/target.js'
import {resolveSshSettings} from '../../../src/transport/ssh-config/settings.js'
import type {SshSettings} from '../../../src/transport/ssh-config/types.js'

/** The expected answers are written by hand from ssh_config(5); `ssh -G` is then asked the same, as a second opinion. */

const me = userInfo()
const home = me.homedir
const env = {PATH: process.env.PATH, SSH_AUTH_SOCK: '/run/agent', OTHER: '/run/other', KEYS: '/keys'}
let dir = ''

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-settings-'))
  mkdirSync(join(dir, 'conf.d'))
  writeFileSync(join(dir, 'conf.d/10-a'), 'Host inc\n  HostName included\n')
  writeFileSync(join(dir, 'conf.d/20-b'), 'Host inc\n  HostName too-late\n  Port 2020\n')
  writeFileSync(join(dir, 'nested'), `Include ${dir}/conf.d/*\n`)
})
afterAll(() => rmSync(dir, {recursive: true, force: true}))

/** Undefined means absent. */
type Expected = {readonly [K in keyof SshSettings]?: SshSettings[K] | undefined}
type Case = readonly [name: string, target: string | Target, config: string, expected: Expected]

/** DIR in a configuration is the temporary directory. */
const cases: Case[] = [
  // names
  ['takes the alias as host name without HostName', 'web', '', {hostName: 'web', port: 22, user: me.username}],
  ['lowers the case of the host name', 'WEB', '', {hostName: 'web', alias: 'WEB', hostKeyNames: ['web']}],
  ['reads HostName', 'web', 'Host web\nHostName 192.0.2.7', {hostName: '192.0.2.7', hostKeyNames: ['192.0.2.7']}],
  ['expands %h in HostName', 'web', 'HostName %h.example.net', {hostName: 'web.example.net'}],
  ['keeps %% in HostName a percent', 'web', 'HostName fe80::1%%eth0', {hostName: 'fe80::1%eth0'}],
  ['does not canonicalize when told so', 'web', 'CanonicalizeHostname no\nCanonicalDomains x.y', {hostName: 'web'}],
  ['reads Port', 'web', 'Port 2222', {port: 2222, hostKeyNames: ['[web]:2222', 'web']}],
  ['reads User', 'web', 'User admin', {user: 'admin'}],
  ['lets the user of the target win', {host: 'web', user: 'eve'}, 'User admin', {user: 'eve'}],
  ['lets the port of the target win', {host: 'web', port: 2200}, 'Port 2222', {port: 2200}],
  ['takes an IPv6 address as host', {host: '::1', port: 2200}, '', {hostKeyNames: ['[::1]:2200', '::1']}],
  // identities
  [
    'lists the default identity files under the home of the password database',
    'web',
    '',
    {identityFiles: ['rsa', 'ecdsa', 'ecdsa_sk', 'ed25519', 'ed25519_sk', 'xmss', 'dsa'].map(at('.ssh/id_'))},
  ],
  ['reads several IdentityFile in order', 'web', 'IdentityFile /b\nIdentityFile /a', {identityFiles: ['/b', '/a']}],
  ['expands ~ in IdentityFile', 'web', 'IdentityFile ~/k', {identityFiles: [`${home}/k`]}],
  ['expands ~root in IdentityFile', 'web', 'IdentityFile ~root/k', {identityFiles: ['/root/k']}],
  ['expands %d %h %r', {host: 'web', user: 'u'}, 'IdentityFile %d/%h_%r', {identityFiles: [`${home}/web_u`]}],
  [
    'expands the other tokens',
    {host: 'Web', port: 7},
    'HostName h.x\nHostKeyAlias ka\nIdentityFile /%n/%k/%p/%u/%i/%l/%L/%%',
    {identityFiles: [`/Web/ka/7/${me.username}/${me.uid}/${hostname()}/${hostname().split('.')[0]}/%`]},
  ],
  ['expands a variable of the environment', 'web', `IdentityFile \${KEYS}/id`, {identityFiles: ['/keys/id']}],
  ['reads a quoted IdentityFile with blanks', 'web', 'IdentityFile "/my keys/id"', {identityFiles: ['/my keys/id']}],
  ['takes IdentityFile none as no file', 'web', 'IdentityFile none', {identityFiles: []}],
  ['reads IdentitiesOnly', 'web', 'IdentitiesOnly yes', {identitiesOnly: true}],
  ['has IdentitiesOnly off by default', 'web', '', {identitiesOnly: false}],
  ['reads CertificateFile', 'web', 'CertificateFile ~/c-%r\nUser u', {certificateFiles: [`${home}/c-u`]}],
  // agent
  ['uses SSH_AUTH_SOCK by default', 'web', '', {identityAgent: '/run/agent'}],
  ['reads IdentityAgent none', 'web', 'IdentityAgent none', {identityAgent: undefined}],
  ['reads the word SSH_AUTH_SOCK', 'web', 'IdentityAgent SSH_AUTH_SOCK', {identityAgent: '/run/agent'}],
  ['reads IdentityAgent as path', 'web', 'IdentityAgent ~/a-%n.sock', {identityAgent: `${home}/a-web.sock`}],
  ['reads IdentityAgent as $NAME', 'web', 'IdentityAgent $OTHER', {identityAgent: '/run/other'}],
  ['has no agent when $NAME is not set', 'web', 'IdentityAgent $MISSING', {identityAgent: undefined}],
  [`reads IdentityAgent as \${NAME}`, 'web', `IdentityAgent \${OTHER}/s`, {identityAgent: '/run/other/s'}],
  // known hosts
  ['has two user files by default', 'web', '', {userKnownHostsFiles: ['', '2'].map(at('.ssh/known_hosts'))}],
  [
    'reads several UserKnownHostsFile with tokens',
    'web',
    'UserKnownHostsFile ~/a /b/%h /c/%%',
    {userKnownHostsFiles: [`${home}/a`, '/b/web', '/c/%']},
  ],
  [
    'keeps a blank in a quoted UserKnownHostsFile',
    'web',
    'UserKnownHostsFile "/a b/k" /c',
    {userKnownHostsFiles: ['/a b/k', '/c']},
  ],
  ['reads UserKnownHostsFile none', 'web', 'UserKnownHostsFile none', {userKnownHostsFiles: []}],
  ['reads GlobalKnownHostsFile', 'web', 'GlobalKnownHostsFile /g /h', {globalKnownHostsFiles: ['/g', '/h']}],
  ['expands ~ in GlobalKnownHostsFile', 'web', 'GlobalKnownHostsFile ~/g', {globalKnownHostsFiles: [`${home}/g`]}],
  ['reads GlobalKnownHostsFile none', 'web', 'GlobalKnownHostsFile none', {globalKnownHostsFiles: []}],
  [
    'uses HostKeyAlias alone, in lower case',
    'web',
    'HostKeyAlias Ka\nPort 2222',
    {hostKeyAlias: 'ka', hostKeyNames: ['ka']},
  ],
  ['reads HashKnownHosts', 'web', 'HashKnownHosts yes', {hashKnownHosts: true}],
  ['reads StrictHostKeyChecking yes', 'web', 'StrictHostKeyChecking yes', {strictHostKeyChecking: 'yes'}],
  ['never asks: ask is yes', 'web', 'StrictHostKeyChecking ask', {strictHostKeyChecking: 'yes'}],
  ['is strict by default', 'web', '', {strictHostKeyChecking: 'yes'}],
  ['reads accept-new', 'web', 'StrictHostKeyChecking accept-new', {strictHostKeyChecking: 'accept-new'}],
  ['takes no as no more than accept-new', 'web', 'StrictHostKeyChecking no', {strictHostKeyChecking: 'accept-new'}],
  ['takes off as no more than accept-new', 'web', 'StrictHostKeyChecking off', {strictHostKeyChecking: 'accept-new'}],
  // times
  [
    'has limits where ssh has none',
    'web',
    '',
    {connectTimeoutMs: 10_000, serverAliveIntervalMs: 15_000, serverAliveCountMax: 3},
  ],
  ['reads ConnectTimeout', 'web', 'ConnectTimeout 3', {connectTimeoutMs: 3000}],
  ['reads ConnectTimeout with a unit', 'web', 'ConnectTimeout 1m', {connectTimeoutMs: 60_000}],
  [
    'reads ServerAliveInterval and CountMax',
    'web',
    'ServerAliveInterval 7\nServerAliveCountMax 2',
    {serverAliveIntervalMs: 7000, serverAliveCountMax: 2},
  ],
  ['keeps alive though the configuration says 0', 'web', 'ServerAliveInterval 0', {serverAliveIntervalMs: 15_000}],
  ['reads AddressFamily', 'web', 'AddressFamily inet6', {addressFamily: 'inet6'}],
  // jumps
  ['has no jump by default', 'web', '', {proxyJump: []}],
  ['reads one ProxyJump', 'web', 'ProxyJump gate', {proxyJump: [{host: 'gate'}]}],
  [
    'reads a chain with user and port',
    'web',
    'ProxyJump a@gate:2022,inner',
    {proxyJump: [{host: 'gate', user: 'a', port: 2022}, {host: 'inner'}]},
  ],
  [
    'reads addresses of both families',
    'web',
    'ProxyJump 10.0.0.1,[fe80::1]:23,u@[::1]:22',
    {proxyJump: [{host: '10.0.0.1'}, {host: 'fe80::1', port: 23}, {host: '::1', user: 'u', port: 22}]},
  ],
  [
    'reads a user with an @ in a jump',
    'web',
    'ProxyJump me@corp@gate,last',
    {proxyJump: [{host: 'gate', user: 'me@corp'}, {host: 'last'}]},
  ],
  [
    'reads URIs in a chain',
    'web',
    'ProxyJump ssh://u@gate:24,ssh://b',
    {proxyJump: [{host: 'gate', user: 'u', port: 24}, {host: 'b'}]},
  ],
  [
    'expands tokens in a jump',
    {host: 'web', user: 'u'},
    'ProxyJump %r@gate-%n',
    {proxyJump: [{host: 'gate-web', user: 'u'}]},
  ],
  ['reads ProxyJump none before a later one', 'web', 'ProxyJump none\nProxyJump gate', {proxyJump: []}],
  [
    'reads ProxyCommand as it stands',
    'web',
    'ProxyCommand nc -X 5 %h %p',
    {proxyCommand: 'nc -X 5 %h %p', needsOpenssh: 'ProxyCommand is set'},
  ],
  ['lets ProxyCommand none win', 'web', 'ProxyCommand none\nProxyCommand nc %h', {proxyCommand: undefined}],
  [
    'lets the first of ProxyJump and ProxyCommand win',
    'web',
    'ProxyJump g\nProxyCommand nc %h',
    {proxyJump: [{host: 'g'}], proxyCommand: undefined},
  ],
  // structure
  ['includes files by pattern, first value wins', 'inc', 'Include DIR/conf.d/*', {hostName: 'included', port: 2020}],
  ['includes files that include', 'inc', 'Include DIR/nested', {hostName: 'included', port: 2020}],
  [
    'includes inside Host only for that host',
    'inc',
    'Host other\nInclude DIR/nested\nHost *\nPort 5',
    {hostName: 'inc', port: 5},
  ],
  ['goes on when an included file is missing', 'web', 'Include DIR/absent\nPort 9', {port: 9}],
  ['matches * in Host', 'web01', 'Host db*\nPort 1\nHost web*\nPort 2', {port: 2}],
  ['matches ? in Host', 'web1', 'Host web??\nPort 1\nHost web?\nPort 2', {port: 2}],
  ['matches one of several patterns', 'db', 'Host web db\nPort 3', {port: 3}],
  ['leaves negated hosts out', 'web1', 'Host web* !web1\nPort 1\nHost *\nPort 2', {port: 2}],
  ['lets the first value win', 'web', 'Port 1\nPort 2\nHost web\nPort 3', {port: 1}],
  ['matches on host after HostName', 'web', 'HostName real\nMatch host real\nPort 4', {port: 4}],
  ['matches on originalhost', 'web', 'HostName real\nMatch originalhost web\nPort 4', {port: 4}],
  ['matches on user', {host: 'web', user: 'root2'}, 'Match user root2\nPort 4', {port: 4}],
  ['matches on localuser', 'web', `Match localuser ${me.username}\nPort 4`, {port: 4}],
  ['matches all', 'web', 'Host x\nPort 1\nMatch all\nPort 4', {port: 4}],
  ['matches on exec', 'web', 'Match exec "test %n = web"\nPort 4', {port: 4}],
  ['does not match on a failing exec', 'web', 'Match exec "false"\nPort 4', {port: 22}],
  ['matches final', 'web', 'Match final host web\nPort 4', {port: 4}],
  ['reads = between keyword and value', 'web', 'Port=17\nUser = joe', {port: 17, user: 'joe'}],
  ['ignores the case of keywords', 'web', 'hOsT web\nPORT 18', {port: 18}],
  ['skips comments and empty lines', 'web', '# Port 1\n\n  # Port 2\nPort 3', {port: 3}],
  ['reads quoted values', 'web', 'User "joe"\nHost "web"\nPort 6', {user: 'joe', port: 6}],
]

function at(prefix: string): (name: string) => string {
  return (name) => `${home}/${prefix}${name}`
}

/** What plain `ssh -G` says, for the values that it prints complete. */
function reference(argv: readonly string[]): Map<string, string> {
  const output = execFileSync('ssh', ['-G', '-T', ...argv], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return new Map(output.split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]))
}

test.each(cases)('%s', async (name, named, text, expected) => {
  const target = typeof named === 'string' ? {host: named} : named
  const configFile = join(dir, `config-${name.replace(/\W/g, '-')}`)
  writeFileSync(configFile, `${text.replaceAll('DIR', dir)}\n`)
  const settings = await resolveSshSettings(target, {configFile, env, signal: AbortSignal.timeout(15_000)})
  const found = Object.fromEntries(Object.keys(expected).map((key) => [key, settings[key as keyof SshSettings]]))
  expect(found).toEqual(expected)

  const login = target.user === undefined ? [] : ['-l', target.user]
  const port = target.port === undefined ? [] : ['-p', String(target.port)]
  const raw = reference(['-F', configFile, ...login, ...port, '--', target.host])
  expect(settings.hostName).toBe(raw.get('hostname'))
  expect(String(settings.port)).toBe(raw.get('port'))
  expect(settings.user).toBe(raw.get('user'))
  expect(settings.proxyJump.length > 0).toBe(raw.has('proxyjump'))
  expect(settings.proxyCommand).toBe(raw.get('proxycommand'))
  expect(settings.userKnownHostsFiles.join(' ') || 'none').toBe(raw.get('userknownhostsfile'))
  expect(settings.hostKeyAlias).toBe(raw.get('hostkeyalias'))
  expect(settings.identitiesOnly).toBe(raw.get('identitiesonly') === 'yes')
  expect(settings.connectTimeoutMs).toBe(Number(raw.get('connecttimeout')?.replace('none', '10')) * 1000)
  expect(settings.serverAliveIntervalMs).toBe((Number(raw.get('serveraliveinterval')) || 15) * 1000)
})

test('expands every token of a file name as ssh itself does', async () => {
  const tokens = ['%%', '%C', '%d', '%h', '%i', '%k', '%L', '%l', '%n', '%p', '%r', '%u', `\${KEYS}`]
  const configFile = join(dir, 'tokens')
  const lines = tokens.map((token) => `IdentityFile /x/${token}`)
  const target = {host: 'Web', user: 'u', port: 77}
  for (const more of ['', 'HostKeyAlias ka\n']) {
    // ssh prints UserKnownHostsFile expanded and IdentityFile as it stands.
    writeFileSync(
      configFile,
      `${more}HostName h.x\nUserKnownHostsFile ${tokens.map((t) => `/x/${t}`).join(' ')}\n${lines.join('\n')}\n`,
    )
    const settings = await resolveSshSettings(target, {configFile, env, signal: AbortSignal.timeout(15_000)})
    const raw = reference(['-F', configFile, '-l', 'u', '-p', '77', '--', 'Web'])
    expect(settings.identityFiles).toEqual(
      raw
        .get('userknownhostsfile')
        ?.split(' ')
        .map((name) => name.replace('//', '/')),
    )
  }
})
