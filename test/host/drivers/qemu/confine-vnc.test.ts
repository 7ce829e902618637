/** A wrapper that opens its screen to the network: real QEMUs are moved to loopback at their start, or ended. */
import {execFileSync} from 'node:child_process'
import {connect, type Socket} from 'node:net'
import {describe, expect, test} from 'vitest'
import {ActionError} from '../../../../src/domain/errors.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import type {Monitor} from '../../../../src/drivers/qemu/monitor/adapters.js'
import {isLocal, moveToLoopback, parseInfoVnc, queryVnc} from '../../../../src/drivers/qemu/monitor/vnc.js'
import {freeDisplays, startYard} from '../../../fakes/start-yard.js'

const yard = startYard()

/** Addresses a process listens on, without its Unix sockets. */
function listening(pid: number): string[] {
  const rows = execFileSync('ss', ['-Hltnp'], {encoding: 'utf8'}).split('\n')
  return rows
    .filter((row) => row.includes(`pid=${pid},`))
    .flatMap((row) => row.split(/\s+/)[3] ?? [])
    .sort()
}

const passing = 'extra=""; for o; do case $o in --argsadd=*) extra=$(echo "$o" | cut -d= -f2) ;; esac; done;'
const opens = (...values: string[]) =>
  `${passing} start_qemu ${values.map((value) => `-vnc ${value}`).join(' ')} $extra`

describe('a screen that is open to the network', () => {
  test.each([
    ['every address', (n: number) => `:${n}`],
    ['every address, with options', (n: number) => `0.0.0.0:${n},share=ignore`],
    ['a range of displays', (n: number) => `:${n},to=${n + 9}`],
    ['IPv6', (n: number) => `[::]:${n}`],
  ])('on %s is moved to loopback, at the same port', async (_what, value) => {
    const [n = 0] = await freeDisplays(1)
    const {label} = yard.machine(opens(value(n)))
    const {machine, remarks} = await yard.start(label)
    expect(listening(machine.pid)).toEqual([`127.0.0.1:${5900 + n}`])
    expect(remarks).toEqual([expect.stringContaining(`ctys moved it to 127.0.0.1:${5900 + n}`)])
    expect(yard.ours()).toEqual([machine.pid])
  })

  test('is moved where only ctys own monitor speaks QMP', async () => {
    const [n = 0] = await freeDisplays(1)
    const {label} = yard.machine(`qmp=''; ${opens(`:${n}`)}`)
    const {machine} = await yard.start(label)
    expect(listening(machine.pid)).toEqual([`127.0.0.1:${5900 + n}`])
  })

  test('beside one on a Unix socket is moved alone', async () => {
    const [n = 0] = await freeDisplays(1)
    const {label, home} = yard.machine(opens(`:${n}`, `unix:${'$PWD'}/v.sock`))
    const {machine} = await yard.start(label)
    expect(listening(machine.pid)).toEqual([`127.0.0.1:${5900 + n}`])
    const viewer = connect(`${home}/v.sock`)
    expect(String(await new Promise((resolve) => viewer.once('data', resolve)))).toMatch(/^RFB /)
    viewer.destroy()
  })

  test.each([
    ['a second server', (n: number, m: number) => [`:${n}`, `:${m}`]],
    ['its WebSocket', (n: number, m: number) => [`:${n},websocket=${5900 + m}`]],
    ['its WebSocket alone', (n: number, m: number) => [`127.0.0.1:${n},websocket=0.0.0.0:${5900 + m}`]],
  ])('is ended with the machine where %s stays there', async (_what, values) => {
    const [n = 0, m = 0] = await freeDisplays(2)
    const {label, wrapper} = yard.machine(opens(...values(n, m)))
    await expect(yard.start(label)).rejects.toMatchObject({
      code: 'VNC_EXPOSED',
      hint: expect.stringMatching(new RegExp(`^in ${wrapper}, write -vnc 127.0.0.1:.* --allow-vnc-network$`)),
    })
    expect(yard.ours()).toEqual([])
  })

  test('is ended with the machine where a viewer came before', async () => {
    const [n = 0] = await freeDisplays(1)
    const {label} = yard.machine(opens(`:${n}`))
    const eager = viewerOf(5900 + n)
    try {
      await expect(
        yard.start(label, {}, {}, (context) => ({
          ...context,
          // the viewer is in before ctys comes to the monitor
          session: {
            ...delegate(context.session),
            open: async (...rest) => {
              await eager.connected
              return context.session.open(...rest)
            },
          },
        })),
      ).rejects.toMatchObject({code: 'VNC_EXPOSED'})
    } finally {
      eager.stop()
    }
    expect(yard.ours()).toEqual([])
  })

  test('is ended with the machine where no monitor can be asked', async () => {
    const [n = 0] = await freeDisplays(1)
    const {label} = yard.machine(
      `qmp=''; QEMUMONSOCK=/dev/null; exec qemu-system-x86_64 -name "$label" -uuid "$uuid" -M none -nodefaults -S -vnc :${n}`,
    )
    await expect(yard.start(label)).rejects.toMatchObject({code: 'VNC_EXPOSED'})
    expect(yard.ours()).toEqual([])
  })

  test('stays where the user allows it, and that is said', async () => {
    const [n = 0] = await freeDisplays(1)
    const {label} = yard.machine(opens(`:${n}`))
    const {machine, remarks} = await yard.start(label, {vncNetwork: 'allow'})
    expect(listening(machine.pid)).toEqual([`0.0.0.0:${5900 + n}`, `[::]:${5900 + n}`])
    expect(remarks).toEqual([`VNC listens on the network (-vnc :${n})`])
  })

  test('of a machine that runs already is left as it is', async () => {
    const [n = 0] = await freeDisplays(1)
    const {label} = yard.machine(opens(`:${n}`))
    await yard.start(label, {vncNetwork: 'allow'})
    const {machine} = await yard.start(label, {mode: 'reuse'})
    expect(listening(machine.pid)).toHaveLength(2)
  })
})

