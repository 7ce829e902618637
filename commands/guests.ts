import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {verifyGuests} from '../src/app/machines/verify-guests.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {guestsOffline} from '../src/cli/entry/guests-offline.js'
import {hostFlags, onFlag} from '../src/cli/flags/flags.js'

export default class Guests extends BaseCommand {
  static override summary = 'show the systems that ctys new --guest takes by name, or verify that they boot'
  static override description =
    'What each wants of its machine, how its serial console is prepared and how it is installed; your own stand in ' +
    '~/.ctys/guests.yaml (schemas/guests.schema.json). EVIDENCE says whether it was seen to boot. verify makes a machine ' +
    'for each, waits for its word on the serial console, removes it and keeps what booted. ' +
    'See <%= config.bin %> help machines.'
  static override examples = [
    '<%= config.bin %> guests bsd',
    '<%= config.bin %> guests show openbsd-7',
    "<%= config.bin %> guests verify debian-12-arm64 --on h1 --kernel /srv/vmlinuz --initrd /srv/initrd --expect 'login:'",
    '<%= config.bin %> guests verify --on h1',
  ]
  static override strict = false
  static override args = {
    words: Args.string({
      ignoreStdin: true,
      description: 'texts that name, system or CPU has to hold; or show NAME ..., verify [NAME ...]',
    }),
  }
  static override flags = {
    ...hostFlags,
    ...onFlag,
    dir: Flags.string({
      description: 'directory on the host for the machines of verify',
      default: 'ctys-verify',
      helpValue: 'DIR',
    }),
    kernel: Flags.string({description: 'of the host; for one guest', helpValue: 'PATH'}),
    initrd: Flags.string({description: 'of the host', helpValue: 'PATH'}),
    append: Flags.string({description: 'command line of the kernel', helpValue: 'TEXT'}),
    cdrom: Flags.string({description: 'of the host', helpValue: 'PATH'}),
    image: Flags.string({description: 'as ctys new takes it', helpValue: 'IMAGE'}),
    expect: Flags.string({description: 'what its console shows when it is up', helpValue: 'REGEX'}),
    'wait-timeout': Flags.integer({description: 'seconds to wait for that', default: 300, min: 1, max: 86_400}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Guests)
    const [how, ...names] = argv.map(String)
    const media = ['kernel', 'initrd', 'append', 'cdrom', 'image'] as const
    const given = [...media, 'expect' as const].filter((word) => flags[word] !== undefined)
    if (how !== 'verify') {
      if (given.length > 0) this.error(`${given.map((word) => `--${word}`).join(', ')}: for verify NAME`, {exit: 2})
      await guestsOffline(
        how === 'show' || how === 'list' ? how : 'list',
        how === 'show' || how === 'list' ? names : argv.map(String),
        flags,
      )
      return
    }
    if (given.length > 0 && names.length !== 1) {
      this.error(`${given.map((word) => `--${word}`).join(', ')}: for one guest; name it`, {exit: 2})
    }
    const boot = Object.fromEntries(media.flatMap((word) => (flags[word] === undefined ? [] : [[word, flags[word]]])))
    const input = {
      ...{type: flags.type, user: flags.login, names, host: flags.on, dir: flags.dir, boot, expect: flags.expect},
      ...{timeoutMs: flags['wait-timeout'] * 1000, dryRun: flags['dry-run']},
    }
    await this.withHosts(flags, (context) => verifyGuests(input, context))
  }
}
