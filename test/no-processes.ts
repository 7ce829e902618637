/** The tests of `npm run check` start no process: one that does belongs in test/host (or test/contract), and fails here. */
import childProcess from 'node:child_process'
import {syncBuiltinESMExports} from 'node:module'

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const) {
  Object.assign(childProcess, {
    [name]: () => {
      throw new Error(`${name}: a unit test starts no process; this one belongs in test/host`)
    },
  })
}
syncBuiltinESMExports()
