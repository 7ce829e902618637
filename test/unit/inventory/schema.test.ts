import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {expectSchema, schemaOf, validatorOf} from '../../fakes/schemas.js'

const root = join(import.meta.dirname, '../../..')
const schema = schemaOf('inventory')
const {records} = parseEnumFdb(readFileSync(join(root, 'test/fixtures/inventory/enum.fdb')))

test('the schema names the fields of a record, all required, in their order', () => {
  expect(Object.keys(schema.$defs.record.properties)).toEqual(recordFields)
  expect(schema.$defs.record.required).toEqual(recordFields)
})

test('records of a real file obey the schema', () => {
  expectSchema('inventory', {schemaVersion: 1, records})
})

test.each([
  ['another version', {schemaVersion: 2, records}],
  ['no records', {schemaVersion: 1}],
  ['a missing field', {schemaVersion: 1, records: [{...records[0], label: undefined}]}],
  ['a field that is no string', {schemaVersion: 1, records: [{...records[0], vcpu: 1}]}],
  ['an unknown field', {schemaVersion: 1, records: [{...records[0], colour: 'red'}]}],
])('%s is against the schema', (_, body) => {
  expect(validatorOf('inventory')(JSON.parse(JSON.stringify(body)))).toBe(false)
})
