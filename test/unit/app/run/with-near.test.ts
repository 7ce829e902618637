import {expect, test} from 'vitest'
import {withNear} from '../../../../src/app/run/with-near.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {Outcome} from '../../../../src/domain/work/outcome.js'
import type {Task} from '../../../../src/domain/work/plan.js'

test('a label that is on none of many hosts is compared with the inventory once', async () => {
  let reads = 0
  const inventory = {
    all: async () => {
      reads += 1
      return [{label: 'web01', host: 'h1', type: 'QEMU'} as InventoryRecord]
    },
  }
  const ids = Array.from({length: 500}, (_, n) => String(n))
  const tasks = ids.map((id) => ({id, target: {host: `h${id}`}, ask: {machine: {label: 'wbe01'}}}) as unknown as Task)
  const outcomes = ids.map(
    (taskId) =>
      ({taskId, host: `h${taskId}`, status: 'failed', error: {code: 'MACHINE_NOT_FOUND', message: ''}}) as Outcome,
  )
  const told = await withNear(outcomes, tasks, {inventory} as unknown as Parameters<typeof withNear>[2])
  expect(told.map((outcome) => 'error' in outcome && outcome.error.details)).toEqual(
    ids.map(() => ['did you mean web01 (h1)?']),
  )
  expect(reads).toBe(1)
})
