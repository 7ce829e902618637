/** What a classic LIST or ENUMERATE leaves out is left out of every format. */
import {expect, test} from 'vitest'
import type {ShownOnly} from '../../../src/domain/inventory/record-output.js'
import type {Outcome} from '../../../src/domain/work/outcome.js'
import {shownOutcome} from '../../../src/report/run/shown-only.js'
import {machine} from '../../golden/report/samples.js'

const list: Outcome = {
  ...{taskId: '1', host: 'h1', ms: 1, status: 'ok'},
  data: {
    kind: 'list',
    machines: [machine({label: 'a', uid: 'ann'}), machine({label: 'b', uid: 'bob', type: 'XEN'})],
    host: {
      ...{label: 'h1', id: '', uuid: '', mac: '', tcp: '', ifName: '', system: 'Linux', distribution: 'Debian'},
      ...{accelerator: '', arch: 'x86_64'},
    },
  },
}

function labels(only?: ShownOnly): readonly string[] {
  const shown = shownOutcome(list, only)
  if (shown.status !== 'ok' || shown.data.kind !== 'list') throw new Error('it is no list any more')
  return [...shown.data.machines.map(({label}) => label), ...(shown.data.host === undefined ? [] : ['the host'])]
}

test.each<[ShownOnly | undefined, readonly string[]]>([
  [undefined, ['a', 'b', 'the host']],
  [{}, ['a', 'b', 'the host']],
  [{types: ['QEMU']}, ['a']],
  [{types: ['XEN', 'PM']}, ['b', 'the host']],
  [{owners: {by: 'uid', names: ['ann']}}, ['a']],
  [{types: ['XEN'], owners: {by: 'uid', names: ['ann']}}, []],
])('of %j are shown %j', (only, shown) => {
  expect(labels(only)).toEqual(shown)
})

test('what failed stays as it is', () => {
  const failed: Outcome = {taskId: '1', host: 'h1', ms: 1, status: 'skipped', reason: 'interrupted'}
  expect(shownOutcome(failed, {types: ['QEMU']})).toBe(failed)
})
