import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Ajv2020} from 'ajv/dist/2020.js'
import {expect, test} from 'vitest'
import {parseEnumFdb} from '../../inventory/ascii.js'
import {recordFields} from '../../src/domain/inventory-record.js'

const root = join(import.meta.dirname, '../..')
const schema = JSON.parse(readFileSync(join(root, 'schemas/inventory.schema.json'), 'utf8'))
const validate = new Ajv2020({strict: true, allErrors: true}).compile(schema)
const {records} = parseEnumFdb(readFileSync(join(root, 'test/fixtures/inventory/enum.fdb')))

test('the schema names the fields of a record, all required, in their order', () => {
  expect(Object.keys(schema.$defs.record.properties)).toEqual(recordFields)
  expect(schema.$defs.record.required).toEqual(recordFields)
})

test('records of a real file obey the schema', () => {
  expect(validate({schemaVersion: 1, records})).toBe(true)
})

test.each([
  ['another version', {schemaVersion: 2, records}],
  ['no records', {schemaVersion: 1}],
  ['a missing field', {schemaVersion: 1, records: [{...records[0], label: undefined}]}],
  ['a field that is no string', {schemaVersion: 1, records: [{...records[0], vcpu: 1}]}],
  ['an unknown field', {schemaVersion: 1, records: [{...records[0], colour: 'red'}]}],
])('%s is against the schema', (_, body) => {
  expect(validate(JSON.parse(JSON.stringify(body)))).toBe(false)
})
