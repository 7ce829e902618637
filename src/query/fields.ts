import {type RecordField, recordFields} from '../domain/inventory/inventory-record.js'

/** Other names of the fields: the classic keys with their short forms, and what people call them today. */
const otherNames: Partial<Record<RecordField, readonly string[]>> = {
  host: ['PM', 'H'],
  type: ['STYPE', 'ST'],
  label: ['L', 'name'],
  id: ['IDS', 'I', 'PNAME', 'P', 'path'],
  uuid: ['U'],
  mac: ['M'],
  tcp: ['T', 'IP'],
  vncDisplay: ['DISP', 'display'],
  cport: ['VNCPORT'],
  sport: ['SERVERACCESS', 'S'],
  dist: ['distro'],
  distRel: ['distrorel'],
  os: ['O'],
  version: ['VERNO', 'VER'],
  serial: ['SERNO', 'SERIALNUMBER'],
  category: ['CAT'],
  vmState: ['VSTAT', 'state'],
  hyperRel: ['HYREL'],
  stackCap: ['SCAP'],
  stackReq: ['SREQ'],
  netName: ['DNS', 'D'],
  hyperRelRun: ['HYRELRUN', 'HRX'],
  accelerator: ['ACCEL'],
  exePath: ['EXEP'],
  index: ['RESERVED10'],
  ifName: ['IF'],
  gateway: ['GW'],
  platform: ['PFORM'],
  vram: ['mem', 'memory'],
  vcpu: ['cpu', 'cpus'],
  contextString: ['CSTRG'],
  userString: ['USTRG'],
  uid: ['USERID'],
  gid: ['GROUPID'],
  disks: ['disk'],
}

/** Every name of a field, in lower case. */
export const fieldKeys: Readonly<Record<string, RecordField>> = Object.fromEntries(
  recordFields.flatMap((field) => [field, ...(otherNames[field] ?? [])].map((key) => [key.toLowerCase(), field])),
)

/** Those long enough to be what a misspelt name was meant to be. */
export const longFieldKeys: readonly string[] = Object.keys(fieldKeys).filter((key) => key.length > 2)

/** The field of that name, without regard to case. */
export function fieldOf(key: string): RecordField | undefined {
  const name = key.toLowerCase()
  return Object.hasOwn(fieldKeys, name) ? fieldKeys[name] : undefined
}

/** The field of that name or with that number: 1 is the host, 47 the default console. */
export function fieldAt(key: string): RecordField | undefined {
  return /^[0-9]{1,2}$/.test(key) ? recordFields[Number(key) - 1] : fieldOf(key)
}
