/**
 * The settings of this user, a small YAML file. A file that is not there says nothing; whatever else is wrong with it
 * is an error with file and line: a setting that is not followed may be one that protects.
 */
import {ConfigError} from '../../src/domain/errors.js'
import {defaultSettings, type Settings, type SettingsSource} from '../../src/domain/settings.js'
import {faultLine} from '../../src/lib/fault-line.js'
import {FileRefused, readIfThere} from '../../src/lib/regular-file.js'

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
async function parseSettings(bytes: Buffer, path: string): Promise<Settings> {
  if (
    bytes
      .toString()
      .replace(/^\ufeff|#.*|^---/gm, '')
      .trim() === ''
  )
    return defaultSettings
  // YAML and schemas are loaded by whoever has settings
  const {readDocument} = await import('../yaml/document.js')
  const {value, faults} = readDocument(bytes, path, 'settings')
  if (faults.length > 0) throw faulty(faults.map(faultLine))
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
