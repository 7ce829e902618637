import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {NetHop} from '../../src/domain/results/net.js'
import type {NetStatusData} from '../../src/domain/work/net.js'
import {socketPath, typeLine} from '../lab/guest-console.js'
import {type Lab, startLab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'
import {ctys, ctysJson, verdicts} from './run-ctys.js'

let lab: Lab
const classic = join(process.cwd(), 'bin/ctys-setupVDE.cjs')

beforeAll(async () => {
  lab = await startLab({hosts: 16, shells: {backup: 'sh'}})
})
afterAll(() => lab?.down())

function as(user: string, ...numbers: readonly number[]): readonly string[] {
  return numbers.map((number) => `${user}@h${number}`)
}

async function must(number: number, ...argv: readonly string[]): Promise<string> {
  const result = await lab.host(number, argv)
  expect(result, result.stderr).toMatchObject({code: 0})
  return result.stdout
}

/** What a network may leave on a host. */
async function everything(number: number): Promise<string> {
  const commands = 'ip -d link; ip addr; ip route; ip -6 route; find /var/tmp -printf "%p %M %u\\n"; ps -e -o comm='
  const text = await must(number, 'sh', '-c', commands)
  return text
    .replaceAll(/\d+sec|_timer +[\d.]+|tentative /g, '')
    .replaceAll(/^(?:sshd|sh|timeout|ps|sleep|env)(?: <defunct>)?\n/gm, '')
}

/** The same once sessions that end have ended, which takes them a moment; else as it is. */
async function settled(number: number, before: string): Promise<string> {
  for (let left = 40; left > 0; left--) {
    if ((await everything(number)) === before) return before
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return everything(number)
}

describe.sequential('networks of hosts', () => {
  test('each host that cannot says why and what mends it, and the others are up; down leaves nothing', async () => {
    await must(2, 'ip', 'link', 'add', 'name', 'ctysbr0', 'type', 'bridge')
    await must(3, 'rm', '/dev/net/tun')
    await must(4, 'rm', '/usr/bin/vde_switch')
    await lab.fillDisk(5)
    lab.freezeHost(6)
    const others = [8, 9, 10, 11, 12, 13, 14, 15, 16]
    const kept = [1, 2, 7, ...others]
    const before = await Promise.all(kept.map(everything))
    const hosts = [...as('root', 1, 2, 3, 4, 5, 6), ...as('admin', 7), ...as('root', ...others)]
    const up = await ctysJson(lab, ['net', 'up', '-u', 'admin', ...hosts])
    expect(up.exitCode).toBe(4)
    const told = verdicts(up)
    expect(told.slice(0, 5)).toEqual([
      'root@h1 ok',
      'root@h2 failed NET_FOREIGN',
      'root@h3 failed NET_LACKS',
      'root@h4 failed NET_LACKS',
      'root@h5 failed DISK_FULL',
    ])
    expect(told[5]).toMatch(/^root@h6 failed /)
    expect(told.slice(6)).toEqual([
      'admin@h7 failed NO_PRIVILEGE',
      ...as('root', ...others).map((host) => `${host} ok`),
    ])
    for (const outcome of up.outcomes) {
      if ('error' in outcome) expect(outcome.error.hint, outcome.host).toBeTruthy()
    }
    lab.thawHost(6)
    lab.freeDisk(5)
    const able = as('root', 1, 2, 5, ...others)
    const down = await ctysJson(lab, ['net', 'down', '-u', 'admin', ...able])
    expect(verdicts(down)).toEqual(able.map((host) => `${host} ok`))
    expect(await Promise.all(kept.map((number, index) => settled(number, before[index] ?? '')))).toEqual(before)
    expect(await must(5, 'find', '/var/tmp')).toBe('/var/tmp\n')
  })

  test('a machine whose network is missing is not started, and the remedy is one', async () => {
    const made = await ctys(lab, ['new', 'net09', 'admin@h1', '--net', 'vde', '--size', '8M', '--dir', '/vm'])
    expect(made, made.stderr).toMatchObject({code: 0})
    const refused = await ctysJson(lab, ['start', 'net09', 'admin@h1'])
    expect(verdicts(refused)).toEqual(['admin@h1 failed NET_MISSING'])
    expect(JSON.stringify(refused)).toContain('ctys net up admin@h1')
    expect(verdicts(await ctysJson(lab, ['net', 'up', '--extent', 'switch', 'admin@h1']))).toEqual(['admin@h1 ok'])
    expect(verdicts(await ctysJson(lab, ['start', 'net09', 'admin@h1']))).toEqual(['admin@h1 ok'])
    expect(verdicts(await ctysJson(lab, ['net', 'down', 'admin@h1']))).toEqual(['admin@h1 failed NET_IN_USE'])
    await ctys(lab, ['stop', '--force', 'net09', 'admin@h1'])
    expect(verdicts(await ctysJson(lab, ['net', 'down', 'admin@h1']))).toEqual(['admin@h1 ok'])
  })

  test('it is made for a machine that is started so, and goes with the last one', async () => {
    const isLeft = async () => (await ctys(lab, ['net', 'status', 'root@h1'])).stderr
    const none = expect.stringContaining('root@h1: no switch, bridge or TAP')
    await ctys(lab, ['new', 'net[10-11]', 'root@h1', '--net', 'vde', '--size', '8M'])
    const both = await ctysJson(lab, ['start', 'net10', 'net11', 'root@h1', '--net', 'auto'])
    expect(verdicts(both), JSON.stringify(both)).toEqual(['root@h1 ok', 'root@h1 ok'])
    const again = await ctysJson(lab, ['restart', '--force', 'net11', 'root@h1'])
    expect(verdicts(again), JSON.stringify(again)).toEqual(['root@h1 ok', 'root@h1 ok'])
    await ctys(lab, ['stop', '--force', 'net10', 'root@h1'])
    expect((await ctys(lab, ['net', 'status', 'root@h1'])).stdout).toMatch(/^root@h1 +port +\d+ .* net11 /m)
    const last = await ctys(lab, ['stop', '--force', 'net11', 'root@h1'])
    expect(last.stderr).toContain('root@h1: network 0 of root, made for its machines, was taken away with the last')
    expect(await isLeft()).toEqual(none)

    // a start that fails leaves none; here its QEMU refuses its arguments
    const failed = await ctys(lab, ['-t', 'qemu', '-a', 'create=l:net10,net:auto,argsadd:s%-nonsense', 'root@h1'])
    expect(failed).toMatchObject({code: 1, stderr: expect.stringContaining('START_FAILED')})
    expect(await isLeft()).toEqual(none)

    const alone = await ctysJson(lab, ['start', 'net09', 'admin@h1', '--net', 'auto'])
    expect(JSON.stringify(alone)).toContain('has no TAP and no bridge, which need root or --sudo')
    await ctys(lab, ['stop', '--force', 'net09', 'admin@h1'])
  })

  test('guests reach each other through the switch, are seen on their ports, and keep the network', async () => {
    expect(verdicts(await ctysJson(lab, ['net', 'up', '-u', 'admin', 'root@h1']))).toEqual(['root@h1 ok'])
    const guests = [1, 2].map((n) => lab.makeVm(1, {label: `net0${n}`, net: 'vde', guestIp: `10.78.0.${n}/24`}))
    for (const guest of guests) await lab.startVm(1, guest)
    await typeLine(lab, 1, 'net02', 'true')
    // the guest says it on its console as soon as an answer came
    await typeLine(lab, 1, 'net01', 'ping -c 1 -w 60 10.78.0.2 >/dev/null && poweroff -f')
    await waitUntil(
      () => !lab.processes(1).some(({args}) => args.includes('guest=net01') || args.join(' ').includes('net01.img')),
      'the answer to a ping',
      90_000,
    )
    const {outcomes} = await ctysJson(lab, ['net', 'status', 'root@h1'])
    const data = outcomes[0]?.status === 'ok' ? (outcomes[0].data as NetStatusData) : undefined
    const ports = data?.switches[0]?.ports ?? []
    expect(ports.find(({machine}) => machine === 'net02')).toMatchObject({
      user: 'admin',
      macs: guests[1]?.macs.map((mac) => mac.toUpperCase()),
    })
    const {outcomes: others} = await ctysJson(lab, ['net', 'status', 'backup@h1'])
    expect(JSON.stringify(others)).toContain('its management is closed to this account')
    const refused = await ctysJson(lab, ['net', 'down', '-u', 'admin', 'root@h1'])
    expect(verdicts(refused)).toEqual(['root@h1 failed NET_IN_USE'])
    expect(JSON.stringify(refused)).toContain('net02')
    await ctys(lab, ['stop', '--force', 'net02', 'admin@h1'])
    expect(verdicts(await ctysJson(lab, ['net', 'down', '-u', 'admin', 'root@h1']))).toEqual(['root@h1 ok'])
    expect(await socketPath(lab, 1, 'qemumon.net02').catch(() => 'gone')).toBe('gone')
  })

  test('an account uses sudo where it is permitted, for what needs root and nothing else', async () => {
    const before = await everything(1)
    const sudoers = 'admin ALL=(root) NOPASSWD: /usr/sbin/ip, /usr/bin/ip, /sbin/ip, /bin/ip\n'
    writeFileSync(lab.hostPath(1, '/etc/sudoers.d/admin'), sudoers, {mode: 0o440})
    const denied = await ctysJson(lab, ['net', 'up', '--sudo', 'admin@h7'])
    expect(verdicts(denied)).toEqual(['admin@h7 failed NO_PRIVILEGE'])
    expect(await must(7, 'find', '/var/tmp')).toBe('/var/tmp\n')
    const up = await ctysJson(lab, ['net', 'up', '--sudo', 'admin@h1'])
    expect(up.outcomes[0], JSON.stringify(up)).toMatchObject({status: 'ok', data: {state: 'made'}})
    expect(verdicts(await ctysJson(lab, ['net', 'down', '--sudo', 'admin@h1']))).toEqual(['admin@h1 ok'])
    expect(await settled(1, before)).toBe(before)
  })

  test('ctys-setupVDE as it was typed', async () => {
    const run = (...argv: readonly string[]) => lab.ctl([process.execPath, classic, ...argv])
    const create = await run('-u', 'admin', 'create', 'root@h1', "admin@h1'(-Z sudo)'")
    expect(create, create.stderr).toMatchObject({code: 0})
    const ports = await run('ports', '-u', 'admin', 'root@h1')
    expect(ports.stdout).toMatch(/^Port 0001 .*\n(?:.*\n)*? {2}-- endpoint ID \d+ module tuntap {6}: ctys[0-9a-f]{8}\n/)
    expect(await run('check', '-u', 'admin', 'root@h1')).toMatchObject({code: 0})
    const list = await run('list', 'root@h1')
    expect(list.stdout).toBe('/var/tmp/vde_switch0.admin\n/var/tmp/vde_mgmt0.admin\n')
    expect((await run('-u', 'admin', 'root@h1')).stdout).toContain('ctl dir /var/tmp/vde_switch0.admin')
    expect(await run('-u', 'admin', 'cancel', 'root@h1')).toMatchObject({code: 0})
    expect(await run('check', '-u', 'admin', 'root@h1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NET_MISSING'),
    })
    const wrong = await run('creat', '-Z', 'ksu', '-i', '$(reboot)', 'root@h1')
    expect(wrong).toMatchObject({code: 2})
    for (const part of ['(create?)', '-Z KSU', '$(reboot)']) expect(wrong.stderr).toContain(part)
  })
})

describe.sequential('guests of two hosts', () => {
  const hosts = as('root', 1, 7)
  const file = () => {
    const path = join(lab.dir, 'net.yaml')
    writeFileSync(path, `hosts: [${hosts.join(', ')}]\nuser: admin\nsegments:\n  - {name: "0", bridge: br-lan}\n`)
    return path
  }
  const trace = async () => {
    const {exitCode, ...body} = await ctysJson(lab, ['net', 'trace', 'far01', 'far07', ...hosts])
    const {hops} = body as unknown as {readonly hops: readonly NetHop[]}
    return {exitCode, broken: hops.filter(({state}) => state === 'broken'), hops}
  }

  test('reach each other over switch, TAP, bridge and interface, and what breaks the way is named at its hop', async () => {
    const before = [await everything(1), await everything(7)]
    expect(verdicts(await ctysJson(lab, ['net', 'move', ...hosts, '-i', 'eth0', '-b', 'br-lan']))).toEqual(
      hosts.map((host) => `${host} ok`),
    )
    const seen = await ctys(lab, ['net', 'apply', '-f', file(), '--diff'])
    expect(seen.stdout).toMatch(/^root@h1 +0 +\+ +switch at \/var\/tmp\/vde_switch0\.admin$/m)
    const asked = await ctys(lab, ['net', 'apply', '-f', file()])
    expect(asked).toMatchObject({code: 2, stderr: expect.stringContaining('--yes')})
    const made = await ctysJson(lab, ['net', 'apply', '-f', file(), '--yes'])
    expect(verdicts(made), JSON.stringify(made)).toEqual(hosts.map((host) => `${host} ok`))
    const again = await ctys(lab, ['net', 'apply', '-f', file(), '--yes'])
    expect(again).toMatchObject({code: 0, stdout: '', stderr: expect.stringContaining('nothing is to be done')})

    const guests = [1, 7].map((n) => lab.makeVm(n, {label: `far0${n}`, net: 'vde', guestIp: `10.78.9.${n}/24`}))
    await Promise.all(
      [1, 7].map(async (n, index) => {
        const guest = guests[index]
        if (guest !== undefined) await lab.startVm(n, guest)
      }),
    )
    await typeLine(lab, 7, 'far07', 'true')
    await typeLine(lab, 1, 'far01', 'ping -c 2 -w 60 10.78.9.7 >/dev/null')
    await expect
      .poll(async () => (await trace()).hops.find(({at}) => at === 'cable')?.state, {timeout: 60_000})
      .toBe('ok')
    expect(await trace()).toMatchObject({exitCode: 0, broken: []})
    const graph = await ctys(lab, ['net', 'graph', ...hosts])
    expect(graph.stdout).toMatch(/^root@h7\n(?:.*\n)*.*guest far07 \(/m)
    expect((await ctys(lab, ['net', 'graph', '--dot', ...hosts])).stdout).toMatch(/^graph ctys \{\n/)

    const tap = (await must(7, 'sh', '-c', 'ls -d /sys/class/net/ctys????????')).trim().split('/').at(-1) ?? ''
    const mac = guests[0]?.macs[0] ?? ''
    const {outcomes} = await ctysJson(lab, ['net', 'status', hosts[0] ?? ''])
    const data = outcomes[0]?.status === 'ok' ? (outcomes[0].data as NetStatusData) : undefined
    const port = data?.switches[0]?.ports?.find(({machine}) => machine === 'far01')?.port ?? 0
    // the switch reads one command at a time
    const tell = (...commands: readonly string[]) =>
      commands.map((text) => `echo '${text}' | socat -t 1 - UNIX-CONNECT:/var/tmp/vde_mgmt0.admin`).join('; ')
    const ownTap = (await must(1, 'sh', '-c', 'ls -d /sys/class/net/ctys????????')).trim().split('/').at(-1) ?? ''
    const drop = (rule: string) =>
      `nft add table bridge t; nft add chain bridge t c "{ type filter hook forward priority 0; }"; nft add rule bridge t c ${rule}`
    const faults: readonly (readonly [number, string, string, RegExp, RegExp])[] = [
      [1, tell('vlan/create 20', `port/setvlan ${port} 20`), tell(`port/setvlan ${port} 0`), /^switch /, /^wrong VLAN/],
      [1, `ip link set ${ownTap} nomaster`, `ip link set ${ownTap} master br-lan`, /^TAP ctys/, /^it is in no bridge/],
      [7, drop('drop'), 'nft delete table bridge t', /^bridge br-lan/, /^nft drops it/],
      [7, `ip link set ${tap} nomaster`, `ip link set ${tap} master br-lan`, /^TAP ctys/, /^it is in no bridge/],
      [7, `ip link set ${tap} down`, `ip link set ${tap} up`, /^TAP ctys/, /^link down/],
      [
        7,
        // without STP the kernel lets no other state stand
        `until [ "$(cat /sys/class/net/${tap}/brport/state)" = 0 ]; do bridge link set dev ${tap} state 0; sleep 0.3; done`,
        `bridge link set dev ${tap} state 3`,
        /^TAP ctys/,
        /^STP: br-lan has it disabled/,
      ],
      [
        1,
        drop(`ether saddr ${mac} drop`),
        'nft delete table bridge t',
        /^bridge br-lan/,
        /^nft drops it: table bridge t/,
      ],
    ]
    for (const [host, plant, mend, at, why] of faults) {
      await must(host, 'sh', '-c', plant)
      const {exitCode, broken} = await trace()
      expect({exitCode, broken}, plant).toMatchObject({
        exitCode: 1,
        broken: [{host: `root@h${host}`, at: expect.stringMatching(at), why: expect.stringMatching(why)}],
      })
      await must(host, 'sh', '-c', mend)
    }
    expect(await trace()).toMatchObject({exitCode: 0, broken: []})

    // in the guest itself
    const becomes = async (address: string) => {
      for (const words of ['down', `address ${address}`, 'up'])
        await typeLine(lab, 1, 'far01', `ip link set eth0 ${words}`)
      await typeLine(lab, 1, 'far01', 'ping -c 1 -w 5 10.78.9.7 >/dev/null')
    }
    // what it was called before is forgotten sooner
    await must(1, 'sh', '-c', tell('hash/setexpire 2', 'hash/setgcint 1'))
    await becomes('52:54:00:99:99:99')
    const why = async () => (await trace()).broken.map(({host, at, why: text}) => `${host} ${at}: ${text}`)
    await expect.poll(why, {timeout: 60_000}).toEqual([expect.stringMatching(/^root@h1 port \d.*: wrong MAC/)])
    await becomes(mac)
    await expect.poll(async () => (await trace()).broken, {timeout: 60_000}).toEqual([])

    const twin = lab.makeVm(7, {label: 'twin07', net: 'vde', macs: [mac]})
    await lab.startVm(7, twin)
    await expect.poll(why, {timeout: 60_000}).toEqual([expect.stringMatching(/is that of twin07 on root@h7 too$/)])
    await ctys(lab, ['stop', '--force', 'twin07', 'admin@h7'])

    expect(verdicts(await ctysJson(lab, ['net', 'apply', '-f', file(), '--down', '--yes']))).toEqual(
      hosts.map((host) => `${host} failed NET_IN_USE`),
    )
    await must(1, 'pkill', '-x', 'vde_switch')
    expect(await why()).toEqual([expect.stringMatching(/^root@h1 .*missing port/)])
    for (const n of [1, 7]) await ctys(lab, ['stop', '--force', `far0${n}`, `admin@h${n}`])
    expect(verdicts(await ctysJson(lab, ['net', 'apply', '-f', file(), '--down', '--yes']))).toEqual(
      hosts.map((host) => `${host} ok`),
    )
    expect(verdicts(await ctysJson(lab, ['net', 'undo', ...hosts]))).toEqual(hosts.map((host) => `${host} ok`))
    expect([await settled(1, before[0] ?? ''), await settled(7, before[1] ?? '')]).toEqual(before)
  })
})

describe.sequential('a segment that spans hosts', () => {
  const hosts = as('root', 1, 7)
  const apply = (...words: readonly string[]) => {
    const path = join(lab.dir, 'span.yaml')
    const text = `hosts: [${[...hosts, 'root@h4'].join(', ')}]\nuser: admin\nsegments:\n  - {name: "0", bridge: false, span: ssh}\n`
    writeFileSync(path, text)
    return ['net', 'apply', '-f', path, '--yes', ...words]
  }

  test('is one network as long as the call lasts, comes back after a lost link, and leaves nothing', async () => {
    const before = [await everything(1), await everything(7)]
    await must(4, 'rm', '-f', '/usr/bin/vde_switch')
    const call = lab.spawnCtl([process.execPath, join(process.cwd(), 'bin/ctys.cjs'), ...apply()], {})
    let said = ''
    call.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    let report = ''
    call.stdout?.on('data', (chunk: Buffer) => {
      report += chunk.toString()
    })
    const ended = once(call, 'exit')
    const hears = (what: RegExp) => waitUntil(() => what.test(said), `${what}`, 60_000)
    for (const host of hosts) await hears(new RegExp(`^0: ${host}: joined$`, 'm'))
    expect(said).toMatch(/^root@h4: not joined/m)

    const guests = [1, 7].map((n) => lab.makeVm(n, {label: `wide0${n}`, net: 'vde', guestIp: `10.78.8.${n}/24`}))
    await Promise.all(guests.map((guest, index) => lab.startVm([1, 7][index] ?? 0, guest)))
    await typeLine(lab, 7, 'wide07', 'true')
    const [session = ''] = lab
      .processes(7)
      .filter(({args}) => args.join(' ').startsWith('sshd: root@notty'))
      .map(({pid}) => String(pid))
    await must(7, 'kill', session)
    await hears(/^0: root@h7: CONNECTION_LOST: .*trying again/m)
    await hears(/^0: root@h7: joined again$/m)
    expect(await ctysJson(lab, apply())).toMatchObject({
      exitCode: 4,
      outcomes: expect.arrayContaining([
        expect.objectContaining({error: expect.objectContaining({code: 'NET_IN_USE'})}),
      ]),
    })
    expect((await ctys(lab, ['net', 'status', 'root@h1'])).stdout).toMatch(/ 2 ports, joined /)
    await typeLine(lab, 1, 'wide01', 'ping -c 2 -w 60 10.78.8.7 >/dev/null && poweroff -f')
    await waitUntil(
      () => !lab.processes(1).some(({args}) => args.join(' ').includes('wide01')),
      'the answer to a ping',
      90_000,
    )
    await ctys(lab, ['stop', '--force', 'wide07', 'admin@h7'])

    call.kill('SIGTERM')
    expect((await ended)[0], said).toBe(4)
    expect(report).toMatch(/^root@h7 +0 +admin +\d+ +\d+ +0$/m)
    expect(verdicts(await ctysJson(lab, [...apply(), ...hosts, '--down']))).toEqual(hosts.map((host) => `${host} ok`))
    expect([await settled(1, before[0] ?? ''), await settled(7, before[1] ?? '')]).toEqual(before)
  })

  test('is one network from host to host by VXLAN where the file permits what travels in clear', async () => {
    const before = [await everything(1), await everything(7)]
    const path = join(lab.dir, 'tunnel.yaml')
    const write = (permit: string, name = 'far') =>
      writeFileSync(
        path,
        `hosts: [${hosts.join(', ')}]\nsegments:\n  - {name: ${name}, switch: false, span: vxlan, over: eth0${permit}}\n`,
      )
    write('')
    expect(await ctys(lab, ['net', 'apply', '-f', path, '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('insecure: true'),
    })
    write(', insecure: true')
    const made = await ctys(lab, ['net', 'apply', '-f', path, '--yes'])
    expect(made, made.stderr).toMatchObject({code: 0, stderr: expect.stringContaining('frames travel in clear')})
    for (const n of [1, 7]) await must(n, 'ip', 'addr', 'add', `10.78.7.${n}/24`, 'dev', 'ctys-far')
    await must(1, 'busybox', 'ping', '-c', '1', '-w', '20', '10.78.7.7')
    expect((await ctys(lab, ['net', 'status', 'root@h1'])).stdout).toMatch(/ vxlan +ctvx\w+ .* up, MTU 1450 +ctys-far /)
    // what was taken out of the file goes
    write(', insecure: true', 'near')
    const other = await ctys(lab, ['net', 'apply', '-f', path, '--yes'])
    expect(other.stdout).toMatch(/^root@h7 +far +- +bridge ctys-far removed$/m)
    expect(other.stdout).toMatch(/^root@h7 +near +\+ +bridge ctys-near$/m)
    expect(verdicts(await ctysJson(lab, ['net', 'apply', '-f', path, '--down', '--yes']))).toEqual(
      hosts.map((host) => `${host} ok`),
    )
    expect([await settled(1, before[0] ?? ''), await settled(7, before[1] ?? '')]).toEqual(before)
  })
})
