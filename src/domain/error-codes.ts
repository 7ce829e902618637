/**
 * Every error code of ctys with its meaning, and the exit statuses. docs/exit-codes.md lists the same; a test compares
 * the two. A code is never reused for another meaning.
 */
export const errorCodes = {
  // nothing was tried
  USAGE: 'the command line is wrong',
  CONFIG: 'a setting or configuration file of this machine is wrong',
  SSH_CONFIG: 'the OpenSSH configuration could not be read or evaluated',
  INVENTORY_FORMAT: 'an inventory file has a layout that cannot be read',
  INVENTORY_IO: 'the inventory could not be read or written',
  INVENTORY_LOCKED: 'another ctys holds the lock of the inventory',
  MACHINE_NOT_FOUND: 'no machine fits the address',
  MACHINE_AMBIGUOUS: 'more than one machine fits the address',
  UNSUPPORTED: 'the session type does not know this action or option',
  // the host was not reached, nothing changed
  NAME_NOT_RESOLVED: 'the name of the host has no address',
  UNREACHABLE: 'the network or the host refused the connection',
  CONNECT_TIMEOUT: 'the host did not answer in time',
  LOGINS_LIMITED: 'sshd of the host takes no more logins for now (MaxStartups, PerSourcePenalties)',
  HOST_KEY_UNKNOWN: 'the host key is in no known_hosts file',
  HOST_KEY_CHANGED: 'the host key differs from the known one',
  HOST_KEY_REVOKED: 'the host key is marked as revoked',
  HOST_CERT_EXPIRED: 'the certificate of the host key is not valid at this time',
  HOST_CERT_FOREIGN: 'the certificate of the host key is for other names or from an unknown authority',
  NO_COMMON_ALGORITHM: 'the host offers no algorithm, or no key, that this side allows',
  AUTH_FAILED: 'the host accepted none of the keys offered',
  SHELL_FAILED: 'the host let us in but started no POSIX shell',
  CONNECTION_LOST: 'the connection broke while work was running; its result is unknown',
  // the host was looked at, nothing changed
  COMMAND_TIMEOUT: 'a command on the host passed its deadline and was ended',
  COMMAND_FAILED: 'a command on the host failed',
  OUTPUT_TOO_LARGE: 'a host said more than the limit, or the answers of all hosts were too large together',
  PROCESSES_HIDDEN: 'the host shows this account only its own processes',
  PROCESSES_UNSEEN: 'not every process of the host could be looked at',
  NO_HYPERVISOR: 'the host has no QEMU that can run the machine',
  BASE_MISSING: 'a directory to be searched does not exist or cannot be read',
  STORAGE_WEDGED: 'a file system of the host does not answer',
  WRAPPER_MISSING: 'the machine has no start script that can be executed',
  ALREADY_RUNNING: 'the machine is running already',
  MAY_RUN_ELSEWHERE: 'another place of the machine could not be asked, and it may run there',
  FOREIGN_MACHINE: 'the machine is not one of ctys, and --foreign was not given',
  NOT_RUNNING: 'the machine is not running',
  SUSPENDED: 'the machine is suspended: its memory was saved in its image',
  NO_FREE_DISPLAY: 'every VNC display of the host is taken',
  EXISTS: 'something of that name is there already',
  IN_USE: 'another machine stands on the image',
  MAC_IN_USE: 'something on the network of the host has that MAC address',
  IMAGE_UNUSABLE: 'an image cannot be used: not there, in use, or not what was said',
  WRITE_FAILED: 'a file could not be written on the host; what was there before is there still',
  DISK_FULL: 'the host has no room for a file, or the quota of the account is used up; nothing was written',
  NO_CONSOLE: 'the machine has no console that can be reached',
  CONSOLE_HELD: 'somebody else is on the console of the machine',
  NET_LACKS: 'the host lacks what a network needs: a tool, a device, an account or a place',
  NET_MISSING: 'there is no such network, or a part of it is missing',
  NET_FOREIGN: 'a switch, TAP, bridge or socket that ctys did not make is in the way of a network',
  NET_IN_USE: 'something is still on the network',
  INTERFACE_ADDRESSED: 'the interface carries addresses or routes of the host',
  NO_PRIVILEGE: 'the account may not do this on the host',
  BUSY: 'another ctys is working on the machine',
  NOT_BEGUN: 'a task that had to come first did not succeed',
  NET_UNMOVABLE: 'the interface cannot be moved into a bridge, or not so that it could be put back as it was',
  NET_OWNED: 'another program keeps the interface and would put back what it wants',
  NET_STORAGE: 'what the host itself needs lies on storage behind the interface',
  NET_PENDING: 'a change of the network of the host is not decided yet',
  NET_NOT_PENDING: 'no such change of the network is pending',
  NET_CHANGED: 'the networks of the host are not as they were when the plan was shown',
  NET_STALE: 'the connection is older than the change of the network and proves nothing',
  // something was tried and may have changed
  START_FAILED: 'the machine did not come up; nothing of it was left running',
  START_UNPROVEN: 'the machine did not come up, or it did and that cannot be proven',
  ALTER_FAILED: 'a change of the machine was not done, or not whole',
  OWNER_FAILED: 'the manager of the machine did not do it',
  MAKE_FAILED: 'the machine was not made; nothing of it was left',
  NET_FAILED: 'a network was not made or taken away, or not whole',
  VNC_EXPOSED: 'the machine would offer its VNC display to the network; it was ended',
  STOP_FAILED: 'the machine still runs after every step that was allowed',
  STOP_UNPROVEN: 'the process could not be proven to be the machine; nothing more was done to it',
  NOT_SEEN: 'a console did not print what was expected of it',
  MONITOR_FAILED: 'the machine could not be asked, or must not be in its state; it was left as it is',
  NET_ROLLED_BACK: 'the host took a change of its network back: the old one is in force',
  NET_UNCONFIRMED: 'the host was not reached again after a change of its network, which it takes back by itself',
  NET_BROKEN: 'the host could not put its old network back whole, or nobody there would do it',
  OUTPUT_IO: 'the answer could not be written to standard output',
  INTERRUPTED: 'stopped by the user',
  INTERNAL: 'a fault of ctys itself',
} as const

export type ErrorCode = keyof typeof errorCodes

/**
 * Codes after which it is not known what became of what was to be changed: the host did not say how it ended. The first
 * line only while it was being changed, the others always.
 */
const endsUntold: ReadonlySet<ErrorCode> = new Set(['OUTPUT_TOO_LARGE', 'COMMAND_TIMEOUT'])
const leavesUnknown: ReadonlySet<ErrorCode> = new Set([
  'CONNECTION_LOST',
  'START_UNPROVEN',
  'STOP_UNPROVEN',
  'NET_UNCONFIRMED',
])

/** `changing`: a change was under way. */
export function isUnknownAfter(code: ErrorCode, changing: boolean): boolean {
  return leavesUnknown.has(code) || (changing && endsUntold.has(code))
}

export const exitStatus = {
  ok: 0,
  nothingSucceeded: 1,
  usage: 2,
  notFound: 3,
  partial: 4,
  internal: 70,
  interrupted: 130,
} as const

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus]
