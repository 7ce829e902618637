/** Everything that is wrong with a file that people write: against its schema, and what was found besides. */
import type {FileFault} from '../domain/inventory/inventory-files.js'
import type {FileDocument, NodeFault} from '../domain/ports/documents.js'
import {faultLine} from './fault-line.js'

/** A line each, in the order of the file. */
export function documentFaults({faults, locate}: FileDocument, found: readonly NodeFault[]): string[] {
  return [...faults, ...withoutKnown(locate(found), faults)].sort(byPlace).map(faultLine)
}

/** What a default has wrong is told once, and what the schema refuses is not judged again. */
function withoutKnown(found: readonly FileFault[], known: readonly FileFault[]): readonly FileFault[] {
  const places = new Set(known.map(({line, column}) => `${line}:${column}`))
  const lines = new Set<string>()
  return found.filter((fault) => {
    const text = faultLine(fault)
    if (lines.has(text) || places.has(`${fault.line}:${fault.column}`)) return false
    lines.add(text)
    return true
  })
}

function byPlace(one: FileFault, other: FileFault): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)
}
