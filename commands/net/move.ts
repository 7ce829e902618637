import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {moveInterface} from '../../src/app/net/net-moves.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netFlags, netWords, timerFlags, timerWords} from '../../src/cli/flags/net-move-flags.js'

export default class Move extends BaseCommand {
  static override summary = 'move an interface that carries the addresses of a host into a bridge, safely'
  static override description =
    'Also the one the connection comes in on. A watchdog on the host makes the change and takes it back by itself, unless ' +
    'ctys reaches the host again over a new connection and confirms. Addresses, routes, MAC, MTU and the DHCP client go ' +
    'with it; a restart of the host brings its configured network back. See ctys help network-moves.'
  static override examples = [
    '<%= config.bin %> net move root@host1 -i eth0',
    '<%= config.bin %> net move admin@host1 -i eth0 -b br1 --sudo --timer 120',
    '<%= config.bin %> net move root@host1 -i eth0 --pending',
  ]
  static override strict = false
  static override args = {hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...'})}
  static override flags = {
    ...netFlags,
    interface: Flags.string({char: 'i', description: 'the interface', required: true, helpValue: 'INTERFACE'}),
    bridge: Flags.string({
      char: 'b',
      description: 'the bridge; made where it is missing',
      default: 'ctysbr0',
      helpValue: 'BRIDGE',
    }),
    ...timerFlags,
    force: Flags.boolean({
      char: 'f',
      description: 'also where another program keeps the interface, or what the host needs is reached over it',
    }),
    needs: Flags.string({
      description:
        'a directory that must not be reached over the interface, such as that of the machines; may be repeated',
      helpValue: 'DIR',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Move)
    const {interface: card, bridge, needs = []} = flags
    const words = {...netWords(flags, argv.map(String)), ...timerWords(flags), interface: card, bridge, needs}
    await this.withHosts(flags, (context) => moveInterface(words, context))
  }
}
