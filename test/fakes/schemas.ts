import {readFileSync} from 'node:fs'
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js'
import {expect} from 'vitest'

const names = ['plan', 'inventory', 'report', 'inventory-tools'] as const
export type SchemaName = (typeof names)[number]

const ajv = new Ajv2020({strict: true, allErrors: true})
for (const name of names) ajv.addSchema(schemaOf(name), name)

/** A schema as it is shipped. */
export function schemaOf(name: SchemaName) {
  return JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'))
}

/** Tells whether a body obeys the schema. */
export function validatorOf(name: SchemaName): ValidateFunction {
  const validate = ajv.getSchema(name)
  if (validate === undefined) throw new Error(`no schema ${name}`)
  return validate
}

/** Fails where the body does not obey the schema, and says why. */
export function expectSchema(name: SchemaName, body: unknown): void {
  const validate = validatorOf(name)
  expect(validate(body), JSON.stringify(validate.errors, null, 1)).toBe(true)
}
