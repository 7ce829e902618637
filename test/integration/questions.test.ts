/** Questions at the terminal: asked once, unseen, and with an end that is told, over every transport. */
import {appendFileSync, copyFileSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {processTable} from '../fakes/sshd.js'
import {type Lab, startLab} from '../lab/lab.js'
import {mustRun} from '../lab/run-command.js'
import {ctys, ctysJson, verdicts} from './run-ctys.js'
import {screenOf} from './screen.js'
import {ctrlC, ctrlD, ctrlZ, ctysOnTerminal} from './terminal.js'

const passphrase = 'open sesame'
const ways = ['ssh', 'openssh'] as const

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 3, sshd: ['Port 22', 'LogLevel VERBOSE', 'TrustedUserCAKeys /etc/ssh/user_ca.pub']})
  const keygen = (...words: string[]): Promise<string> => mustRun(['ssh-keygen', '-q', ...words], {cwd: lab.dir})
  await keygen('-t', 'ed25519', '-N', '', '-f', 'user_ca')
  await keygen('-t', 'ed25519', '-N', passphrase, '-f', 'locked_key')
  // a name of its own: beside the key itself it would be used for every host
  await keygen('-s', 'user_ca', '-I', 'a-user', '-n', 'admin', '-V', '+1h', 'locked_key.pub')
  await mustRun(['mv', 'locked_key-cert.pub', 'signed.pub'], {cwd: lab.dir})
  for (const {number} of lab.hosts) {
    copyFileSync(own('user_ca.pub'), lab.hostPath(number, '/etc/ssh/user_ca.pub'))
    appendFileSync(lab.hostPath(number, '/etc/ssh/authorized_keys'), readFileSync(own('locked_key.pub')))
  }
})

afterAll(() => lab?.down())

const own = (file: string): string => join(lab.dir, file)

/** The lab's settings with the locked key in the place of its own, and lines in front. */
function lockedOnly(lines: readonly string[] = []): string[] {
  const file = own('locked_config')
  const usual = readFileSync(lab.sshConfig, 'utf8').replaceAll(own('client_key'), own('locked_key'))
  writeFileSync(file, `${lines.join('\n')}\n${usual}`)
  return ['--ssh-config', file]
}

const question = /passphrase for .*locked_key: /
const questions = (output: string): number => output.match(/passphrase for/g)?.length ?? 0

/** Connections that somebody is signed in to. */
const signedIn = (host: number): number =>
  lab.processes(host).filter(({args}) => /^sshd: admin/.test(args.join(' '))).length
/** Masters of the ssh client that went to the background. */
const masters = (): readonly string[] =>
  processTable()
    .map(({args}) => args)
    .filter((args) => args.includes(lab.dir) && /^ssh\b/.test(args))

describe.sequential('a key with a passphrase', () => {
  test.each(ways)('without a terminal is AUTH_FAILED at once over %s', async (transport) => {
    const began = Date.now()
    const list = await ctys(lab, ['list', 'h1', 'h2', '--transport', transport, ...lockedOnly()])
    expect(list.code).toBe(1)
    expect(list.stderr).toContain('AUTH_FAILED')
    expect(Date.now() - began).toBeLessThan(8000)
  })

  test.each(ways)('on a terminal is asked for once for three hosts, unseen, over %s', async (transport) => {
    const terminal = ctysOnTerminal(lab, ['list', 'h1', 'h2', 'h3', '--transport', transport, ...lockedOnly()])
    await terminal.waitFor(question)
    terminal.type(`${passphrase}\r`)
    const {code, output, before, after} = await terminal.end
    expect(code, output).toBe(0)
    expect(questions(output)).toBe(1)
    expect(output).not.toContain(passphrase)
    expect(after).toBe(before)
    expect(screenOf(output)).toMatch(/^3 hosts: 3 done$/m)
  })

  test('is asked for once where ssh2 reaches one host and the ssh client another', async () => {
    const mixed = ['Host h3', `  CertificateFile ${own('signed.pub')}`, 'Host h2', '  ProxyJump h1']
    const terminal = ctysOnTerminal(lab, ['list', 'h1', 'h2', 'h3', '--verbose', ...lockedOnly(mixed)])
    await terminal.waitFor(question)
    terminal.type(`${passphrase}\r`)
    const {code, output} = await terminal.end
    expect(code, output).toBe(0)
    expect(questions(output)).toBe(1)
    expect(output).not.toContain(passphrase)
  })

  test('is asked for once by the ssh client for a host, its jump host, and again where it was wrong', async () => {
    const behind = ['Host h2 h3', '  ProxyJump h1']
    const argv = ['list', 'h1', 'h2', 'h3', '--transport', 'openssh', ...lockedOnly(behind)]
    const terminal = ctysOnTerminal(lab, argv)
    await terminal.waitFor(question)
    terminal.type('wrong\r')
    await terminal.waitFor(/passphrase for[\s\S]*passphrase for/)
    terminal.type(`${passphrase}\r`)
    const {code, output, before, after} = await terminal.end
    expect(code, output).toBe(0)
    expect(questions(output)).toBe(2)
    expect(output).not.toContain(passphrase)
    expect(after).toBe(before)
  })

  test.each(ways)('Ctrl-C at the question gives the terminal back as it was over %s', async (transport) => {
    const terminal = ctysOnTerminal(lab, ['list', 'h1', '--transport', transport, ...lockedOnly()])
    await terminal.waitFor(/passphrase for .*locked_key.*: /)
    terminal.type(ctrlC)
    const {code, output, before, after} = await terminal.end
    expect(code, output).toBe(130)
    expect(after).toBe(before)
  })

  test.each(ways)('a wrong one is asked for again, none is AUTH_FAILED over %s', async (transport) => {
    const terminal = ctysOnTerminal(lab, ['list', 'h1', '--transport', transport, ...lockedOnly()])
    await terminal.waitFor(question)
    terminal.type('wrong\r')
    await terminal.waitFor(/passphrase for[\s\S]*passphrase for/)
    terminal.type('\r')
    const {code, output} = await terminal.end
    expect(code, output).toBe(1)
    expect(output).toContain('AUTH_FAILED')
    expect(output).toContain('no passphrase was given')
  })

  test.each(ways)('Ctrl-D at the question is an error with a report over %s', async (transport) => {
    const argv = ['stop', '--all', 'h1', 'h2', '--json', '--transport', transport, ...lockedOnly()]
    const terminal = ctysOnTerminal(lab, argv)
    await terminal.waitFor(question)
    terminal.type(ctrlD)
    const {code, output, before, after} = await terminal.end
    expect(code, output).toBe(1)
    expect(questions(output)).toBe(1)
    const json = JSON.parse(output.slice(output.indexOf('{')))
    expect(verdicts(json)).toEqual(['h1 failed AUTH_FAILED', 'h2 failed AUTH_FAILED'])
    expect(after).toBe(before)
  })

  test.each(ways)('Ctrl-Z at the question and fg is an error with a report over %s', async (transport) => {
    const argv = ['list', 'h1', 'h2', '--transport', transport, ...lockedOnly()]
    const terminal = ctysOnTerminal(lab, argv, {jobControl: true})
    await terminal.waitFor(question)
    terminal.type(ctrlZ)
    const {code, output, before, after} = await terminal.end
    expect(code, output).toBe(1)
    expect(output).toContain(`STOPPED ${before}`)
    expect(questions(output)).toBe(1)
    expect(screenOf(output)).toMatch(/^h1, h2: AUTH_FAILED|^h1: AUTH_FAILED/m)
    expect(after).toBe(before)
  })
})

