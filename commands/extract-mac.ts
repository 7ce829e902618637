import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {extractFlags, extractMacOffline, formatFlag, storeOf} from '../src/cli/base/network-tool.js'
import {commonFlags, debugFlag} from '../src/cli/flags/flags.js'

export default class ExtractMac extends BaseCommand {
  static override summary = 'take names, IP and MAC addresses from the configuration of a DHCP server; works offline'
  static override description =
    'FILE is a dhcpd.conf of ISC, a configuration or hosts file of dnsmasq, a configuration of Kea, or /etc/ethers; ' +
    '- reads standard input. Shows rows name;ip;mac, or with -P or -p stores them in macmap.fdb.'
  static override examples = [
    '<%= config.bin %> extract-mac /etc/dhcp/dhcpd.conf',
    'ssh gate cat /etc/dnsmasq.conf | <%= config.bin %> extract-mac -P -',
  ]
  static override args = {
    file: Args.string({ignoreStdin: true, required: true, description: 'the file, or - for standard input'}),
  }
  static override flags = {
    ...debugFlag,
    json: commonFlags.json,
    yaml: commonFlags.yaml,
    terse: commonFlags.terse,
    ...extractFlags,
    format: formatFlag(),
    quiet: Flags.boolean({char: 'q', description: 'say nothing about what could not be read'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ExtractMac)
    await extractMacOffline({...flags, ...storeOf(flags), path: args.file})
  }
}
