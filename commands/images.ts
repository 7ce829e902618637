import * as Args from '@oclif/core/args'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {imagesOffline} from '../src/cli/entry/images-offline.js'
import {commonFlags} from '../src/cli/flags/flags.js'

export default class Images extends BaseCommand {
  static override summary = 'show the images that ctys new --image takes by name; works offline'
  static override description =
    'Images of clouds, and those of your own in ~/.ctys/images.yaml (schemas/images.schema.json). EVIDENCE says whether ' +
    'ctys ever fetched one. See <%= config.bin %> help machines.'
  static override examples = ['<%= config.bin %> images', '<%= config.bin %> images debian aarch64']
  static override strict = false
  static override args = {
    words: Args.string({ignoreStdin: true, description: 'texts that name, system or CPU has to hold'}),
  }
  static override flags = {json: commonFlags.json, yaml: commonFlags.yaml, terse: commonFlags.terse}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Images)
    await imagesOffline(argv.map(String), flags)
  }
}
