/** In the classic call a group wins over a host of its name, as ever; that it did is said on stderr. */
import {CtysError} from '../../domain/errors.js'
import type {AppContext, Group} from '../../domain/ports/ports.js'
import {recordedHost} from '../../domain/target.js'
import type {Report} from '../../domain/work/report.js'
import {escapeControls} from '../../lib/escape-controls.js'

/** The report, in front of its stderr a line for each of the groups whose name a host of the inventory has. */
export async function tellShadowedHosts(
  report: Report,
  groups: readonly Group[],
  context: Pick<AppContext, 'inventory' | 'localName'>,
): Promise<Report> {
  const lines: string[] = []
  for (const {name, file} of new Map(groups.map((group) => [group.name, group])).values()) {
    if (await isHost(name, context)) lines.push(`${escapeControls(`${name} is read as the group ${file}`)}\n`)
  }
  return {...report, stderr: lines.join('') + report.stderr}
}

async function isHost(name: string, {inventory, localName}: Pick<AppContext, 'inventory' | 'localName'>) {
  try {
    const {records} = await inventory.find([name])
    return records.some(({host}) => recordedHost(host, localName) === name.toLowerCase())
  } catch (error) {
    // who needs the inventory says what is wrong with it
    if (error instanceof CtysError) return false
    throw error
  }
}
