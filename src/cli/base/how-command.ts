import {Args} from '@oclif/core'
import {type HowWord, runStop} from '../../app/run/run-command.js'
import {hostFlags, refreshFlags} from '../flags/flags.js'
import {todayWords} from '../flags/words.js'
import {BaseCommand} from './base-command.js'

/** A command for one of the things `ctys stop --how` does to a running machine. */
export abstract class HowCommand extends BaseCommand {
  static override strict = false
  static override args = {
    machine: Args.string({ignoreStdin: true, description: 'label, path or machine address', required: true}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...'}),
  }
  static override flags = {...hostFlags, ...refreshFlags}

  protected async runHow(how: HowWord, graceMs: number): Promise<void> {
    const {flags, argv} = await this.parse(HowCommand)
    const [machine = '', ...hosts] = argv.map(String)
    const words = {...todayWords(flags, hosts), machine, how, force: false, graceMs, maxAge: flags['max-age']}
    await this.withHosts(flags, (context) => runStop(words, context))
  }
}
