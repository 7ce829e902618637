/** Which results say that hosts or files were changed, so that an answer that is lost is told as such. */
import {expect, test} from 'vitest'
import type {Result} from '../../../src/domain/results/result.js'
import {planResult} from '../../../src/domain/results/run.js'
import type {Plan} from '../../../src/domain/work/plan.js'
import {render} from '../../../src/report/render.js'
import * as s from '../../golden/report/samples.js'

const none: Plan = {tasks: [], refused: []}
const inventory = {location: 'enum.fdb', records: []}
const run = (plan: Plan): Result => ({kind: 'run', plan, outcomes: [], collisions: [], chosen: []})
const scan = (mode: 'merge' | 'append' | 'preview' | 'print'): Result => ({
  ...{kind: 'scan', request: {mode, types: []}, plan: none, outcomes: [], differences: [], inventory},
  ...{found: [], hidden: {}, notAsked: [], names: {}},
})
const extracted = {entries: [], rejects: [], includes: []}
const extract: Result = {kind: 'extract-mac', file: 'f', extracted, layout: {columns: []}, quiet: true}
const update = {kind: 'inventory update', by: 'merge', location: 'enum.fdb', changes: [], conflicts: []} as const

test.each<[name: string, result: Result, acted: boolean]>([
  ['a start', run(s.planOf(s.create, ['h1'])), true],
  ['a stop', run(s.planOf(s.cancel, ['h1'])), true],
  ['a list', run(s.planOf(s.list, ['h1'])), false],
  ['a plan of starts', planResult(s.planOf(s.create, ['h1'])), false],
  ['a scan', scan('merge'), true],
  ['a scan that adds', scan('append'), true],
  ['a scan that writes nothing', scan('preview'), false],
  ['a scan that prints', scan('print'), false],
  ['addresses that were not stored', extract, false],
  ['addresses that were stored', {...extract, stored: {location: 'macmap.fdb', changes: []}}, true],
  ['a merge', update, true],
  ['a merge that writes nothing', {...update, dryRun: true}, false],
])('whether %s changed something is known', (_, result, acted) => {
  expect(render(result, s.styleOf()).acted).toBe(acted)
})
