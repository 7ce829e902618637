import {expect, test} from 'vitest'
import {findMachines} from '../../../src/app/find/find-machines.js'
import {unquotedQuestion} from '../../../src/query/language/quoted-question.js'
import {createMemoryInventory} from '../../fakes/memory-inventory.js'
import {printed} from '../../fakes/printed.js'
import {record} from '../../golden/report/samples.js'

test.each([
  [['web01 or db02'], 'web01 or db02'],
  [['( web01 or db02 ) host=h2'], "'(' web01 or db02 ')' host=h2"],
  [['(web01 or db02)', 'host=h2'], "'(' web01 or db02 ')' host=h2"],
  [['host~^(a|b)$ or os=x'], "'host~^(a|b)$' or os=x"],
  [['web01 host=h2'], 'web01 host=h2'],
  [['not a'], 'not a'],
  [['web 01'], undefined],
  [['label=my web'], undefined],
  [['web01', 'or', 'db02'], undefined],
  [['(', 'a', ')'], undefined],
  [[' '], undefined],
])('%j is, word by word, %s', (words, unquoted) => {
  expect(unquotedQuestion(words)).toBe(unquoted)
})

test.each([
  [['nobody or web01'], 'next: each word by itself: ctys find nobody or web01\n'],
  [['( nobody or web01 ) host=h1'], "next: each word by itself: ctys find '(' nobody or web01 ')' host=h1\n"],
  [['nobody'], 'next: ctys scan HOST... if the machine is new\n'],
])('%j finds nothing, and says what would', async (words, hint) => {
  const {stderr, exitCode} = printed(await findMachines({words}, createMemoryInventory([record()]), new Date()))
  expect(stderr).toContain(hint)
  expect(exitCode).toBe(3)
})
