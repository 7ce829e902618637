import * as Args from '@oclif/core/args'
import {forwardToGuest, parseForward} from '../src/app/console/guest-ports.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {createForwardClient} from '../src/cli/console/forward-client.js'
import {hostFlags, oneMachineArgs, onFlag, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Forward extends BaseCommand {
  static override summary = 'make a port of a guest a port of this machine'
  static override description =
    'On 127.0.0.1, until Ctrl-C: each connection goes through the session to the host of the machine, and from there to the address that is recorded of the guest. LOCAL 0 takes a free port. Other users of this machine can reach the port too.'
  static override examples = [
    '<%= config.bin %> forward web01 8080:80',
    '<%= config.bin %> forward web01 0:5432 --on h2',
  ]
  static override strict = false
  static override args = {
    machine: oneMachineArgs.machine,
    ports: Args.string({
      ignoreStdin: true,
      description: 'LOCAL:PORT, the port here and that of the guest',
      required: true,
    }),
  }
  static override flags = {...hostFlags, ...refreshFlags, ...onFlag}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Forward)
    const [machine = '', ports = '', ...more] = argv.map(String)
    if (more.length > 0) this.error(`one port at a time, and ${more.join(' ')} is more`, {exit: 2})
    const {local, port} = parseForward(ports)
    const input = {...oneMachineWords(flags, [machine]), port}
    await this.withHosts(flags, (context) => forwardToGuest(input, context), {
      screen: (tell) => createForwardClient(local, tell),
    })
  }
}
