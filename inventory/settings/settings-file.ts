/**
 * The settings of this user, a small YAML file. A file that is not there says nothing; whatever else is wrong with it
 * is an error with file and line: a setting that is not followed may be one that protects.
 */
import {isUtf8} from 'node:buffer'
import {FAILSAFE_SCHEMA, load, YAMLException} from 'js-yaml'
import {ConfigError} from '../../src/domain/errors.js'
import {defaultSettings, type Settings, type SettingsSource} from '../../src/domain/settings.js'
import {FileRefused, readIfThere} from '../../src/lib/regular-file.js'
import {positionsOf} from '../yaml/positions.js'
import {validateLayout} from '../yaml/validate.js'

const limit = {maxBytes: 64 * 1024, what: 'a settings file'}

export function createSettingsFile(path: string): SettingsSource {
  return {
    location: path,
    async load() {
      const bytes = readSettings(path)
      return bytes === undefined ? defaultSettings : parseSettings(bytes, path)
    },
  }
}

/** Throws ConfigError CONFIG with all faults. */
export function parseSettings(bytes: Buffer, path: string): Settings {
  if (!isUtf8(bytes)) throw faulty([`${path}: is not valid UTF-8`])
  const source = bytes.toString('utf8').replace(/^\ufeff/, '')
  if (source.replace(/#.*|^---/gm, '').trim() === '') return defaultSettings
  let value: unknown
  try {
    value = load(source, {schema: FAILSAFE_SCHEMA, maxAliases: 0})
  } catch (error) {
    const {reason, mark} = error instanceof YAMLException ? error : {reason: String(error), mark: undefined}
    throw faulty([`${path}${mark ? `:${mark.line + 1}` : ''}: ${reason}`])
  }
  const faults = validateLayout('settings', value)
  if (faults.length > 0) {
    const positions = positionsOf(source, new Set(faults.map(({pointer}) => pointer)))
    throw faulty(
      faults.map(({pointer, reason}) => {
        const name = pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')
        return `${path}:${positions.get(pointer)?.line ?? 1}: ${name === '' ? 'the file' : name} ${reason}`
      }),
    )
  }
  const settings = value as {readonly 'vnc-network'?: Settings['vncNetwork']}
  return {...defaultSettings, ...(settings['vnc-network'] !== undefined && {vncNetwork: settings['vnc-network']})}
}

function faulty([first = '', ...rest]: readonly string[]): ConfigError {
  return new ConfigError('CONFIG', first, {
    hint: 'mend it or move it away; it may say vnc-network: loopback or vnc-network: allow',
    ...(rest.length > 0 && {details: rest}),
  })
}

/** Undefined when there is none. */
function readSettings(path: string): Buffer | undefined {
  try {
    return readIfThere(path, limit)
  } catch (error) {
    if (error instanceof FileRefused) throw faulty([`${path}: ${error.message}`])
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return undefined
    throw faulty([`${path}: cannot be read (${code ?? String(error)})`])
  }
}
