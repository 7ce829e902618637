/**
 * The classic output against real output of release 01.11.022 (test/fixtures/query), byte for byte. Its XML is no XML;
 * `wellFormed` is the whole of the difference.
 */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {parseClassicQuery} from '../../../src/query/language/classic.js'
import {parseOutputList} from '../../../src/query/output/parse.js'
import {listColumns} from '../../../src/query/output/parse-fields.js'
import {evaluateQuery} from '../../../src/query/query.js'
import {listHeadings} from '../../../src/report/find/record-headings.js'
import {renderRecords, renderRows} from '../../../src/report/find/record-output.js'

function sample(name: string): string {
  return readFileSync(new URL(`../../fixtures/query/${name}.txt`, import.meta.url), 'utf8')
}

const now = new Date('2026-03-14T12:00:00Z')
const all = parseEnumFdb(sample('vhost_machine')).records

describe('ctys-vhost', () => {
  test.each([
    ['vhost_default_table', undefined, ['vm0050']],
    ['vhost_and', undefined, ['vm0050', 'AND', 'debian']],
    ['vhost_machine', 'MACHINE', ['vm0050']],
    ['vhost_machine', 'TERSE', ['.']],
    ['vhost_maxkey', 'MAXKEY', ['vm0050']],
    ['vhost_pm_label_mac_tcp', 'PM,LABEL,MAC,TCP', ['vm0050']],
    ['vhost_tab_gen', 'TAB_GEN:3_label_10%%1_PM_15%%7_TCP_15_L', ['vm0050']],
    ['vhost_title_machine', 'TITLE,MACHINE', ['vm00500']],
    ['vhost_titleidx_machine', 'TITLEIDX,MACHINE', ['vm00500']],
    ['vhost_titleidxasc_machine', 'TITLEIDXASC,MACHINE', ['vm00500']],
    ['vhost_spec', 'SPEC', ['vm00500']],
    ['vhost_rec', 'REC', ['vm00500']],
    ['vhost_ctysaddress', 'CTYSADDRESS', ['vm00500']],
  ])('%s with -o %s', (name, list, words) => {
    expect(vhost(list, words)).toBe(sample(name))
  })

  test('XML is the same but for what makes it XML', () => {
    expect(vhost('XML', ['vm00500'])).toBe(wellFormed(sample('vhost_xml')))
  })

  function vhost(list: string | undefined, words: readonly string[]): string {
    const faults: string[] = []
    const output = parseOutputList(list ?? '', faults)
    const query = parseClassicQuery(words, faults)
    if (output === undefined || query === undefined) throw new Error(faults.join('\n'))
    return renderRecords(output, evaluateQuery(query.query, all, {now}))
  }
})

test('the records of ENUMERATE come out as they went in', () => {
  const text = sample('enumerate_machine')
  const output = parseOutputList('machine', [])
  expect(output && renderRecords(output, parseEnumFdb(text).records)).toBe(text)
})

describe('LIST', () => {
  const rows = sample('list_terse_machine')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(';'))

  test.each([
    ['list_terse_machine', 'terse,machine'],
    ['list_title_machine', 'title,machine'],
    ['list_titleidx_machine', 'titleidx,machine'],
    ['list_rec', 'rec'],
    ['list_spec', 'spec'],
  ])('%s', (name, list) => {
    expect(listed(list)).toBe(sample(name))
  })

  test('XML is the same but for what makes it XML', () => {
    expect(listed('xml')).toBe(wellFormed(sample('list_xml')))
  })

  function listed(list: string): string {
    const faults: string[] = []
    const output = parseOutputList(list, faults, listColumns)
    if (output === undefined) throw new Error(faults.join('\n'))
    return renderRows(output, rows, listHeadings)
  }
})

/** Values in quotes, a name that may stand in XML, one element around all. */
function wellFormed(text: string): string {
  const quoted = text.replace(/ index='?([0-9]+)'?>/g, ' index="$1">').replaceAll('C/S-Type', 'CS-Type')
  return `<records>\n${quoted}</records>\n`
}
