/**
 * Writes the JSON Schemas of what `--json` prints, from the types of the source: `node src/build/schemas.mjs` after a
 * change of these types; `--check` only compares, and fails where a schema that is shipped is not that of the source.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {createGenerator} from 'ts-json-schema-generator'

const schemas = [
  {
    name: 'plan',
    path: 'src/domain/work/plan.ts',
    type: 'Plan',
    title: 'ctys plan',
    description: 'What ctys would do: one task for each verb on a host, and what was refused before any connection.',
  },
  {
    name: 'report',
    path: 'src/report/shared/body.ts',
    type: 'PrintedBody',
    title: 'ctys report',
    description: 'The body of --json. Strings are raw: what a host or a file holds is not escaped for the terminal.',
  },
  {
    name: 'inventory-tools',
    path: 'src/report/inventory/inventory-body.ts',
    type: 'PrintedToolsBody',
    title: 'ctys inventory',
    description:
      'The body of --json of ctys inventory convert, export, check, edit and merge, and of ctys forget. An error that ended the command is a body of report.schema.json.',
  },
]

const check = process.argv.includes('--check')
let stale = false
for (const schema of schemas) {
  const file = `schemas/${schema.name}.schema.json`
  const text = textOf(schema)
  if (!check) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${file} is not what the types say; run: node src/build/schemas.mjs\n`)
    stale = true
  }
}
process.exitCode = stale ? 1 : 0

function textOf({name, path, type, title, description}) {
  const made = createGenerator({
    path,
    type,
    tsconfig: 'tsconfig.json',
    skipTypeCheck: true,
    topRef: false,
  }).createSchema(type)
  const {$schema: _, definitions = {}, ...root} = made
  const whole = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:ctys:schema:${name}`,
    title,
    ...root,
    description,
    $defs: definitions,
  }
  return `${JSON.stringify(renamed(whole), null, 2)}\n`
}

/** `Ask<"list">` becomes AskOfList, and references are those of the draft of 2020. */
function renamed(value) {
  if (Array.isArray(value)) return value.map(renamed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === '$ref') return [key, `#/$defs/${plainName(decodeURIComponent(inner.replace('#/definitions/', '')))}`]
      if (key === '$defs') return [key, renamedKeys(inner)]
      if (key === 'items' && Array.isArray(inner)) return ['prefixItems', renamed(inner)]
      return [key, renamed(inner)]
    }),
  )
}

function renamedKeys(definitions) {
  return Object.fromEntries(Object.entries(definitions).map(([name, inner]) => [plainName(name), renamed(inner)]))
}

function plainName(name) {
  return name
    .replace(/(?:Of)?<"([a-z])([^"]*)">/g, (_, first, rest) => `Of${first.toUpperCase()}${rest}`)
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
}
