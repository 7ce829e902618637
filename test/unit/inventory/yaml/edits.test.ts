import {expect, test} from 'vitest'
import {applyEdits} from '../../../../inventory/fdb/apply-edits.js'
import {record} from '../../../fixtures/inventory/make-records.js'

const web = record({vram: '512', source: 'scan', observedAt: '2026-01-02T03:04:05Z'})
const webNet = {...web, mac: '00:50:56:13:00:02'}
const db = record({label: 'db01', source: 'scan'})
const mail = record({host: 'h2', label: 'mail01', source: 'scan'})
const all = [web, webNet, db, mail]

test('an edit that changes nothing gives the very objects back', () => {
  const {records, changes, conflicts} = applyEdits(all, {before: all, after: all.map((one) => ({...one}))})
  expect([changes, conflicts]).toEqual([[], []])
  expect(records.every((one, index) => one === all[index])).toBe(true)
})

test('what was changed, taken out and added is put in by hand, the rest stays the very object', () => {
  const bigger = {...web, vram: '1024'}
  const added = record({label: 'new01'})
  const {records, changes, conflicts} = applyEdits(all, {before: all, after: [bigger, webNet, mail, added]})
  const byHand = {...bigger, source: 'hand'}
  expect(records).toEqual([byHand, {...webNet, source: 'hand'}, {...added, source: 'hand'}, mail])
  expect(records[3]).toBe(mail)
  expect(changes).toEqual([
    {what: 'changed', record: byHand},
    {what: 'gone', record: db},
    {what: 'added', record: {...added, source: 'hand'}},
  ])
  expect(conflicts).toEqual([])
})

test('machines that were not shown are not touched', () => {
  const {records, changes} = applyEdits(all, {before: [db], after: []})
  expect(records).toEqual([web, webNet, mail])
  expect(changes).toEqual([{what: 'gone', record: db}])
})

test('a machine that only was seen again meanwhile takes the edit', () => {
  const seen = {...db, observedAt: '2026-02-02T00:00:00Z'}
  const edited = {...db, vram: '256'}
  const {records, conflicts} = applyEdits([web, seen], {before: [db], after: [edited]})
  expect(records).toEqual([web, {...edited, observedAt: seen.observedAt, source: 'hand'}])
  expect(conflicts).toEqual([])
  const dated = {...db, observedAt: '2025-01-01T00:00:00Z'}
  expect(applyEdits([seen], {before: [db], after: [dated]}).records).toEqual([{...dated, source: 'hand'}])
})

const scanned = {...db, vram: '999'}
test.each([
  ['changed', [web, scanned], [{...db, vram: '256'}], scanned, 'changed by others meanwhile'],
  ['taken out', [web, scanned], [], scanned, 'changed by others meanwhile'],
  ['changed and dropped by a scan', [web], [{...db, vram: '256'}], {...db, vram: '256'}, 'dropped by others meanwhile'],
])('a machine that was %s and by a scan too stays as the scan left it, and is told', (_, now, after, about, reason) => {
  const {records, changes, conflicts} = applyEdits(now, {before: [db], after})
  expect(records).toEqual(now)
  expect(changes).toEqual([])
  expect(conflicts).toEqual([{record: about, reason: expect.stringContaining(reason)}])
})

test('a machine added that is there already, shown or not, is a conflict unless it says the same', () => {
  const other = {...mail, vram: '1'}
  expect(applyEdits(all, {before: [db], after: [db, other]}).conflicts).toMatchObject([
    {record: mail, reason: expect.stringContaining('already')},
  ])
  expect(applyEdits(all, {before: [db], after: [db, {...mail}]})).toMatchObject({changes: [], conflicts: []})
})

test('the same change by both sides is no conflict', () => {
  expect(applyEdits([scanned], {before: [db], after: [{...scanned}]})).toEqual({
    records: [scanned],
    changes: [],
    conflicts: [],
  })
  expect(applyEdits([], {before: [db], after: []})).toEqual({records: [], changes: [], conflicts: []})
})