describe.sequential('connections of the ssh client', () => {
  test('two names of one account share one, and it ends with the run', async () => {
    const terminal = ctysOnTerminal(lab, ['list', 'h3', 'admin@h3', '--transport', 'openssh', ...lockedOnly()])
    await terminal.waitFor(question)
    terminal.type(`${passphrase}\r`)
    const {code, output} = await terminal.end
    expect(code, output).toBe(0)
    await expect.poll(() => signedIn(3), {timeout: 5000}).toBe(0)
    expect(masters()).toEqual([])
  })

  test('they end with the run when it is left by a second signal', async () => {
    // a start that comes to no end by itself
    const {label, wrapper} = lab.makeVm(2, {label: 'slow'})
    writeFileSync(lab.hostPath(2, wrapper), '#!/bin/sh\nexec sleep 600\n')
    const words = ['start', `l:${label},b:/vm`, 'h2', '--timeout', '300', '--transport', 'openssh']
    const child = lab.spawnCtl([process.execPath, join(process.cwd(), 'bin/ctys.cjs'), ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: lab.ctlEnv({XDG_RUNTIME_DIR: lab.dir}),
    })
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
    })
    const isStarting = () => lab.processes(2).some(({args}) => args.join(' ') === 'sleep 600')
    await expect.poll(isStarting, {timeout: 60_000}).toBe(true)
    expect(masters()).not.toEqual([])
    lab.freezeHost(2)
    try {
      child.kill('SIGTERM')
      await expect.poll(() => stderr, {timeout: 5000}).toContain('again leaves now')
      child.kill('SIGTERM')
      await expect.poll(masters, {timeout: 5000}).toEqual([])
    } finally {
      lab.thawHost(2)
    }
    await expect.poll(() => signedIn(2), {timeout: 10_000}).toBe(0)
  })
})

describe.sequential.each(ways)('options for sessions of another kind do no harm over %s', (transport) => {
  test.each([
    ['ForkAfterAuthentication yes'],
    ['StdinNull yes'],
    ['SessionType none'],
    ['SessionType subsystem'],
    ['RemoteCommand /bin/false'],
    ['RequestTTY force'],
    ['LocalForward 127.0.0.1:1 127.0.0.1:1\n  ExitOnForwardFailure yes'],
    ['RemoteForward 1 127.0.0.1:1\n  DynamicForward 127.0.0.1:1\n  ExitOnForwardFailure yes'],
    ['PermitLocalCommand yes\n  LocalCommand touch %d/local-command; exit 3'],
    ['Tunnel yes'],
    ['ControlMaster yes\n  ControlPath /nonexistent/%C\n  ControlPersist yes'],
    ['VisualHostKey yes\n  LogLevel DEBUG3\n  LogVerbose kex.c:*:*'],
    ['StreamLocalBindMask 0777'],
    ['BatchMode yes'],
  ])('%s', async (lines) => {
    const file = own('own_config')
    writeFileSync(file, `Host h1\n  ${lines}\n${readFileSync(lab.sshConfig, 'utf8')}`)
    const list = await ctysJson(lab, ['list', 'h1', '--transport', transport, '--ssh-config', file])
    expect(verdicts(list)).toEqual(['h1 ok'])
  })
})
