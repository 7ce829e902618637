/**
 * Options that stand in a file (-readconfig), by the grammar of util/qemu-config.c: `[GROUP "ID"]` or `[GROUP]`, then
 * lines `KEY = "VALUE"`. A value ends at the next quote; there is no escape, and what follows it is not read.
 */
import type {QemuOption} from './command-line-options.js'

/** Of QEMU: a longer line is cut there, and its rest is a line of its own. */
const longestLine = 1_023

/** In the form a command line has them. Undefined for a text that QEMU would have refused. */
export function readConfigOptions(text: string): readonly QemuOption[] | undefined {
  const options: {name: string; parts: string[]}[] = []
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    if (Buffer.byteLength(line) > longestLine) return undefined
    const [, group = '', id = ''] =
      /^\[(\S{1,63})\s+"([^"]{1,63})"\]/.exec(line) ?? /^\[([^\]]{1,63})\]/.exec(line) ?? []
    if (group !== '') {
      options.push({name: group, parts: id === '' ? [] : [part('id', id)]})
      continue
    }
    const [, key, value = ''] = /^\s*(\S{1,63})\s+=\s*"([^"]*)"/.exec(line) ?? []
    const last = options.at(-1)
    if (key === undefined || last === undefined) return undefined
    last.parts.push(part(key, value))
  }
  return options.map(({name, parts}) => ({name, value: parts.join(',')}))
}

function part(key: string, value: string): string {
  return `${key}=${value}`.replaceAll(',', ',,')
}

/** Texts of such files, by their names as the command line has them. */
export type ConfigFiles = ReadonlyMap<string, string>

/** With the options of the files that are known behind the option that names each. */
export function withConfigFiles(options: readonly QemuOption[], files: ConfigFiles): readonly QemuOption[] {
  return options.flatMap((option) => [option, ...(optionsIn(option, files) ?? [])])
}

/** Whether something may stand in a file that nobody has read. */
export function hasUnreadConfig(options: readonly QemuOption[], files: ConfigFiles): boolean {
  return options.some((option) => option.name === 'readconfig' && optionsIn(option, files) === undefined)
}

function optionsIn({name, value}: QemuOption, files: ConfigFiles): readonly QemuOption[] | undefined {
  const text = name === 'readconfig' ? files.get(value) : undefined
  return text === undefined ? undefined : readConfigOptions(text)
}
