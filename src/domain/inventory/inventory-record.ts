/**
 * The inventory record: the 47 classic fields in canonical order and ours behind them. Values are strings, empty when
 * unknown, exactly as the text file holds them. One record per network interface: a machine with two MAC addresses
 * has two records that differ in mac, tcp, netName and ifName.
 */
export const recordFields = [
  'host',
  'type',
  'label',
  'id',
  'uuid',
  'mac',
  'tcp',
  'vncDisplay',
  'cport',
  'sport',
  'vncBase',
  'dist',
  'distRel',
  'os',
  'osRel',
  'version',
  'serial',
  'category',
  'vmState',
  'hyperRel',
  'stackCap',
  'stackReq',
  'hwCap',
  'hwReq',
  'execLocation',
  'relocCap',
  'sshPort',
  'netName',
  'hyperRelRun',
  'accelerator',
  'exePath',
  'index',
  'ifName',
  'ctysRelease',
  'netmask',
  'gateway',
  'relay',
  'arch',
  'platform',
  'vram',
  'vcpu',
  'contextString',
  'userString',
  'uid',
  'gid',
  'defaultHosts',
  'defaultConsole',
  // ours, behind the classic ones
  'observedAt',
  'source',
  'disks',
  'suspended',
] as const

export type RecordField = (typeof recordFields)[number]

/**
 * `host` is the name ctys reaches the machine's host by (lower case); `id` the absolute configuration path;
 * `uuid` without hyphens, lower case; `mac` upper case; `vram` MiB; `observedAt` ISO 8601 UTC with seconds, empty when
 * never observed by us; `source` one of scan, process, hand, import; `disks` the images beside the configuration as
 * `FILESYSTEM:INODE`, a blank between them: the same file through whatever host or path has the same name. `suspended`: since when its
 * memory lies in its image, as the host said it (`2026-01-31 10:20:30`), or `yes`; empty when it does not.
 */
export type InventoryRecord = Readonly<Record<RecordField, string>>

export const classicFieldCount = 47

/** What tells when, how and where a record was made; not a fact about the machine. */
export const circumstances: ReadonlySet<RecordField> = new Set(['observedAt', 'source', 'index', 'disks'])

/** How many fields a line of ours has, and had before; all are read alike. */
export const ownFieldCounts: ReadonlySet<number> = new Set([49, 50, recordFields.length])

export function emptyRecord(): InventoryRecord {
  return Object.fromEntries(recordFields.map((field) => [field, ''])) as InventoryRecord
}
