/** Whether a guest that was started says that it is ready, by its console log; and why not. */
import type {HostContext} from '../../../domain/ports/ports.js'
import type {CreateData, NotDone} from '../../../domain/work/answers.js'
import type {CreateAsk, ReadyAsk} from '../../../domain/work/asks.js'
import {pastable} from '../../../lib/shell-quote.js'
import {parseValues, splitOptions} from '../process/command-line-options.js'
import type {QemuProcess} from '../process/processes.js'
import {readyScript} from '../remote/ready.js'

/** A login prompt, or cloud-init's last word (its final_message). */
const usual = 'login: *$|[Cc]loud-init .*finished at|Reached target .*(Cloud-init|cloud-init)'

interface Readiness {
  readonly readyMs?: number
  readonly notDone?: readonly NotDone[]
}

/** The answer, with what came of the wait where one was asked for. */
export async function withReady(
  data: CreateData,
  process: QemuProcess,
  {ready}: CreateAsk,
  context: HostContext,
): Promise<CreateData> {
  if (ready === undefined) return data
  const {readyMs, notDone = []} = await waitReady(ready, process, context)
  const all = [...(data.notDone ?? []), ...notDone]
  return {...data, ...(readyMs !== undefined && {readyMs}), ...(all.length > 0 && {notDone: all})}
}

async function waitReady(
  {pattern = usual, timeoutMs}: ReadyAsk,
  {argv, cwd, pid}: QemuProcess,
  {session, signal, note}: HostContext,
): Promise<Readiness> {
  const asked = 'ready'
  const log = logOf(argv, cwd)
  if (log === undefined) {
    return {
      notDone: [
        {
          asked,
          reason: 'QEMU keeps no log of its console: nothing of its command line has logfile=',
          hint: 'start scripts of ctys new keep one, with QEMU 2.6 or newer',
        },
      ],
    }
  }
  note('started, waiting for its console to say that it is ready')
  const began = performance.now()
  const args = [log, String(pid), pattern, String(Math.ceil(timeoutMs / 1000))]
  const {stdout} = await session.script(readyScript, args, {deadlineMs: timeoutMs + 15_000, signal})
  const [state = '', ...lines] = stdout.toString().split('\n')
  const said = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const hint = `its console: ${pastable(log)}`
  const complaint = said('tell')
    .map(reasonOf)
    .find((reason) => reason !== undefined)
  if (state === 'ready') {
    const readyMs = Math.round(performance.now() - began)
    return {readyMs, ...(complaint?.isOfSetup && {notDone: [{asked, reason: complaint.text, hint}]})}
  }
  const bytes = Number(said('bytes')[0] ?? 0)
  const reason =
    complaint?.text ?? unexplained(state, {bytes, last: said('last'), seconds: Math.round(timeoutMs / 1000)})
  return {notDone: [{asked, reason, hint}]}
}

function unexplained(
  state: string,
  {bytes, last, seconds}: {readonly bytes: number; readonly last: readonly string[]; readonly seconds: number},
): string {
  const tail =
    last.length === 0
      ? ''
      : `; its last lines: ${last
          .slice(-3)
          .map((line) => line.trim())
          .join(' | ')}`
  if (state === 'gone') return `its QEMU ended${tail}`
  if (state === 'nolog') return 'the log of its console cannot be read'
  if (bytes === 0) return `it said nothing on its console for ${seconds} s (a Linux kernel needs console=ttyS0)`
  return `still booting after ${seconds} s${tail}`
}

interface Reason {
  readonly text: string
  /** It came up, and was not set up as it was told. */
  readonly isOfSetup: boolean
}

const reasons: readonly (readonly [sign: RegExp, text: string, isOfSetup: boolean])[] = [
  [
    /VFS: (?:Cannot open|Unable to mount) root|Gave up waiting for root|ALERT!.*does not exist/,
    'it found no root disk',
    false,
  ],
  [/Kernel panic - not syncing/, 'its kernel panicked', false],
  [/No bootable device|Boot failed:|No more network devices|grub rescue>/, 'it found nothing to boot', false],
  [/Entering emergency mode/, 'it stopped in its emergency mode', false],
  [/No DHCPOFFERS/, 'it got no address', false],
  [/Failed loading yaml|cloud-init.*(?:WARNING|ERROR|CRITICAL)/, 'cloud-init complains', true],
]

function reasonOf(line: string): Reason | undefined {
  const found = reasons.find(([sign]) => sign.test(line))
  return found === undefined ? undefined : {text: `${found[1]}: ${line.trim()}`, isOfSetup: found[2]}
}

/** Of the first character device that is kept. */
function logOf(argv: readonly string[], cwd: string): string | undefined {
  const [file] = splitOptions(argv).flatMap(({name, value}) => {
    const log = name === 'chardev' ? parseValues(value, 'backend').get('logfile') : undefined
    return log === undefined ? [] : [log]
  })
  return file === undefined || file.startsWith('/') ? file : `${cwd}/${file}`
}
