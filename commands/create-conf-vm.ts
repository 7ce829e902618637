import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {createConf} from '../src/app/machines/create-conf.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {commonFlags, debugFlag} from '../src/cli/flags/flags.js'

export default class CreateConfVm extends BaseCommand {
  static override summary = 'make a machine in a directory here, called as the original called it (ctys-createConfVM)'
  static override description =
    'Variables are set in front of the call (MEMSIZE=1024); --levo shows each with its value and where it comes from. ' +
    'Without --auto or --auto-all every value is asked for. What exists is replaced only with these, and kept as a backup; ' +
    'an image never is. ctys new makes machines on many hosts.'
  static override examples = [
    'DIST=debian DISTREL=12 MEMSIZE=1024 <%= config.bin %> create-conf-vm --label=inst010 --auto-all',
    '<%= config.bin %> create-conf-vm --levo',
  ]
  static override strict = false
  static override args = {
    words: Args.string({
      ignoreStdin: true,
      description: 'no words; -t QEMU or KVM, -D DIR, -C as the original has them',
    }),
  }
  static override flags = {
    ...debugFlag,
    json: commonFlags.json,
    terse: commonFlags.terse,
    type: Flags.string({char: 't', description: 'QEMU or KVM', helpValue: 'TYPE'}),
    label: Flags.string({description: 'name of the machine', helpValue: 'LABEL'}),
    auto: Flags.boolean({description: 'take every value but those that are mandatory'}),
    'auto-all': Flags.boolean({description: 'take every value'}),
    levo: Flags.boolean({description: 'show the variables; also --list-env-var-options'}),
    'create-image': Flags.boolean({description: 'make the image where there is none', allowNo: true}),
    'no-create-conf-data': Flags.boolean({
      description: 'write no configuration and start script; also --no-write-conf-files',
    }),
    'save-para-kernel': Flags.boolean({description: 'copy kernel and RAM disk into the directory', allowNo: true}),
    'defaults-file': Flags.string({description: 'defaults; usually ~/.ctys/defaults-QEMU.ctys', helpValue: 'FILE'}),
    'defaults-file-create': Flags.boolean({description: 'write the values as defaults; -with-force replaces the file'}),
    'no-load-defaults-file': Flags.boolean({description: 'read no defaults'}),
    directory: Flags.string({
      char: 'D',
      description: 'directory of the machine; this one where none is named',
      helpValue: 'DIR',
    }),
    create: Flags.boolean({char: 'C', description: 'make that directory'}),
    expert: Flags.boolean({description: 'questions without explanations'}),
  }

  async run(): Promise<void> {
    const words = this.argv.filter((word) => word !== '--json')
    const flags = {
      ...{
        json: this.argv.includes('--json'),
        yaml: this.argv.includes('--yaml'),
        terse: this.argv.includes('-X'),
        verbose: false,
        fanout: 1,
      },
      ...{transport: 'local' as const, inventory: process.env.CTYS_DBPATH},
    }
    await this.withHosts(flags, (context) => createConf(words, process.env, context))
  }
}
