/** Calls beside those of the manuals, slips among them: each from its words to its tasks or to what it is told. */
import {readFileSync, writeFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {planCall, shellWords, taskText} from '../../fakes/classic-world.js'

const path = 'test/golden/classic/neighbours.golden.txt'
const calls = readFileSync('test/fixtures/classic/neighbours.txt', 'utf8').trim().split('\n')

test('calls beside those of the manuals', async () => {
  const lines: string[] = []
  for (const call of calls) {
    const {tasks, refused} = await planCall(shellWords(call).slice(1))
    lines.push(call, ...[...tasks.map(taskText), ...refused].map((text) => `    ${text}`))
  }
  const text = `${lines.join('\n')}\n`
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text)
  expect(readFileSync(path, 'utf8')).toBe(text)
})
