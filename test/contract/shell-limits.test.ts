import {spawnSync} from 'node:child_process'
import {expect, test} from 'vitest'
import type {CtysError} from '../../src/domain/errors.js'
import {createLocalTransport} from '../../src/transport/local/local.js'

const {signal} = new AbortController()
// the limit does not bind root (setrlimit(2))
const nobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--clear-groups'] : []
const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

test.each([['dash'], ['busybox', 'sh']])(
  'an account that may start no more processes is told as that: %s',
  async (shell, ...args) => {
    if (!has(shell)) return
    const limited = [...nobody, 'prlimit', '--nproc=1', shell, ...args] as unknown as [string, ...string[]]
    const error = await createLocalTransport({shell: limited})
      .open({host: 'localhost'}, {signal})
      .catch((caught: CtysError) => caught)
    expect(error).toMatchObject({code: 'SHELL_FAILED'})
    expect((error as CtysError).message).toContain('may start no more processes there (ulimit -u)')
  },
)
