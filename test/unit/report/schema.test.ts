/** The JSON bodies of all reports against the schemas that are shipped. */
import {expect, test} from 'vitest'
import {recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {jsonText} from '../../../src/report/shared/json-text.js'
import {expectSchema, schemaOf, validatorOf} from '../../fakes/schemas.js'
import {cases} from '../../golden/report/cases.js'

test.each(Object.entries(cases))('the body of %s obeys the schema', (_, build) => {
  const {json, exitCode} = build()
  expectSchema('report', json)
  expect(json).toMatchObject({schemaVersion: 2, exitCode})
})

test.each(Object.entries(cases))('with --json the stdout of %s is its body and nothing else', (_, build) => {
  const {stdout, stderr, json} = build(true)
  expect(JSON.parse(stdout)).toEqual(json)
  expect(build().stderr.split('\n')).toEqual(expect.arrayContaining(stderr.split('\n')))
})

test('the plan in the body obeys the schema of plans', () => {
  const {json} = cases.plan?.() ?? {}
  expectSchema('plan', (json as {plan: unknown}).plan)
})

test.each([
  ['an unknown command', {command: 'dance'}],
  ['an unknown exit code', {exitCode: 5}],
  ['a field nobody knows', {extra: 1}],
  ['an outcome without host', {outcomes: [{taskId: '1', ms: 1, status: 'skipped', reason: 'r'}]}],
  ['an outcome of an unknown status', {outcomes: [{taskId: '1', host: 'h', ms: 1, status: 'off', reason: 'r'}]}],
  ['a record with missing fields', {command: 'find', records: [{host: 'h1'}]}],
  ['a find without records', {command: 'find'}],
  ['a why without its answer', {command: 'why'}],
  ['the facts of another command', {command: 'groups', groups: [], records: []}],
])('the schema refuses %s', (_, fault) => {
  const right = {schemaVersion: 2, command: 'list', exitCode: 0, outcomes: []}
  expect(validatorOf('report')(right)).toBe(true)
  expect(validatorOf('report')({...right, ...fault})).toBe(false)
})

test('the schema of a record has the fields of the inventory', () => {
  expect(schemaOf('plan').$defs.InventoryRecord.required).toEqual([...recordFields])
})

test('JSON text holds no control a terminal would obey, and is read back unchanged', () => {
  const value = {label: '\0\x1b\x7f\x9b\u202e\u2028\ud83d 日本 \\ "'}
  const text = jsonText(value)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/)
  expect(JSON.parse(text)).toEqual(value)
})
