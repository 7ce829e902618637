/** Words that people type reach their command as they stand there, whatever the library does with them on the way. */
import {Config} from '@oclif/core/config'
import {beforeAll, expect, test} from 'vitest'
import type List from '../../../commands/list.js'
import {loadCommands} from '../../../src/main.js'

const COMMANDS = await loadCommands()

const several = Object.entries(COMMANDS).filter(([, command]) => command.strict === false)

let config: Config
beforeAll(async () => {
  config = await Config.load({root: process.cwd(), devPlugins: false, userPlugins: false})
})

/** What the command reads of its words. */
async function argvOf(name: string, words: readonly string[]): Promise<readonly unknown[]> {
  const Tested = COMMANDS[name] as unknown as typeof List
  class Reading extends Tested {
    // what oclif reads of a class is its own, not what it inherits
    readWords = () => this.parse({args: Tested.args, flags: Tested.flags, strict: Tested.strict})
  }
  const needed = Object.entries(Tested.flags).flatMap(([flag, {required}]) => (required ? [`--${flag}`, '1G'] : []))
  return (await new Reading([...needed, ...words], config).readWords()).argv
}

test('there are commands that take several words', () => {
  expect(several.map(([name]) => name)).toEqual(
    expect.arrayContaining(['find', 'vhost', 'why', 'inventory:export', 'run', 'list', 'start', 'stop', 'scan']),
  )
})

test.each(several)('%s gets words given twice in the order in which they were typed', async (name) => {
  // of some the first word is one of a few
  const first = {'inventory:export': 'csv', snapshot: 'list', autostart: 'list'}[name] ?? 'a'
  const words = [first, 'or', 'b', 'or', first, 'not', 'c', 'not', 'b']
  expect(await argvOf(name, words)).toEqual(words)
  expect(await argvOf(name, [first, '--', 'or', 'b', 'or', first])).toEqual([first, 'or', 'b', 'or', first])
})

test.each([
  ['vhost', ['-o', 'label', 'not', 'label', 'not', 'a'], ['not', 'label', 'not', 'a']],
  ['find', ['-M', 'first', 'a', 'or', 'first', 'or', 'a'], ['a', 'or', 'first', 'or', 'a']],
  ['list', ['h2', '-l', 'h1', 'h3', 'h1'], ['h2', 'h3', 'h1']],
])('%s with %j reads %j: the value of an option moves no word', async (name, words, argv) => {
  expect(await argvOf(name, words)).toEqual(argv)
})
