/**
 * The `#@#` keys of a VM configuration file that ctys reads: which inventory field each one fills (newest name first,
 * then the names of older releases) and what a value must look like. Keys that are not here are left alone.
 */
import {isIP} from 'node:net'
import type {RecordField} from '../../../domain/inventory/inventory-record.js'
import {normalizeMac, normalizeUuid} from '../../../domain/machine/machine-address.js'
import {executableStates, vmStates} from '../../../domain/machine/vm-states.js'

/** A value in the inventory's form, or why it is none. */
export type Checked = {readonly value: string} | {readonly reason: string}
type Check = (raw: string) => Checked

export interface KeyRule {
  readonly field: RecordField
  readonly keys: readonly string[]
  readonly check: Check
}

/** A machine that states nothing may be started. */
export function isExecutableState(vmState: string): boolean {
  return vmState === '' || executableStates.some((state) => state === vmState)
}

const maxLabel = 255
/** Characters of a value. */
export const maxValue = 1024

/** Fields that name the machine: a fault in one of them rejects the file. */
export const labelRule: KeyRule = {field: 'label', keys: ['LABEL'], check: checkLabel}
export const uuidRule: KeyRule = {field: 'uuid', keys: ['UUID'], check: checkUuid}
/** The type must be one of these. */
export function typeRule(types: readonly string[]): KeyRule {
  return {field: 'type', keys: ['SESSIONTYPE'], check: (raw) => checkType(raw, types)}
}

/** Keys with an interface number behind them (`MAC1`); without a number they mean interface 0. */
export const interfaceRules: readonly KeyRule[] = [
  {field: 'mac', keys: ['MAC'], check: checkMac},
  {field: 'tcp', keys: ['IP', 'TCP'], check: checkTcp},
  {field: 'netName', keys: ['NETNAME'], check: checkText},
]

export const machineRules: readonly KeyRule[] = [
  {field: 'vncDisplay', keys: ['VNCACCESSDISPLAY', 'VNCDISPLAY'], check: checkDisplay},
  {field: 'cport', keys: ['VNCACCESSPORT', 'VNCPORT', 'CPORT'], check: checkPort},
  {field: 'sport', keys: ['SPORT'], check: checkText},
  {field: 'vncBase', keys: ['VNCBASEPORT', 'VNCBASE'], check: checkPort},
  {field: 'dist', keys: ['DIST', 'DISTRO'], check: checkText},
  {field: 'distRel', keys: ['DISTREL', 'DISTROREL'], check: checkText},
  {field: 'os', keys: ['OS'], check: checkText},
  {field: 'osRel', keys: ['OSREL'], check: checkText},
  {field: 'version', keys: ['VERNO', 'VERSION'], check: checkText},
  {field: 'serial', keys: ['SERNO', 'SERNR', 'SERIALNUMBER'], check: checkText},
  {field: 'category', keys: ['CATEGORY'], check: checkText},
  {field: 'vmState', keys: ['VMSTATE'], check: checkState},
  {field: 'hyperRel', keys: ['HYPERREL'], check: checkText},
  {field: 'stackCap', keys: ['STACKCAP'], check: checkText},
  {field: 'stackReq', keys: ['STACKREQ'], check: checkText},
  {field: 'hwCap', keys: ['HWCAP'], check: checkText},
  {field: 'hwReq', keys: ['HWREQ'], check: checkText},
  {field: 'execLocation', keys: ['EXECLOCATION'], check: checkText},
  {field: 'relocCap', keys: ['RELOCCAP'], check: checkText},
  {field: 'sshPort', keys: ['SSHPORT'], check: checkPorts},
  {field: 'accelerator', keys: ['ACCELERATOR'], check: checkText},
  {field: 'exePath', keys: ['STARTERCALL'], check: checkText},
  {field: 'ctysRelease', keys: ['CTYSREL', 'CTYSRELEASE'], check: checkText},
  {field: 'netmask', keys: ['NETMASK'], check: checkText},
  {field: 'gateway', keys: ['GATEWAY', 'GUESTGATEWAY'], check: checkText},
  {field: 'relay', keys: ['RELAY'], check: checkText},
  {field: 'arch', keys: ['ARCH'], check: checkText},
  {field: 'platform', keys: ['PLATFORM'], check: checkText},
  {field: 'vram', keys: ['VRAM'], check: checkMemory},
  {field: 'vcpu', keys: ['VCPU'], check: checkCpus},
  {field: 'contextString', keys: ['CSTRG', 'CONTEXTSTRING'], check: checkText},
  {field: 'userString', keys: ['USTRG', 'USERSTRING'], check: checkText},
  {field: 'uid', keys: ['UID'], check: checkText},
  {field: 'gid', keys: ['GID'], check: checkText},
  {field: 'defaultHosts', keys: ['DEFAULTHOSTS'], check: checkText},
  {field: 'defaultConsole', keys: ['DEFAULTCONSOLE'], check: checkText},
]

