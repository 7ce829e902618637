import fc from 'fast-check'
import {expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {linesOf} from '../../../inventory/fdb/line-source.js'
import {surveyLines} from '../../../inventory/fdb/survey.js'
import {classicFieldCount, ownFieldCounts, recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {record} from '../../fixtures/inventory/make-records.js'

const ours = formatEnumFdb([record({userString: 'größe; 100%'})]).toString('latin1')
const lines = [
  ...[15, 43, 45, classicFieldCount, 48, ...ownFieldCounts, recordFields.length + 1].map((count) =>
    Array(count).fill('x').join(';'),
  ),
  ...[ours.trimEnd(), ours.trimEnd().replace('%3B', '%zz'), '', '  ', '# comment', '\xff', '\xef\xbb\xbf# mark', 'a\r'],
  ...['ContainingMachine;SessionType', `# ${';'.repeat(49)}`, `\xff${';'.repeat(49)}`, `${';'.repeat(48)}\r`],
]
const anyFile = fc
  .tuple(fc.array(fc.constantFrom(...lines), {maxLength: 12}), fc.boolean())
  .map(([some, isEnded]) => Buffer.from(some.join('\n') + (isEnded ? '\n' : ''), 'latin1'))

test('a survey tells what reading the whole file tells', () => {
  fc.assert(
    fc.property(anyFile, fc.integer({min: 1, max: 300}), (bytes, size) => {
      expect(outcomeOf(() => surveyLines(linesOf(bytes, size), 'f'))).toEqual(
        outcomeOf(() => {
          const {records, rejects} = parseEnumFdb(bytes, 'f')
          return {records: records.length, rejects}
        }),
      )
    }),
    {numRuns: 2000},
  )
})

function outcomeOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return {thrown: (error as Error).message}
  }
}
