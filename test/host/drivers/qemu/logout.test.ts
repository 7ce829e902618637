/** Where logind ends processes at logout: its answers are those of busctl(1), from a stand-in that prints them. */
import {spawnSync} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {readProbe} from '../../../../src/drivers/host/probe/probe.js'
import {limitedFunction} from '../../../../src/drivers/qemu/remote/limited.js'
import {logoutFunction} from '../../../../src/drivers/qemu/remote/logout.js'
import {startYard} from '../../../fakes/start-yard.js'

const dir = mkdtempSync(join(tmpdir(), 'ctys-logout-'))
afterAll(() => rmSync(dir, {recursive: true}))

const session = '0::/user.slice/user-0.slice/session-7.scope\n'

/** The script as it runs in that control group. */
function inGroup(text: string, cgroup: string): string {
  writeFileSync(join(dir, 'cgroup'), cgroup)
  return text.replaceAll('/proc/self/cgroup', join(dir, 'cgroup'))
}

function busctl(...lines: readonly string[]): string {
  const path = join(dir, 'busctl')
  writeFileSync(path, `#!/bin/sh\n${lines.map((line) => `echo '${line}'\n`).join('')}`)
  chmodSync(path, 0o755)
  return `${dir}:${process.env.PATH}`
}

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])('ends_at_logout of %s %s', (shell, ...args) => {
  const asked = (cgroup: string, ...lines: readonly string[]) => {
    const text = inGroup(`${limitedFunction}\n${logoutFunction}\nends_at_logout`, cgroup)
    const PATH = busctl(...lines)
    return spawnSync(shell, [...args, '-c', text], {env: {...process.env, PATH}, encoding: 'utf8'})
  }
  const ends = (cgroup: string, ...lines: readonly string[]) => {
    const {status, stdout, stderr} = asked(cgroup, ...lines)
    expect([stdout, stderr]).toEqual(['', ''])
    return status === 0
  }
  expect(ends(session, 'b true', 'as 0', 'as 0')).toBe(true)
  expect(ends(session, 'b true', 'as 2 "ann" "root"', 'as 1 "bob"')).toBe(true)
  expect(ends(session, 'b true', 'as 0', 'as 1 "root"')).toBe(false)
  expect(ends(session, 'b true', 'as 1 "ann"', 'as 0')).toBe(false)
  expect(ends(session, 'b false', 'as 0', 'as 0')).toBe(false)
  expect(ends(session, 'b true')).toBe(false)
  expect(ends(session)).toBe(false)
  expect(ends('0::/system.slice/ssh.service\n', 'b true', 'as 0', 'as 0')).toBe(false)
})

test('a probe names it, with what mends it', () => {
  const data = readProbe('logout ann\nsockets ok /var/tmp\n')
  expect(data?.findings.find(({name}) => name === 'logout')).toEqual({
    name: 'logout',
    ok: false,
    value: 'logind ends what ann started when its sessions end (KillUserProcesses=yes)',
    remedy: 'KillExcludeUsers=root ann in /etc/systemd/logind.conf, then systemctl restart systemd-logind',
  })
})

/** The same, with its scripts in a session of logind. */
function inSession(host: HostSession): HostSession {
  return {
    target: host.target,
    exec: (argv, options) => host.exec(argv, options),
    open: (to, limits) => host.open(to, limits),
    put: (path, content, options) => host.put(path, content, options),
    hold: (bytes) => host.hold(bytes),
    close: () => host.close(),
    script: (script, words, options) => host.script({...script, text: inGroup(script.text, session)}, words, options),
  }
}

const yard = startYard()

test('a start says so', async () => {
  const {label} = yard.machine()
  const started = await yard.start(label, {}, {PATH: busctl('b true', 'as 0', 'as 0')}, (context) => ({
    ...context,
    session: inSession(context.session),
  }))
  expect(started.remarks).toEqual([
    expect.stringMatching(/^logind ends what \w+ started .*; as root on its host: KillExcludeUsers=root /),
  ])
})
