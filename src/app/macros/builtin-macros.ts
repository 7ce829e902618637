/**
 * Macros that are there without a file: tables of inventory records for `-o macro:NAME`, and a cell `F_FIELD` for each
 * classic field, as in `-o tab_gen:{macro:F_LABEL}%%{macro:F_HOST}`. A macro of the same name in a file of the user
 * wins. The names are the original's; the columns of the tables, but for the default one, are ours.
 */
import {classicFieldCount, type RecordField, recordFields} from '../../domain/inventory/inventory-record.js'
import {inventoryColumns} from '../../query/output/parse-fields.js'

/** What `ctys vhost` shows without `-o`. */
export const vhostDefault = 'TAB_CTYS_VHOST_DEFAULT'

/** Columns of the terminal for fields that need more, or less, than ten; `_L` keeps the end of the value. */
const widths: Partial<Record<RecordField, string>> = {
  host: '15',
  label: '15',
  type: '8',
  id: '40_L',
  uuid: '32',
  mac: '17',
  tcp: '15',
  dist: '12',
  vmState: '8',
  accelerator: '5',
  exePath: '30_L',
  vram: '6',
  vcpu: '4',
}

const classicFields = recordFields.slice(0, classicFieldCount)

function cell(field: RecordField): string {
  return `${recordFields.indexOf(field) + 1}_${field}_${widths[field] ?? '10'}`
}

function table(...fields: readonly RecordField[]): string {
  return `tab_gen:${fields.map(cell).join('%%')}`
}

/** The fields of LIST by number: the first ten are those of the inventory, the others are its own. */
const common = ['1_host_15', '3_label_15', '2_type_8'].join('%%')
const conn = `tab_gen:${common}%%8_disp_5%%9_cport_6%%10_sport_40_L`
const id = `tab_gen:${common}%%5_uuid_32%%6_mac_17`
const conf = `tab_gen:${common}%%4_id_60_L`
const interfaces = `tab_gen:${common}%%6_mac_17%%7_tcp_15`

/** `NAME`, and as whole calls `lNAME` of LIST, `eNAME` of ENUMERATE and `vNAME` of ctys-vhost. */
function calls(name: string, layout: string): readonly (readonly [string, string])[] {
  return [
    [name, layout],
    [`l${name}`, `-a list=${layout}`],
    [`e${name}`, `-a enumerate=${layout}`],
    [`v${name}`, `-o ${layout}`],
  ]
}

export const builtinMacros: ReadonlyMap<string, string> = new Map([
  [vhostDefault, `tab_gen:${inventoryColumns.defaultTable ?? ''}`],
  ['vhostdefault', `tab_gen:${inventoryColumns.defaultTable ?? ''}`],
  ['enumdefault', conf],
  ['listdefault', 'tab_tcp,both'],
  ['listconnpid', `-a list=${conn}%%11_pid_7`],
  ['listjobs', `-a list=tab_gen:${common}%%15_jobid_20%%11_pid_7`],
  ...calls('conn', conn),
  ...calls('conf', conf),
  ...calls('id', id),
  ['interfaces', interfaces],
  ['lif', `-a list=${interfaces}%%16_if_10`],
  ['eif', `-a enumerate=${interfaces}%%33_if_10`],
  ['vif', `-o ${interfaces}%%33_if_10`],
  ['TAB_HYPER', table('host', 'label', 'type', 'accelerator', 'hyperRel', 'hyperRelRun', 'vmState')],
  ['TAB_HWSTAT', table('host', 'label', 'type', 'arch', 'platform', 'vcpu', 'vram', 'hwCap', 'hwReq')],
  ['TAB_STACKSTAT', table('host', 'label', 'type', 'vmState', 'stackCap', 'stackReq', 'execLocation', 'relocCap')],
  ...classicFields.map((field) => [`F_${field.toUpperCase()}`, cell(field)] as const),
])
