/** The help of ctys and of every command as oclif shows it on 80 columns; made when ctys is built, printed by bin/ctys.cjs. */
import {Config} from '@oclif/core/config'
import {Help} from '@oclif/core/help'
import type {PJSON} from '@oclif/core/interfaces'

/** By file name: `ctys.txt`, `ctys.inventory.txt`, `ctys.inventory.check.txt`. `ids` are named as oclif has them, `inventory:check`. */
export async function helpTexts(
  ids: readonly string[],
  {root, pjson}: {readonly root: string; readonly pjson: PJSON},
): Promise<ReadonlyMap<string, string>> {
  const config = await Config.load({root, pjson, devPlugins: false, userPlugins: false})
  const texts = new Map<string, string>()
  const topics = new Set(ids.filter((id) => id.includes(':')).map((id) => id.split(':')[0] ?? id))
  for (const words of [[], ...[...topics, ...ids].map((id) => id.split(':'))]) {
    const help = new Recorded(config)
    await help.showHelp([...words, '--help'])
    texts.set(`${['ctys', ...words].join('.')}.txt`, help.text)
  }
  return texts
}

/** Help that is kept instead of printed. */
class Recorded extends Help {
  text = ''

  constructor(config: Config) {
    super(config, {maxWidth: 80, stripAnsi: true})
  }

  protected override log(...args: string[]): void {
    this.text += `${args.join('')}\n`
  }
}
