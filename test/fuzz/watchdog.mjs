// A thread that ends the process when a round of runFuzz does not end: nothing else could.
import {writeSync} from 'node:fs'
import {workerData} from 'node:worker_threads'

const {name, first, round} = workerData
let last = -1
setInterval(() => {
  const now = Atomics.load(round, 0)
  if (now === last) {
    writeSync(2, `${name}, CTYS_FUZZ_SEED=${first + now}: did not end\n`)
    process.kill(process.pid, 'SIGKILL')
  }
  last = now
}, 60_000)
