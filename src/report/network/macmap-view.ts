/** MACMAP: the entries of the address map that fit; nothing found is exit 3, as for `find`. */
import {exitStatus} from '../../domain/error-codes.js'
import type {MacmapResult} from '../../domain/results/network.js'
import {entriesNotes, entriesText, entryCount} from '../find/entries-section.js'
import type {EntriesBody} from '../shared/body.js'
import type {View} from '../shared/view.js'

export const macmapView: View<MacmapResult, EntriesBody> = {
  exit: ({entries}) => (entries.length === 0 ? exitStatus.notFound : exitStatus.ok),
  body: ({entries}) => ({command: 'macmap', outcomes: [], entries}),
  text: ({entries, layout}) => entriesText(entries, layout),
  terse: ({entries, layout}) => entriesText(entries, layout),
  notes: ({entries, layout, macmap: {location, size, rejects}}) => [
    ...entriesNotes(entries, layout),
    ...rejects.map(({file, line, reason}) => `${file ?? location}:${line}: ${reason}`),
    ...(entries.length === 0 ? nothingFound(location, size) : []),
  ],
}

function nothingFound(location: string, size: number): readonly string[] {
  return size === 0
    ? [`the address map ${location} is empty`, '  next: ctys extract-mac -P dhcpd.conf, or ctys extract-arp -P HOST...']
    : [`nothing in the address map ${location} fits (${entryCount(size)})`]
}
