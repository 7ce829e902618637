import {
  emptyRecord,
  type InventoryRecord,
  type RecordField,
  recordFields,
} from '../../src/domain/inventory/inventory-record.js'
import {groupMachines, type MachineRecords} from '../../src/domain/machine/machine-records.js'

/**
 * A machine as people write it: its facts by name, and a list of its interfaces. Names are those of the record, but for
 * the facts of an interface (`mac`, `ip`, `name`, `index`) and the old snapshot position. Unknown facts are left out.
 * An interface inherits the facts of its machine and may give others, or '' for an unknown one, so nothing is lost.
 */
export type YamlMachine = Readonly<Record<string, unknown>>

const interfaceNames: ReadonlyMap<string, RecordField> = new Map([
  ['mac', 'mac'],
  ['ip', 'tcp'],
  ['name', 'netName'],
  ['index', 'ifName'],
  ['netmask', 'netmask'],
  ['gateway', 'gateway'],
  ['relay', 'relay'],
])

const ofInterface: ReadonlySet<RecordField> = new Set(interfaceNames.values())

const machineNames: ReadonlyMap<string, RecordField> = new Map(
  recordFields
    .filter((field) => !ofInterface.has(field))
    .map((field) => [field === 'index' ? 'position' : field, field]),
)

/** Written without quotes where they are plain numbers. */
const numbers: ReadonlySet<RecordField> = new Set([
  'vncDisplay',
  'cport',
  'sport',
  'vncBase',
  'sshPort',
  'ifName',
  'index',
  'vram',
  'vcpu',
])

export function toYamlMachines(records: readonly InventoryRecord[]): readonly YamlMachine[] {
  return groupMachines(records).map(toYamlMachine)
}

function toYamlMachine(machine: MachineRecords): YamlMachine {
  const [first] = machine
  const facts = namedFacts(first, machineNames, (field) => first[field] !== '')
  const interfaces = machine.map((record) => ({
    ...namedFacts(record, interfaceNames, (field) => record[field] !== ''),
    ...namedFacts(record, machineNames, (field) => record[field] !== first[field]),
  }))
  const [only = {}] = interfaces
  return interfaces.length === 1 && Object.keys(only).length === 0 ? facts : {...facts, interfaces}
}

function namedFacts(
  record: InventoryRecord,
  names: ReadonlyMap<string, RecordField>,
  isWanted: (field: RecordField) => boolean,
): YamlMachine {
  const wanted = [...names].filter(([, field]) => isWanted(field))
  return Object.fromEntries(wanted.map(([name, field]) => [name, factOf(field, record[field])]))
}

function factOf(field: RecordField, value: string): string | number {
  return numbers.has(field) && /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value
}

/** The records of a machine, of whatever shape it is: what is no fact (the schema says so too) is passed over. */
export function recordsOfYamlMachine(machine: unknown): readonly InventoryRecord[] {
  const shared = {...emptyRecord(), ...readFacts(machine, machineNames)}
  const interfaces = isMap(machine) && Object.hasOwn(machine, 'interfaces') ? machine.interfaces : undefined
  const list = Array.isArray(interfaces) && interfaces.length > 0 ? interfaces : [{}]
  return list.map((one: unknown) => ({...shared, ...readFacts(one, machineNames), ...readFacts(one, interfaceNames)}))
}

/** Only own properties with names we know are looked at: a key such as __proto__ is a key like any other. */
function readFacts(facts: unknown, names: ReadonlyMap<string, RecordField>): Partial<InventoryRecord> {
  if (!isMap(facts)) return {}
  return Object.fromEntries(
    [...names].flatMap(([name, field]) => {
      const value = Object.hasOwn(facts, name) ? facts[name] : undefined
      return typeof value === 'string' || typeof value === 'number' ? [[field, String(value)]] : []
    }),
  )
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