describe('what was asked for and is not done', () => {
  test.each([
    [{bootMode: 'PXE'}, ['bootmode PXE']],
    [{instMode: ''}, ['instmode']],
    [
      {instMode: 'CD%default%HDD%default%INIT', argsAdd: '-m 64'},
      ['instmode CD%default%HDD%default%INIT', 'argsadd -m 64'],
    ],
    [{console: 'VNC'} as const, ['console vnc']],
    [{vncDisplay: 7}, ['display :7']],
    [{}, []],
  ])('with %j of a machine that runs is told', async (more, asked) => {
    const {label} = yard.machine()
    await yard.start(label)
    for (const mode of ['reuse', 'connect'] as const) {
      const {notDone = []} = await yard.start(label, {mode, ...more})
      expect(notDone.map((one) => one.asked)).toEqual(asked)
    }
  })

  test('is not a console that is there', async () => {
    const {label} = yard.machine()
    const {machine, notDone} = await yard.start(label, {console: 'VNC'})
    const again = await yard.start(label, {mode: 'reuse', console: 'VNC'})
    expect([notDone, again.notDone, again.machine.vncDisplay]).toEqual([undefined, undefined, machine.vncDisplay])
  })

  test('is a VNC console for which the wrapper opens no display', async () => {
    const {label} = yard.machine("screen='-display none'; start_qemu")
    const {notDone, machine} = await yard.start(label, {console: 'VNC'})
    expect(notDone).toEqual([
      expect.objectContaining({asked: 'console vnc', reason: expect.stringContaining('no VNC display')}),
    ])
    expect(yard.ours()).toEqual([machine.pid])
  })

  test('is told of the display QEMU took, not of the one on its command line', async () => {
    const [n = 0] = await freeDisplays(1)
    const {label} = yard.machine(`screen='-vnc 127.0.0.1:${n},to=${n + 9}'; start_qemu`)
    const {notDone, machine} = await yard.start(label, {console: 'VNC'})
    expect([notDone, machine.vncDisplay]).toEqual([undefined, String(n)])
  })
})

