/** ctys-createConfVM: a machine in a directory of this host, with the variables and options of the original. */
import {resolve} from 'node:path'
import {confVariables} from '../../domain/classic/conf-variables.js'
import {ConfigError, UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {ConfVariablesResult} from '../../domain/results/conf-variables.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {ConfigureAsk} from '../../domain/work/configure.js'
import {atomicWrite} from '../../lib/atomic-write.js'
import {homeDirectory} from '../../lib/home.js'
import {FileRefused, readIfThere} from '../../lib/regular-file.js'
import {type ConfCall, parseConfCall, parseDefaults} from '../../parse/make/parse-conf-call.js'
import {isLabel, labelText} from '../../parse/make/parse-new.js'
import {parseSettings} from '../../parse/make/parse-settings.js'
import {parseSize} from '../../parse/make/sizes.js'
import {runTasks} from '../run/run-tasks.js'
import {askConf} from './conf-dialogue.js'
import {type ConfValue, confValues} from './conf-values.js'
import {mergeStored} from './stored.js'

export async function createConf(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  context: CommandContext,
): Promise<RunResult | PlanResult | ConfVariablesResult> {
  const faults: string[] = []
  const call = parseConfCall(argv, faults)
  const usual = `${homeDirectory()}/.ctys/defaults-QEMU.ctys`
  const file = call.defaultsFile === undefined ? usual : call.defaultsFile
  const defaults = file === false ? new Map<string, string>() : readDefaults(file, file !== usual, faults)
  if (faults.length > 0) throw new UsageError(faults, 'ctys create-conf-vm --help')
  const serial = context.now().toISOString().replace(/\D/g, '').slice(0, 14)
  const sources = {label: call.label, type: call.type, environment, defaults, defaultsFile: file || '', serial}
  const found = await confValues(sources, context)
  if (call.listVariables)
    return {kind: 'conf-variables', variables: found.map((one) => ({...one, about: aboutOf(one.name)}))}
  if (call.writeDefaults !== undefined) {
    await writeDefaults(file || usual, found, call.writeDefaults, context.signal)
    return {
      kind: 'conf-variables',
      variables: found.map((one) => ({...one, about: aboutOf(one.name)})),
      written: file || usual,
    }
  }
  const values = call.auto === 'all' ? found : await askConf(found, call, context)
  const ask = askOf(values, call, {serial, directory: resolve(call.directory)})
  const action = {verb: 'configure', ask} as const
  const request = {type: 'QEMU', action, targets: [{host: 'localhost'}], inventoryUse: 'off'} as const
  const done = await runTasks({request}, context)
  await mergeStored(done, context)
  return done
}

function aboutOf(name: string): string {
  return confVariables.find((one) => one.name === name)?.about ?? ''
}

/** Throws UsageError with every value that is none. */
function askOf(
  values: readonly ConfValue[],
  call: ConfCall,
  {serial, directory}: {readonly serial: string; readonly directory: string},
): ConfigureAsk {
  const of = (name: string) => values.find((one) => one.name === name)?.value ?? ''
  const faults: string[] = []
  const label = of('LABEL')
  if (!isLabel(label)) faults.push(`LABEL: '${label}' ${labelText}`)
  const size = of('HDDBOOTIMAGE_INST_SIZE')
  const block = parseSize(of('HDDBOOTIMAGE_INST_BLOCKSIZE'), 'M') ?? 0
  const sizes = values.find(({name}) => name === 'HDDBOOTIMAGE_INST_SIZE')?.from === 'default' && block > 0
  const counted = block * Number(of('HDDBOOTIMAGE_INST_BLOCKCOUNT'))
  const bytes = sizes ? counted : (parseSize(size, 'G') ?? 0)
  if (!(bytes > 0)) faults.push(`HDDBOOTIMAGE_INST_SIZE: '${size}' is no size, such as 8G`)
  const keys = confVariables.flatMap(({name, key}) => {
    const value = of(name)
    return key === undefined || value === '' || key === 'LABEL' || key === 'INST_EDITOR' ? [] : [{key, value}]
  })
  for (const {key, value} of keys) {
    // `;` switches a device off
    const wrong: string[] = []
    if (value !== ';') parseSettings([`${key}=${value}`], wrong)
    faults.push(...wrong)
  }
  if (/["\n\0]/.test(of('EDITOR'))) faults.push(`EDITOR: '${of('EDITOR')}' is no name`)
  if (faults.length > 0)
    throw new UsageError(faults, 'ctys create-conf-vm --levo shows every variable and where it comes from')
  const copied = call.saveKernel ? ['KERNELIMAGE', 'INITRDIMAGE'].map(of).filter((path) => path.startsWith('/')) : []
  const image = of('HDDBOOTIMAGE')
  return {
    directory,
    isNew: call.isNew,
    label,
    serial,
    settings: [
      ['LABEL', label],
      ['SESSIONTYPE', 'QEMU'],
      ['CATEGORY', 'VM'],
      ['VERNO', '01.01.001'],
      ['SERNO', serial],
      ...keys.map(({key, value}): [string, string] => [
        key,
        copied.includes(value) ? value.slice(value.lastIndexOf('/') + 1) : value,
      ]),
      ['HDDBOOTIMAGE_FORMAT', 'qcow2'],
      ['INST_EDITOR', of('EDITOR')],
      ['INST_SERNO', serial],
    ],
    files: call.files,
    replace: call.auto !== undefined,
    ...(call.image &&
      image !== ';' && {image: {path: image, bytes, isFull: /^n/i.test(of('HDDBOOTIMAGE_INST_BALLOON'))}}),
    copies: copied,
  }
}

const limit = {maxBytes: 65_536, what: 'a file of defaults'}

function readDefaults(file: string, mustBe: boolean, faults: string[]): ReadonlyMap<string, string> {
  try {
    const bytes = readIfThere(file, limit)
    if (bytes === undefined && mustBe) faults.push(`--defaults-file: ${file} is not there`)
    return bytes === undefined ? new Map() : parseDefaults(bytes.toString(), file, faults)
  } catch (error) {
    faults.push(`${file}: ${error instanceof FileRefused ? error.message : String(error)}`)
    return new Map()
  }
}

async function writeDefaults(
  file: string,
  values: readonly ConfValue[],
  how: 'new' | 'force',
  signal: AbortSignal,
): Promise<void> {
  const old = readIfThere(file, limit)
  if (old !== undefined && how === 'new') {
    throw new ConfigError('CONFIG', `${file} is there already`, {
      hint: '--defaults-file-create-with-force replaces it and keeps a backup',
    })
  }
  if (old !== undefined) await atomicWrite(`${file}.bak`, old, {signal})
  const own: ReadonlySet<string> = new Set(['LABEL', 'MAC', 'IP', 'UUID', 'HDDBOOTIMAGE'])
  const lines = values
    .filter(({name, value}) => !own.has(name) && value !== '')
    .map(({name, value}) => `${name}=${value}\n`)
  await atomicWrite(file, Buffer.from(`# Defaults of ctys-createConfVM; read, never executed.\n${lines.join('')}`), {
    signal,
  })
}
