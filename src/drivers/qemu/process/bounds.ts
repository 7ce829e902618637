/** What the look at the processes of a host may say, counted before anything is made of it. */
import {PreconditionError} from '../../../domain/errors.js'
import {Pace} from '../../../lib/pace.js'

const maxProcesses = 4_096
const maxChunks = 8 * maxProcesses
/** One process has 64 KiB of words and a few paths beside, one configuration 64 KiB. */
const maxChunkBytes = 80 * 1024
const maxFields = 2_000_000

/** Throws OUTPUT_TOO_LARGE for an answer that is larger than what the script says of any host. `ps` has one chunk for all. */
export async function expectBounded(output: Buffer, mark: string): Promise<void> {
  const part = Buffer.from(`\0${mark}\0`)
  const process = Buffer.from('process\0')
  const pace = new Pace()
  let processes = 0
  let fields = 0
  let chunks = 0
  for (let start = 0; start < output.length; chunks++) {
    const found = output.indexOf(part, start)
    const end = found < 0 ? output.length : found
    const chunk = output.subarray(start, end)
    if (chunk.subarray(0, process.length).equals(process)) processes++
    if (chunk.length > maxChunkBytes && !chunk.subarray(0, 3).equals(Buffer.from('ps\0'))) {
      throw tooMuch(`more than ${maxChunkBytes / 1024} KiB of one process`)
    }
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) fields++
    if (fields > maxFields) throw tooMuch(`more than ${maxFields} words`)
    if (processes > maxProcesses) throw tooMuch(`more than ${maxProcesses} processes of QEMU`)
    if (chunks > maxChunks) throw tooMuch(`more than ${maxChunks} processes and configurations`)
    if (pace.isDue(chunk.length)) await pace.turn()
    start = end + part.length
  }
}

function tooMuch(what: string): PreconditionError {
  return new PreconditionError('OUTPUT_TOO_LARGE', `the look at the processes told ${what}`, {
    hint: 'no sound host says so much: leave it out, and look at its shell and its processes',
  })
}
