import type {Target} from '../../domain/target.js'

/** How OpenSSH would reach a target: the effective values of ssh_config(5), made by resolveSshSettings(). */
export interface SshSettings {
  /** The host as the user named it. */
  readonly alias: string
  /** The configuration that was read instead of the user's and the system's. */
  readonly configFile?: string
  /** What is looked up and connected to. */
  readonly hostName: string
  readonly port: number
  readonly user: string
  readonly addressFamily: 'any' | 'inet' | 'inet6'
  /** Absolute paths in the order they are tried; some may not exist. */
  readonly identityFiles: readonly string[]
  readonly identitiesOnly: boolean
  /** Socket of the agent; absent when none shall be used. */
  readonly identityAgent?: string
  readonly certificateFiles: readonly string[]
  /** Absolute paths; empty for `none`. A new key is written to the first. */
  readonly userKnownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  readonly hashKnownHosts: boolean
  readonly hostKeyAlias?: string
  /** Names for checkHostKey(): the first is the host's name there, a second may only confirm a key. */
  readonly hostKeyNames: readonly string[]
  /** Never more relaxed than accept-new, whatever the configuration says. */
  readonly strictHostKeyChecking: 'yes' | 'accept-new'
  readonly connectTimeoutMs: number
  readonly serverAliveIntervalMs: number
  readonly serverAliveCountMax: number
  /**
   * Jump hosts in the order they are passed; each has settings of its own. As in ssh, in a list of two or more the
   * ProxyJump configured for the later ones is replaced by the hops before them, and the first keeps its own.
   */
  readonly proxyJump: readonly Target[]
  /** As configured, tokens not expanded. */
  readonly proxyCommand?: string
  /** What the ssh client is told with -o because it cannot hold for a session of ctys; see sessionOverrides(). */
  readonly overrides: readonly string[]
  /** What the configuration allows and ssh2 can do, best first. An empty list comes with `needsOpenssh`. */
  readonly algorithms: SshAlgorithms
  /** Why the ssh client must make this connection and ssh2 cannot, for people. */
  readonly needsOpenssh?: string
}

/** Algorithm names as in RFC 4250 section 4.11 and the OpenSSH extensions. */
export interface SshAlgorithms {
  readonly kex: readonly string[]
  readonly cipher: readonly string[]
  readonly hmac: readonly string[]
  readonly serverHostKey: readonly string[]
}
