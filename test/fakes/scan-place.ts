import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, expect} from 'vitest'
import type {HostSession} from '../../src/domain/ports/ports.js'
import {createLocalTransport} from '../../src/transport/local/local.js'
import {sessionUnderShell} from './local-session.js'

/** Where the tests of one file scan this machine; both directories are empty before every test. */
export interface ScanPlace {
  /** The home directory of the host. */
  readonly dir: string
  /** What comes first in its PATH. */
  readonly tools: string
  /**
   * The host with that shell. `changes`, asked before each search: what stands in its script instead of some of its texts;
   * every one of them must be there.
   */
  host(shell: readonly string[], changes?: () => Readonly<Record<string, string>>): HostSession
  /** The same without anything of this environment but the tools. */
  poorHost(shell: string): HostSession
}

/** The clock is ahead, so that what was made a moment ago looks settled. */
export const clockAhead: Readonly<Record<string, string>> = {"date '+C %s'": "/usr/bin/date '+C %s' -d '+1 hour'"}

export function scanPlace(): ScanPlace {
  const place = {dir: '', tools: ''}
  let session: HostSession
  beforeAll(async () => {
    session = await createLocalTransport().open({host: 'localhost'}, {signal: new AbortController().signal})
  })
  afterAll(() => session.close())
  beforeEach(() => {
    place.dir = mkdtempSync(join(tmpdir(), 'ctys-scan-'))
    place.tools = mkdtempSync(join(tmpdir(), 'ctys-tools-'))
  })
  afterEach(() => {
    for (const directory of [place.dir, place.tools]) rmSync(directory, {recursive: true, force: true})
  })

  return Object.assign(place, {
    host(shell: readonly string[], changes: () => Readonly<Record<string, string>> = () => ({})): HostSession {
      const paths = [`PATH=${place.tools}:${process.env.PATH}`, `HOME=${place.dir}`]
      const inner = sessionUnderShell(session, ['env', ...paths, ...shell])
      return {
        ...inner,
        script({name, text}, args, options) {
          let changed = text
          for (const [part, instead] of name === 'enumerate' ? Object.entries(changes()) : []) {
            expect(text).toContain(part)
            changed = changed.replaceAll(part, instead)
          }
          return inner.script({name, text: changed}, args, options)
        },
      }
    },
    poorHost: (shell: string) => sessionUnderShell(session, ['env', '-i', `PATH=${place.tools}`, shell]),
  })
}
