import type {EntryColumn, NetworkEntry} from '../domain/network/network-entry.js'

/** What would break a row or hide in it: separator, escape, comment sign, controls, Unicode line ends, byte order mark. */
const reserved = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff%;#]|^\s|\s$/g

/** The columns of macmap.fdb in its newer order. */
export const entryColumns: readonly EntryColumn[] = ['name', 'ip', 'mac']

/**
 * An entry as a row of macmap.fdb, `name;ip;mac` or the columns given. What would break the row is percent-encoded as
 * UTF-8 (RFC 3986, section 2.1), blanks at the ends of a value too, which are not part of it when it is read.
 */
export function formatEntry(entry: NetworkEntry, columns: readonly EntryColumn[] = entryColumns): string {
  return columns.map((column) => entry[column].replace(reserved, encodeURIComponent)).join(';')
}
