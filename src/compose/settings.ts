import {homedir} from 'node:os'
import {join} from 'node:path'
import {createSettingsFile} from '../../inventory/settings/settings-file.js'
import type {SettingsSource} from '../domain/settings.js'

/** The settings of this user. */
export function composeSettings(): SettingsSource {
  return createSettingsFile(join(homedir(), '.ctys/settings.yaml'))
}
