/**
 * ADOPTABLE: what a host has of machines that are none of ctys: QEMUs that run, configurations of other tools, scripts,
 * bare images; each machine once. Looks only.
 */

import {hostType, scanTypes} from '../../../domain/machine/session-types.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {AdoptableData} from '../../../domain/work/adopt.js'
import type {EnumerateData} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import {scanHost} from '../../host/scan/enumerate.js'
import {Search} from '../../host/scan/search.js'
import {type SeenProcesses, scanQemu} from '../process/processes.js'
import {adoptionsOf} from './adoptions.js'

const types = Object.keys(scanTypes).filter((type) => type !== hostType)
const searchMs = 60_000

/** Types whose file says how QEMU is called. */
const described = new Set(['LIBVIRT', 'PROXMOX', 'QUICKEMU', 'VIRT-INSTALL', 'SCRIPT'])

export const adoptable = readingHandler<'adoptable'>(async ({ask, target}, context) => {
  const {session, signal} = context
  const seen: SeenProcesses = await scanQemu(session, {signal})
  const {data} = await scanHost(session, {basePaths: ask.basePaths, types, signal, deadlineMs: searchMs})
  const contents = await contentsOf(data, context)
  const machines = adoptionsOf({processes: seen.processes, stored: data.machines, contents, target})
  const {searched, unsearched, places = [], closed = []} = data
  return {
    kind: 'adoptable',
    machines,
    searched: [...searched, ...places],
    unsearched,
    closed,
    ...(seen.hidden && {hidden: true}),
  } satisfies AdoptableData
})

async function contentsOf(
  {machines}: EnumerateData,
  {session, signal}: Pick<HostContext, 'session' | 'signal'>,
): Promise<ReadonlyMap<string, Buffer>> {
  const paths = machines.filter(({type}) => described.has(type)).map(({id}) => id)
  const files = await new Search(session, {types, signal, deadlineMs: searchMs}).named(paths)
  return new Map([...files].flatMap(([path, {state, content}]) => (state === 'read' ? [[path, content] as const] : [])))
}
