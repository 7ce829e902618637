/** A host that gave no answer lately is waited for shorter, where that can hurt nobody. */
import {expect, test} from 'vitest'
import {listMachines} from '../../../src/app/list/list-machines.js'
import type {SilentHosts} from '../../../src/domain/ports/silent-hosts.js'
import {formatTarget} from '../../../src/domain/target.js'
import {createHostsWorld} from '../../fakes/hosts-world.js'

function memory(...silent: readonly string[]) {
  const names = new Set(silent)
  const hosts: SilentHosts = {
    isSilent: async (target) => names.has(formatTarget(target)),
    note: async (target, answered) => {
      if (answered) names.delete(formatTarget(target))
      else names.add(formatTarget(target))
    },
  }
  return {hosts, names}
}

async function list(targets: readonly string[], silent: readonly string[]) {
  const {hosts, names} = memory(...silent)
  const {context} = createHostsWorld([], {h1: [], h2: []})
  const limits: Record<string, number | undefined> = {}
  const asking = {
    ...context,
    silentHosts: hosts,
    transport: {
      ...context.transport,
      open: (...[target, options]: Parameters<typeof context.transport.open>) => {
        limits[formatTarget(target)] = options.mostMs
        return context.transport.open(target, options)
      },
    },
  }
  const result = await listMachines({type: 'ALL', targets, dryRun: false, running: true}, asking)
  if (result.kind !== 'run') throw new Error('it is a plan')
  const details = result.outcomes.flatMap((one) => ('error' in one ? [one.error.details?.join() ?? ''] : []))
  return {limits, details, left: [...names].sort()}
}

test('who is silent is remembered, and waited for shorter among others until it answers', async () => {
  expect(await list(['h1', 'dead'], [])).toEqual({
    limits: {h1: undefined, dead: undefined},
    details: [''],
    left: ['dead'],
  })
  expect(await list(['h1', 'h2', 'dead'], ['dead', 'h2'])).toEqual({
    limits: {h1: undefined, h2: 3000, dead: 3000},
    details: [expect.stringContaining('named alone it has its whole time')],
    left: ['dead'],
  })
})

test('named alone it has its whole time', async () => {
  expect((await list(['dead'], ['dead'])).limits).toEqual({dead: undefined})
})
