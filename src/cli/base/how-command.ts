import {type HowWord, runStop} from '../../app/run/run-command.js'
import {hostFlags, machineArgs, machineFlags, refreshFlags} from '../flags/flags.js'
import {machineWords} from '../flags/input.js'
import {BaseCommand} from './base-command.js'

/** A command for one of the things `ctys stop --how` does to a running machine. */
export abstract class HowCommand extends BaseCommand {
  static override strict = false
  static override args = machineArgs
  static override flags = {...hostFlags, ...machineFlags, ...refreshFlags}

  protected async runHow(how: HowWord, graceMs: number): Promise<void> {
    const {flags, argv} = await this.parse(HowCommand)
    const words = {...machineWords(flags, argv.map(String)), how, force: false, graceMs}
    await this.withHosts(flags, (context) => runStop(words, context))
  }
}
