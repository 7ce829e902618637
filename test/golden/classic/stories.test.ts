/** The user stories of the original, each call from its exact words to its tasks or its refusal. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {classicToolOf} from '../../../src/domain/classic/tools.js'
import {planCall, shellWords, taskText} from '../../fakes/classic-world.js'

const path = 'test/golden/classic/stories.golden.txt'
const stories = readFileSync('test/fixtures/classic/stories.txt', 'utf8').trim().split('\n')

async function fateOf(line: string): Promise<readonly string[]> {
  const words = shellWords(line.replace(/^sudo /, '').replace(/^(?:[A-Z_]+=\S+ )+/, ''))
  const [program = '', ...rest] = words
  if (program === 'sh') return ['a start script, which is called by hand']
  if (program !== 'ctys') {
    const tool = classicToolOf(program)
    if (tool === undefined) throw new Error(`no such program: ${program}`)
    return [tool.command === undefined ? `${program} is not there yet` : `ctys ${tool.command}`]
  }
  const {tasks, refused} = await planCall(rest)
  return [...tasks.map(taskText), ...refused]
}

test('the 61 stories', async () => {
  const lines: string[] = []
  for (const story of stories) {
    const [, , line = ''] = /^(\d+) (.*)$/.exec(story) ?? []
    lines.push(story, ...(await fateOf(line)).map((text) => `    ${text}`))
  }
  const text = `${lines.join('\n')}\n`
  if (process.env.UPDATE_GOLDEN === '1' || !existsSync(path)) writeFileSync(path, text)
  expect(readFileSync(path, 'utf8')).toBe(text)
  const numbers = new Set(stories.map((story) => Number(story.split(' ')[0])))
  expect([...numbers]).toEqual(Array.from({length: 61}, (_, i) => i + 1))
})
