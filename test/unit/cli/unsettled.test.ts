import {expect, test} from 'vitest'
import {watchUnsettled} from '../../../src/cli/base/unsettled.js'

test('what may still come true is told for each host that was being changed, and for no other', () => {
  const unsettled = watchUnsettled()
  expect(unsettled.lines()).toBe('')
  unsettled.note({type: 'running', taskId: '1', host: 'h1'})
  unsettled.note({type: 'changing', taskId: '1', host: 'h1', what: 'web01 may still come up'})
  unsettled.note({type: 'changing', taskId: '2', host: 'h2', what: 'web\u001b02 may still come up'})
  unsettled.note({type: 'done', taskId: '1', host: 'h1', status: 'ok'})
  expect(unsettled.lines()).toBe('h2: web\\x1b02 may still come up; see: ctys list h2\n')
})
