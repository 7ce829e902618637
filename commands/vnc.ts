import * as Flags from '@oclif/core/flags'
import {showScreen} from '../src/app/console/touch-machine.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {createScreenClient} from '../src/cli/console/screen-client.js'
import {whoIsHere} from '../src/cli/console/who-is-here.js'
import {hostFlags, oneMachineArgs, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Vnc extends BaseCommand {
  static override summary = 'show the screen of a running machine in a VNC viewer'
  static override description =
    'Through the session to its host: no port is opened to a network, here or there. The viewer gets a Unix socket that only this user can reach, or a port of 127.0.0.1. A machine that was started with -vnc none gets its screen now, with a password that is asked for here where it was started with password=on. Ends with the viewer.'
  static override examples = [
    '<%= config.bin %> vnc web01',
    '<%= config.bin %> vnc web01 h2 --print',
    `<%= config.bin %> vnc web01 --viewer 'remote-viewer vnc://127.0.0.1:{port}'`,
  ]
  static override strict = false
  static override args = oneMachineArgs
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    print: Flags.boolean({description: 'start no viewer, say where the screen is until Ctrl-C'}),
    reconnect: Flags.boolean({description: 'every other ctys at the machine is asked to let go', hidden: true}),
    viewer: Flags.string({
      description: 'program that shows it; {socket} and {port} stand for where',
      env: 'CTYS_VNCVIEWER',
      helpValue: 'COMMAND',
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Vnc)
    const take = flags.reconnect ? ({take: 'clients'} as const) : {}
    const words = {...oneMachineWords(flags, argv.map(String)), who: whoIsHere(), ...take}
    await this.withHosts(flags, (context) => showScreen(words, context), {
      screen: (tell, secret) => createScreenClient({printOnly: flags.print, viewer: flags.viewer, tell, secret}),
    })
  }
}
