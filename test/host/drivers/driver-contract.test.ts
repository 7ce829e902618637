/** The drivers keep what every session type has to keep, and so does a second type that is only there in tests. */
import {spawn} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe} from 'vitest'
import type {HostSession} from '../../../src/domain/ports/ports.js'
import {qemu} from '../../../src/drivers/qemu/index.js'
import {processesScript} from '../../../src/drivers/qemu/remote/processes.js'
import {blindSession} from '../../fakes/blind-session.js'
import {driverContract} from '../../fakes/driver-contract.js'
import {startYard} from '../../fakes/start-yard.js'
import {tape} from '../../fakes/tape/index.js'
import {hidingTapes, tapeYard} from '../../fakes/tape/tape-yard.js'

describe('QEMU', () => {
  const yard = startYard()
  driverContract({
    driver: qemu,
    store: () => {
      const {label, config: id, uuid, home} = yard.machine()
      writeFileSync(join(home, `${label}.img`), Buffer.alloc(512))
      return {label, id, uuid}
    },
    runForeign: async (label) => {
      const monitor = join(yard.dir(), `${label}.qmp`)
      const words = ['-M', 'none', '-accel', 'tcg', '-nodefaults', '-display', 'none', '-name', label]
      const [program = '', ...argv] = ['qemu-system-x86_64', ...words, '-qmp', `unix:${monitor},server,nowait`]
      const child = spawn(program, argv, {stdio: 'ignore'})
      while (!existsSync(monitor) && child.exitCode === null) await sleep(20)
      return child.pid ?? 0
    },
    fence: (session) => ({
      ...blindSession(session, {hidden: false, hangs: false, seen: 'all'}),
      script: async (script, args, options) => {
        const result = await session.script(script, args, options)
        if (script !== processesScript) return result
        const part = `\0${args[0]}\0`
        const chunks = result.stdout.toString('latin1').split(part)
        const isOwn = (chunk: string) => isOf(yard.dir(), chunk.split('\0')[1] ?? '')
        const kept = chunks.filter((chunk) => !chunk.startsWith('process\0') || isOwn(chunk))
        return {...result, stdout: Buffer.from(kept.join(part), 'latin1')}
      },
    }),
    blind: (session: HostSession) => blindSession(session, {hidden: true, hangs: false}),
  })
})

describe('a second session type', () => {
  driverContract({driver: tape, blind: hidingTapes, ...tapeYard()})
})

/** It was started by a test with that directory. */
function isOf(dir: string, pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`CTYS_TEST_DIR=${dir}`)
  } catch {
    return false
  }
}
