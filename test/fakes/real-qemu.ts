/** Real QEMUs of this machine for driver tests: small, without guest, in a directory of their own, ended by pid. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {HostSession} from '../../src/domain/ports/ports.js'
import {processesScript} from '../../src/drivers/qemu/remote/processes.js'

export interface QemuSpec {
  readonly label: string
  readonly uuid?: string
  /** Default `none`: no CPU at all, so deaf to its power button. `pc` has a serial console. */
  readonly machine?: 'none' | 'pc'
  readonly qmp?: boolean
  readonly mux?: boolean
  readonly hmp?: boolean
  /** Writes `<label>.ctys` beside the image; default true. */
  readonly managed?: boolean
  /** An image that can hold snapshots; default false. */
  readonly qcow2?: boolean
  /** IP0 of the configuration. */
  readonly ip?: string
  readonly args?: readonly string[]
  /** Without name, UUID and disk; default false. */
  readonly bare?: boolean
  /** Becomes QEMU by exec with the words behind it, in place of a plain call. */
  readonly through?: readonly [string, ...string[]]
}

export interface RealQemu {
  readonly child: ChildProcess
  readonly pid: number
  readonly label: string
  /** 32 hexadecimal digits. */
  readonly uuid: string
  readonly dir: string
  readonly config: string
  readonly sockets: {readonly qmp: string; readonly mux: string; readonly hmp: string}
  isAlive(): boolean
  /** Resolves when its end has been noticed here, a little after the process is gone. */
  readonly ended: Promise<unknown>
}

export interface QemuFarm {
  readonly root: string
  start(spec: QemuSpec): Promise<RealQemu>
  /** The session as if nobody else's QEMU ran on this machine. */
  fence(session: HostSession): HostSession
  stop(): Promise<void>
}

export function qemuFarm(): QemuFarm {
  const root = mkdtempSync(join(tmpdir(), 'ctys-qemu-'))
  const started: RealQemu[] = []
  return {
    root,
    start: async (spec) => {
      const qemu = launch(root, spec)
      started.push(qemu)
      const wanted = [
        spec.qmp !== false && qemu.sockets.qmp,
        spec.mux && qemu.sockets.mux,
        spec.hmp && qemu.sockets.hmp,
      ]
      const end = Date.now() + 10_000
      while (!wanted.every((path) => path === false || path === undefined || existsSync(path)) && Date.now() < end) {
        if (!qemu.isAlive()) throw new Error(`QEMU ended: ${qemu.label}`)
        await sleep(20)
      }
      return qemu
    },
    fence: (session) => ({
      target: session.target,
      exec: (argv, options) => session.exec(argv, options),
      open: (to, limits) => session.open(to, limits),
      put: (path, content, options) => session.put(path, content, options),
      hold: (bytes) => session.hold(bytes),
      close: () => session.close(),
      script: async (script, args, options) => {
        const result = await session.script(script, args, options)
        if (script !== processesScript) return result
        const part = `\0${args[0]}\0`
        const ours = new Set(started.map(({pid}) => String(pid)))
        const chunks = result.stdout.toString('latin1').split(part)
        const kept = chunks.filter((chunk) => !chunk.startsWith('process\0') || ours.has(chunk.split('\0')[1] ?? ''))
        return {...result, stdout: Buffer.from(kept.join(part), 'latin1')}
      },
    }),
    stop: async () => {
      for (const {child, isAlive, ended} of started) {
        if (!isAlive()) continue
        child.kill('SIGKILL')
        await ended
      }
      rmSync(root, {recursive: true, force: true})
    },
  }
}

function launch(root: string, {label, uuid = randomUUID(), machine = 'none', ...spec}: QemuSpec): RealQemu {
  const dir = join(root, label)
  const path = (ending: string) => join(dir, `${label}.${ending}`)
  mkdirSync(dir)
  const format = spec.qcow2 ? 'qcow2' : 'raw'
  if (spec.qcow2) execFileSync('qemu-img', ['create', '-q', '-f', format, path('img'), '1M'])
  else writeFileSync(path('img'), Buffer.alloc(512))
  if (spec.managed !== false) {
    const keys = [
      `LABEL = "${label}"`,
      `UUID = "${uuid}"`,
      'MAC0 = "00:50:56:13:11:33"',
      `IP0 = "${spec.ip ?? '172.20.1.33'}"`,
    ]
    writeFileSync(path('ctys'), ['#!/bin/sh', '#@#MAGICID-QEMU', ...keys.map((key) => `#@#${key}`), ''].join('\n'))
  }
  const sockets = {qmp: path('qmp'), mux: path('mux'), hmp: path('hmp')}
  const argv = [
    ...['-M', machine, '-accel', 'tcg', '-m', '16', '-nodefaults', '-display', 'none'],
    ...(spec.bare ? [] : ['-name', label, '-uuid', uuid]),
    ...(spec.qmp === false ? [] : ['-qmp', `unix:${sockets.qmp},server,nowait`]),
    ...(spec.mux ? ['-serial', `mon:unix:${sockets.mux},server,nowait`] : []),
    ...(spec.hmp ? ['-monitor', `unix:${sockets.hmp},server,nowait`] : []),
    ...(spec.args ?? []),
    ...(spec.bare ? [] : ['-drive', `file=${path('img')},format=${format},if=none`]),
  ]
  const [file, ...words] = [...(spec.through ?? []), 'qemu-system-x86_64', ...argv]
  const child = spawn(file ?? '', words, {cwd: dir, stdio: 'ignore'})
  return {
    child,
    pid: child.pid ?? 0,
    label,
    uuid: uuid.replaceAll('-', ''),
    dir,
    config: path('ctys'),
    sockets,
    ended: new Promise((resolve) => child.once('exit', resolve)),
    isAlive: () => child.exitCode === null && child.signalCode === null,
  }
}
