import {join} from 'node:path'
import type {ComposeOptions} from '../../compose/compose.js'
import {UsageError} from '../../domain/errors.js'
import type {ConsoleClient, ConsoleClients, ConsoleWindows, ScreenClient} from '../../domain/ports/console-client.js'
import type {HostDisplays} from '../../domain/ports/host-display.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {errorResult} from '../../domain/results/error.js'
import type {Result} from '../../domain/results/result.js'
import type {ReportStyle} from '../../report/shared/style.js'
import type {ConnectionFlags} from '../flags/flags.js'
import {watchInterrupts} from './interrupts.js'
import {print} from './print.js'
import {createProgress} from './progress.js'
import {refuseMissingConfig} from './ssh-config-file.js'
import {styleOf} from './style-of.js'
import {askText, askYesNo, createTerminalQuestions} from './terminal-questions.js'
import {watchUnsettled} from './unsettled.js'

/** What a command takes part in itself. */
export interface Taking {
  /** Whoever gets a console; `alone` keeps the progress from the terminal meanwhile. */
  readonly console?: (alone: <T>(work: () => Promise<T>) => Promise<T>) => ConsoleClient
  /** Whoever sees a screen. */
  readonly screen?: (
    tell: (text: string) => void,
    secret: ((question: string) => Promise<string | undefined>) | undefined,
  ) => ScreenClient
  /** Where several consoles are shown; the progress is kept from the terminal meanwhile. */
  readonly windows?: ConsoleWindows
  /** Who logs into guests. */
  readonly login?: (alone: <T>(work: () => Promise<T>) => Promise<T>) => NonNullable<CommandContext['loginToGuest']>
  /** Who shows consoles of what is started. */
  readonly clients?: (
    alone: <T>(work: () => Promise<T>) => Promise<T>,
    ignore: (names: readonly NodeJS.Signals[]) => () => void,
  ) => ConsoleClients
  /** Where windows of hosts are shown. */
  readonly displays?: HostDisplays
  /** Signals that do nothing here. */
  readonly ignores?: readonly NodeJS.Signals[]
}

export type UseCase = (context: CommandContext) => Promise<Result>

/** How its answer looks beside what the flags say. */
export type Looks = Partial<Pick<ReportStyle, 'classic' | 'verbose'>>

export interface Caller {
  /** As it is typed: `inventory check`. */
  readonly command: string
  /** The folder of package.json. */
  readonly root: string
}

/**
 * What every command that reaches hosts does around its use case: builds the context, watches Ctrl-C, shows progress,
 * prints the result and sets the exit status. It never throws for a failed host; an error that ends the use case is
 * a result as well.
 */
export async function withHosts(
  {command, root}: Caller,
  flags: ConnectionFlags,
  useCase: UseCase,
  {console, screen, windows, displays, clients, login, ignores = [], ...more}: Taking & Looks = {},
): Promise<void> {
  // a call that asks for help, or is refused, needs neither hosts nor reports
  const [{compose}, {render}] = await Promise.all([
    import('../../compose/compose.js'),
    import('../../report/render.js'),
  ])
  const style = {...styleOf(flags), ...more}
  const {stdin, stdout, stderr} = process
  const interactive = stdin.isTTY === true && stderr.isTTY === true
  const progress = createProgress({
    stream: stderr,
    isTTY: stderr.isTTY === true && process.env.TERM !== 'dumb',
    now: () => new Date(),
    verbose: flags.verbose,
  })
  let context: CommandContext | undefined
  const unsettled = watchUnsettled()
  const interrupts = watchInterrupts({
    notice: () => progress.say('stopping: nothing more is started, what runs settles; Ctrl-C again leaves now'),
    restore: () => {
      progress.stop()
      process.stderr.write(unsettled.lines())
      context?.transport.leave?.()
    },
  })
  const {settle, ignore} = interrupts
  ignore(ignores)
  const ask = createTerminalQuestions(interrupts.signal)
  const person = {
    ask: (question: string) => {
      settle()
      return progress.pause(() => ask(question))
    },
    tell: (text: string) => progress.say(text),
    askpass: join(root, 'bin/askpass.cjs'),
  }
  const isWatched = stdout.isTTY === true && stderr.isTTY === true && style.format === 'text'
  const options: ComposeOptions = {
    opening: settle,
    ...(isWatched && {preview: (so: () => Result) => progress.preview(() => render(so(), style).stdout)}),
    signal: interrupts.signal,
    emit: (event) => {
      unsettled.note(event)
      progress.emit(event)
    },
    note: (text) => {
      if (flags.verbose) progress.say(text)
    },
    fanout: flags.fanout,
    ...(interactive && {person}),
    ...(console && {console: console((work) => progress.pause(work))}),
    ...(screen && {screen: screen((text) => progress.say(text), interactive ? person.ask : undefined)}),
    ...(flags.transport !== undefined && {transport: flags.transport}),
    ...(flags['ssh-config'] !== undefined && {sshConfig: flags['ssh-config']}),
    ...(flags.inventory !== undefined && {inventory: flags.inventory}),
  }
  const line = (question: string) => {
    settle()
    return progress.pause(() => askText(question, interrupts.signal))
  }
  const yesNo = (question: string, about?: Result) => {
    settle()
    if (about !== undefined) progress.say(render(about, {...style, format: 'text'}).stdout.trimEnd())
    return progress.pause(() => askYesNo(question, interrupts.signal))
  }
  const shown = windows && {
    open: (seats: Parameters<typeof windows.open>[0]) => progress.pause(() => windows.open(seats)),
  }
  context = {
    ...compose(options),
    tell: person.tell,
    ...(interactive && {ask: yesNo, askText: line}),
    ...(shown && {windows: shown}),
    ...(login && {loginToGuest: login((work) => progress.pause(work))}),
    ...(displays && {displays}),
    ...(clients && {clients: clients((work) => progress.pause(work), ignore)}),
  }
  let result: Result
  try {
    refuseMissingConfig(flags['ssh-config'])
    result = await useCase(context)
  } catch (error) {
    result = errorResult(withHelp(error, command))
  } finally {
    progress.stop()
    await context.transport.close()
    interrupts.dispose()
  }
  print(render(result, style))
}

/** Whoever typed something wrong gets a next step, if only the help of the command. */
export function withHelp(error: unknown, command: string): unknown {
  if (!(error instanceof UsageError) || error.hint !== undefined) return error
  return new UsageError([error.message, ...(error.details ?? [])], `ctys ${command} --help`)
}
