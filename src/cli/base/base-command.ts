import {Command} from '@oclif/core/command'
import type * as Interfaces from '@oclif/core/interfaces'
import {UsageError} from '../../domain/errors.js'
import {renderError} from '../../report/shared/render-error.js'
import {emptyWordFaults} from '../entry/empty-words.js'
import {oclifFaults} from '../entry/oclif-words.js'
import type {ConnectionFlags} from '../flags/flags.js'
import {tellNoReport} from './expect-report.js'
import {print} from './print.js'
import {styleOfWords} from './style-of.js'
import {type Looks, type Taking, type UseCase, withHelp, withHosts} from './with-hosts.js'

/** What every command does before and after its work: its words are read and refused in the same way. */
export abstract class BaseCommand extends Command {
  /** What oclif finds wrong with the words is told like every other usage error, as JSON where that was asked for. */
  protected override async catch(error: Error): Promise<void> {
    const usage = new UsageError(oclifFaults(error.message, optionsOf(this.ctor.flags)), `ctys ${this.#name()} --help`)
    print(
      renderError(
        'parse' in error || 'oclif' in error ? usage : withHelp(error, this.#name()),
        styleOfWords(this.argv),
      ),
    )
  }

  /** Whoever told something set the exit status; silence would look like success. */
  protected override async finally(error: Error | undefined): Promise<void> {
    if (process.exitCode === undefined) tellNoReport(this.argv)
    await super.finally(error)
  }

  /**
   * As oclif reads the words, `argv` in the order in which they were typed: oclif sorts them by where each stands first,
   * so that a word given twice, or given as the value of an option too, would change its place. Throws UsageError where
   * one that names something is empty.
   */
  protected override async parse<
    F extends Interfaces.OutputFlags<F>,
    B extends Interfaces.OutputFlags<B>,
    A extends Interfaces.OutputArgs<A>,
  >(input?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(input, argv)
    const {flags = {}, args = {}} = this.ctor
    const faults = emptyWordFaults(parsed.raw, {flags, args: Object.keys(args)})
    if (faults.length > 0) throw new UsageError(faults, `ctys ${this.#name()} --help`)
    const words = parsed.raw.flatMap((token) => (token.type === 'arg' ? [token.input] : []))
    return {...parsed, argv: words}
  }

  /** Words that another grammar left over: what is wrong with them comes back, so that all faults are told at once. */
  protected async parseRest<F extends Interfaces.OutputFlags<F>>(
    words: readonly string[],
    flags: Interfaces.FlagInput<F>,
  ): Promise<{readonly flags: F; readonly faults: readonly string[]}> {
    try {
      const parsed = await super.parse({flags, args: {}, strict: true} as Interfaces.Input<F, F, object>, [...words])
      const faults = emptyWordFaults(parsed.raw, {flags: flags as never, args: []})
      return {flags: parsed.flags, faults}
    } catch (error) {
      const faults = oclifFaults(error instanceof Error ? error.message : String(error), optionsOf(flags))
      const none = await super.parse({flags, args: {}} as Interfaces.Input<F, F, object>, [])
      return {flags: none.flags, faults}
    }
  }

  /** Of this command (with-hosts.ts). */
  protected async withHosts(flags: ConnectionFlags, useCase: UseCase, more: Taking & Looks = {}): Promise<void> {
    await withHosts({command: this.#name(), root: this.config.root}, flags, useCase, more)
  }

  /** As it is typed: `inventory check`. */
  #name(): string {
    return (this.id ?? '').replaceAll(':', ' ')
  }
}

/** Those that help shows. */
function optionsOf(flags: Readonly<Record<string, {readonly hidden?: boolean | undefined}>> = {}): readonly string[] {
  return Object.entries(flags).flatMap(([name, {hidden}]) => (hidden === true ? [] : [`--${name}`]))
}
