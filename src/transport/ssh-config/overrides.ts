import type {SshValues} from './values.js'

/**
 * Options of ssh_config(5) that a user has for sessions of his own and that cannot hold for a session of ctys: it is one
 * command with its three streams, without terminal, on a connection that only ctys ends. Those that every client knows.
 */
const always = [
  'PermitLocalCommand=no',
  'Tunnel=no',
  'VisualHostKey=no',
  'ExitOnForwardFailure=no',
  'StreamLocalBindMask=0177',
]

/** Younger ones, each of which an older client would refuse to know: `ssh -G` prints those that it knows. */
const whereKnown: Readonly<Record<string, string>> = {
  remotecommand: 'RemoteCommand=none',
  sessiontype: 'SessionType=default',
  stdinnull: 'StdinNull=no',
  forkafterauthentication: 'ForkAfterAuthentication=no',
  channeltimeout: 'ChannelTimeout=none',
  logverbose: 'LogVerbose=none',
}

/** What the client is told with `-o` for a session of ctys; it wins over the configuration. */
export function sessionOverrides(values: SshValues): string[] {
  const younger = Object.entries(whereKnown).filter(([keyword]) => values.has(keyword))
  // a person cannot be asked whether to learn a key
  const updates = values.get('updatehostkeys')?.[0] === 'ask' ? ['UpdateHostKeys=no'] : []
  return [...always, ...younger.map(([, option]) => option), ...updates]
}