/**
 * The manual allows letters, digits, `_` and `-` below 30 characters; longer ones and `.`, `+`, `@` are met in the field
 * and harmless. A label becomes part of socket paths and command lines, so nothing else passes.
 */
export function checkLabel(raw: string): Checked {
  if (raw.length > maxLabel) return {reason: `label of ${raw.length} characters; at most ${maxLabel}`}
  if (/^[\p{L}\p{N}_@+][\p{L}\p{N}_@+.-]*$/u.test(raw)) return {value: raw}
  return {reason: `no label: ${show(raw)}; letters, digits, _ - . + @ are allowed, - and . not at the start`}
}

function checkUuid(raw: string): Checked {
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(raw)) return {value: normalizeUuid(raw)}
  return {reason: `no UUID: ${show(raw)}`}
}

function checkType(raw: string, types: readonly string[]): Checked {
  const [wanted = ''] = types
  return types.includes(raw.toUpperCase()) ? {value: wanted} : {reason: `session type is not ${wanted}: ${show(raw)}`}
}

/** A value that comes from elsewhere than a key, by the rule of its field; undefined when it is no good. */
export function checkedValue(field: RecordField, raw: string): string | undefined {
  const rule = [labelRule, uuidRule, ...interfaceRules, ...machineRules].find((candidate) => candidate.field === field)
  const checked = raw === '' ? undefined : (rule?.check(raw) ?? checkText(raw))
  return checked !== undefined && 'value' in checked ? checked.value : undefined
}

function checkMac(raw: string): Checked {
  if (/^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i.test(raw)) return {value: normalizeMac(raw)}
  return {reason: `no MAC address: ${show(raw)}`}
}

/** An address or a host name; digits and dots alone are never a name. */
function checkTcp(raw: string): Checked {
  if (isIP(raw) !== 0) return {value: raw}
  if (/^[a-z0-9](?:[a-z0-9._-]{0,252})$/i.test(raw) && !/^[\d.]+$/.test(raw)) return {value: raw}
  return {reason: `no IP address or host name: ${show(raw)}`}
}

function checkPort(raw: string): Checked {
  return checkNumber(raw, {what: 'port', min: 1, max: 65535})
}

/** One port or several, separated by `%` or a comma. */
function checkPorts(raw: string): Checked {
  const bad = raw.split(/[%,]/).find((port) => 'reason' in checkPort(port))
  return bad === undefined ? {value: raw} : checkPort(bad)
}

function checkDisplay(raw: string): Checked {
  return checkNumber(raw.replace(/^:/, ''), {what: 'VNC display', min: 0, max: 65535 - 5900})
}

function checkCpus(raw: string): Checked {
  return checkNumber(raw, {what: 'number of CPUs', min: 1, max: 4096})
}

/** MiB; a unit of M or G may follow. */
function checkMemory(raw: string): Checked {
  const [, digits = raw, unit = ''] = /^(\d+)\s*([mg])(?:i?b)?$/i.exec(raw) ?? []
  const checked = checkNumber(digits, {what: 'memory size in MiB', min: 1, max: 2 ** 26})
  return 'value' in checked && unit.toUpperCase() === 'G' ? {value: String(Number(checked.value) * 1024)} : checked
}

function checkState(raw: string): Checked {
  const state = raw.toUpperCase()
  if (vmStates.includes(state)) return {value: state}
  return {reason: `no VMSTATE: ${show(raw)}; one of ${vmStates.join(' ')}`}
}

function checkNumber(raw: string, {what, min, max}: {what: string; min: number; max: number}): Checked {
  const number = /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN
  return number >= min && number <= max ? {value: String(number)} : {reason: `no ${what}: ${show(raw)}`}
}

/** `;` separates the fields of an inventory record, so no value may hold it. */
function checkText(raw: string): Checked {
  if (raw.length > maxValue) return {reason: `value of ${raw.length} characters; at most ${maxValue}`}
  if (/[\p{Cc};]/u.test(raw)) return {reason: `control characters and ; are not allowed: ${show(raw)}`}
  return {value: raw}
}

/** A hostile value in a message: short, in quotes, without control characters. */
function show(raw: string): string {
  return JSON.stringify(raw.length > 60 ? `${raw.slice(0, 60)}...` : raw)
}
