/** What a user has set for all calls of his (`~/.ctys/settings.yaml`, schemas/settings.schema.json). */
export interface Settings {
  /** A screen that a wrapper opens to the network is moved to loopback, or stays open. */
  readonly vncNetwork: 'loopback' | 'allow'
}

export const defaultSettings: Settings = {vncNetwork: 'loopback'}

/** Where they come from. `load` throws ConfigError CONFIG with every fault of the file at once. */
export interface SettingsSource {
  /** For messages. */
  readonly location: string
  load(): Promise<Settings>
}
