/**
 * ENUMERATE: which machines are stored on a host. One round trip; the script finds, the parser judges. What could not
 * be looked at is named, so that "nothing found" never stands for "not looked": a base that was not searched at all is
 * in `unsearched`, and so is a single directory inside a searched base that could not be read.
 */
import {CtysError, PreconditionError} from '../../domain/errors.js'
import type {EnumerateData, EnumeratedMachine, Reject} from '../../domain/outcome.js'
import type {Handler, HostSession} from '../../domain/ports.js'
import {formatTarget} from '../../domain/target.js'
import {type FoundBase, type FoundFile, readAnswer} from './enumerate-answer.js'
import {cleanBase} from './paths.js'
import {enumerateScript} from './remote/enumerate.js'
import {maxConfigBytes, parseVmConfig} from './vm-config.js'

/** How long the search below the bases may take before they are tried one by one, and then each of them. */
const searchMs = 20_000

export const enumerate: Handler = {
  async run(job, {session, signal}) {
    const basePaths = job.action.kind === 'enumerate' ? job.action.basePaths : []
    return enumerateBases(session, basePaths, {signal})
  },
}

export interface EnumerateOptions {
  readonly signal: AbortSignal
  readonly deadlineMs?: number
}

/** No bases = the remote home. Throws BASE_MISSING or STORAGE_WEDGED when not one of them could be searched. */
export async function enumerateBases(
  session: HostSession,
  basePaths: readonly string[],
  options: EnumerateOptions,
): Promise<EnumerateData> {
  const bases = basePaths.length > 0 ? [...new Set(basePaths.map(cleanBase))] : ['']
  const found = await search(session, bases, options)
  const data = judge(found)
  if (data.searched.length === 0 && data.files === 0) throw notSearched(session, data.unsearched, found)
  return data
}

/** A wedged mount below one base must not hide the others: after a deadline every base is asked by itself. */
async function search(
  session: HostSession,
  bases: readonly string[],
  options: EnumerateOptions,
): Promise<readonly FoundBase[]> {
  const deadlineMs = options.deadlineMs ?? searchMs
  try {
    const result = await session.script(enumerateScript, bases, {deadlineMs, signal: options.signal})
    return readAnswer(result)
  } catch (error) {
    if (!(error instanceof CtysError && error.code === 'COMMAND_TIMEOUT')) throw error
    if (bases.length === 1) return [{path: bases[0] || '~', fault: wedged(deadlineMs), closed: [], files: []}]
    const each: FoundBase[] = []
    for (const base of bases) each.push(...(await search(session, [base], options)))
    return each
  }
}

const wedgedText = 'the file system did not answer within'

function wedged(deadlineMs: number): string {
  return `${wedgedText} ${deadlineMs / 1000} s`
}

function judge(bases: readonly FoundBase[]): EnumerateData {
  const machines: EnumeratedMachine[] = []
  const rejects: Reject[] = []
  const seen = new Set<string>()
  let ignored = 0
  let files = 0
  for (const file of bases.flatMap((base) => base.files)) {
    if (seen.has(file.path)) continue
    seen.add(file.path)
    const reading = readFile(file)
    if (reading.ignored) ignored += 1
    if (reading.machine !== undefined) machines.push(reading.machine)
    rejects.push(...reading.rejects)
    if (reading.ignored || reading.machine !== undefined || reading.rejects.length > 0) files += 1
  }
  const unsearched = bases.flatMap((base) => [
    ...(base.fault === undefined ? [] : [{path: base.path, line: 0, reason: base.fault}]),
    ...base.closed.map((path) => ({path, line: 0, reason: 'the directory cannot be read'})),
  ])
  const searched = bases.filter((base) => base.fault === undefined).map((base) => base.path)
  return {kind: 'enumerate', machines, rejects, files, ignored, searched, unsearched}
}

function readFile(file: FoundFile): ReturnType<typeof parseVmConfig> {
  const whole = (reason: string) => ({rejects: [{path: file.path, line: 0, reason}], ignored: false})
  switch (file.state) {
    case 'read':
      return parseVmConfig(file.content, file.path)
    case 'unreadable':
      return whole('the file cannot be read')
    case 'huge':
      return whole(`larger than ${maxConfigBytes / 1024} KiB`)
  }
}

function notSearched(session: HostSession, unsearched: readonly Reject[], found: readonly FoundBase[]): CtysError {
  const host = formatTarget(session.target)
  const stuck = found.some((base) => base.fault?.startsWith(wedgedText))
  const details = unsearched.map(({path, reason}) => `${path}: ${reason}`)
  return stuck
    ? new PreconditionError('STORAGE_WEDGED', `${host}: no base could be searched: ${details[0]}`, {
        hint: `ask for another base, or look at the mounts of ${host}`,
        details,
      })
    : new PreconditionError('BASE_MISSING', `${host}: no base could be searched: ${details[0]}`, {
        hint: 'name the directory that holds the machines, for example --base /vm',
        details,
      })
}