describe('a monitor without query-vnc-servers and display-update', () => {
  const unknown = new ActionError('MONITOR_FAILED', 'QEMU refused', {details: ['CommandNotFound']})
  const lines: string[] = []
  const monitor = (answers: Readonly<Record<string, unknown>>) =>
    ({
      execute: async (command: string) => {
        if (!(command in answers)) throw unknown
        return answers[command]
      },
      human: async (line: string) => {
        lines.push(line)
        return ''
      },
    }) as unknown as Monitor

  test('is asked as QEMU 0.14 to 2.2 answer', async () => {
    const info = {enabled: true, host: '0.0.0.0', service: '5917', family: 'ipv4', clients: [{host: '10.0.0.9'}]}
    const address = {host: '0.0.0.0', service: '5917', isUnix: false}
    expect(await queryVnc(monitor({'query-vnc': info}))).toEqual({addresses: [address], clients: 1})
    expect(await queryVnc(monitor({'query-vnc': {enabled: false}}))).toEqual({addresses: [], clients: 0})
  })

  test('moves its server by hand, with what stands behind the display', async () => {
    await moveToLoopback(monitor({}), ':17,password,tls', '5917')
    expect(lines).toEqual(['change vnc 127.0.0.1:17,password,tls'])
  })
})

test.each([
  ['None\n', [], 0],
  ['Server: disabled\n', [], 0],
  [
    'default:\n  Server: :::5977 (ipv6)\n    Auth: none (Sub: none)\n  Server: 0.0.0.0:5977 (ipv4)\n',
    ['::', '0.0.0.0'],
    0,
  ],
  [
    'default:\n  Server: 127.0.0.1:5977 (ipv4)\n  Client: 127.0.0.1:36508 (ipv4)\n    x509_dname: none\n',
    ['127.0.0.1'],
    1,
  ],
  ['default:\n  Server: :/run/v.sock (unix)\n    Auth: none (Sub: none)\n', ['unix'], 0],
  ['default:\n  Server: 0.0.0.0:5777 (ipv4 (Websocket))\n', ['0.0.0.0'], 0],
  ['Server:\n     address: 0.0.0.0:5901\n        auth: none\nClient: none\n', ['0.0.0.0'], 0],
  [
    'Server:\n     address: 127.0.0.1:5901\n        auth: none\nClient:\n     address: 10.0.0.1:1\n  x509_dname: none\n',
    ['127.0.0.1'],
    1,
  ],
])('info vnc %j', (text, hosts, clients) => {
  const state = parseInfoVnc(text)
  expect(state.addresses.map(({host, isUnix}) => (isUnix ? 'unix' : host))).toEqual(hosts)
  expect(state.clients).toBe(clients)
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example.org', false],
  ['', false],
])('%j is an address of the host itself: %j', (host, local) => {
  expect(isLocal({host, service: '5900', isUnix: false})).toBe(local)
})

function delegate(session: HostSession): HostSession {
  return {
    target: session.target,
    exec: (...rest) => session.exec(...rest),
    script: (...rest) => session.script(...rest),
    open: (...rest) => session.open(...rest),
    put: (...rest) => session.put(...rest),
    hold: (bytes) => session.hold(bytes),
    close: () => session.close(),
  }
}

/** Connects as soon as somebody listens; the promise is settled when QEMU has said its version. */
function viewerOf(port: number) {
  let stopped = false
  let socket: Socket | undefined
  const connected = new Promise<void>((resolve) => {
    const attempt = () => {
      if (stopped) return
      socket = connect(port, '127.0.0.1')
      socket.on('error', () => setTimeout(attempt, 5))
      socket.once('data', () => resolve())
    }
    attempt()
  })
  return {
    connected,
    stop: () => {
      stopped = true
      socket?.destroy()
    },
  }
}
