import type {FileFault} from '../domain/inventory/inventory-files.js'

/** `file:line:column: fact: what is wrong`; not escaped yet. */
export function faultLine({file, line, column, path, reason}: FileFault): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return [place, ...(path === undefined ? [] : [path]), reason].join(': ')
}
