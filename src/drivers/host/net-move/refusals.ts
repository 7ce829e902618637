/** What `refused` of remote/begin.ts and remote/decide.ts means: nothing was changed. */
import {PreconditionError} from '../../../domain/errors.js'
import {pastable} from '../../../lib/shell-quote.js'
import {changeText, holderText} from './ask.js'
import type {Told} from './read-changes.js'

interface About {
  readonly host: string
  /** As far as the call names them. */
  readonly interface?: string
  readonly bridge?: string
}

const ofOwner: Readonly<Record<string, string>> = {
  netplan: 'make the bridge in /etc/netplan (bridges:) and apply it with netplan try',
  'systemd-networkd': 'make the bridge with a .netdev and Bridge= in its .network file (systemd.network(5))',
  NetworkManager: 'make the bridge with nmcli connection add type bridge, and the interface its port',
  dhcpcd: 'take the interface from it: denyinterfaces in dhcpcd.conf(5)',
}

/** Undefined where it was not refused. */
export function refusal(told: Told, about: About): PreconditionError | undefined {
  const [word = '', ...rest] = told.verdict
  const {host} = about
  const card = about.interface ?? 'the interface'
  const bridge = about.bridge ?? 'the bridge'
  const name = pastable(host)
  const owners = told.lines.get('owner') ?? []
  const owned = owners.map((line) => line.split(' ')[0] ?? '').join(', ')
  const unmovable = (why: string, hint = 'name an interface that is free: -i INTERFACE') =>
    new PreconditionError('NET_UNMOVABLE', `${host}: ${card} ${why}`, {hint})
  const foreign = (why: string) =>
    new PreconditionError('NET_FOREIGN', `${host}: ${bridge} ${why}`, {hint: 'name another bridge: -b BRIDGE'})
  switch (word) {
    case 'root':
    case 'account':
      return new PreconditionError('NO_PRIVILEGE', `${host}: ${rest[0] ?? 'the account'} is not root`, {
        hint: 'connect as root, or permit sudo or doas: --sudo',
      })
    case 'linux':
      return new PreconditionError('UNSUPPORTED', `${host}: interfaces are moved on Linux only`)
    case 'tool':
      return new PreconditionError('NET_LACKS', `${host}: there is no ${rest[0] ?? 'tool'}`, {
        hint: `install ${rest[0] === 'ip' ? 'iproute2' : 'util-linux'} on the host`,
      })
    case 'base':
      return new PreconditionError('NET_LACKS', `${host}: ${rest[0]} is no directory of root alone`, {
        hint: `look what it is, and remove it: ls -ld ${rest[0]}`,
      })
    case 'full':
      return new PreconditionError('DISK_FULL', `${host}: the old network could not be recorded below ${rest[0]}`)
    case 'watchdog':
      return new PreconditionError('COMMAND_FAILED', `${host}: its watchdog did not start; nothing was changed`)
    case 'busy':
    case 'orphan': {
      const pending = told.changes.find(({name: what}) => what === 'pending')?.change
      const what = pending === undefined ? 'another change' : `${changeText(pending)} (${holderText(pending)})`
      return new PreconditionError('NET_PENDING', `${host}: ${what} is pending`, {
        hint: `ctys net pending ${name} shows it; ctys net confirm ${name}, or ctys net undo ${name}`,
      })
    }
    case 'missing':
      return unmovable('is not there', `interfaces of the host: ${rest.join(' ')}`)
    case 'bridge':
      return unmovable(`is a bridge${owned === '' ? '' : ` of ${owned}`}`)
    case 'wireless':
      return unmovable('is a wireless interface: access points take frames of its own address only')
    case 'kind':
      return unmovable(`is no Ethernet interface (type ${rest[0]})`)
    case 'master':
      return unmovable(`is a port of ${rest[0]} already`)
    case 'upper':
      return unmovable(`has ${rest[0]} on it: a guest or container of libvirt, Docker or Incus uses it directly`)
    case 'nobridge':
      return foreign('is there and is no bridge')
    case 'foreign':
      return foreign(`is a bridge that ctys did not make${owned === '' ? '' : `: it is one of ${owned}`}`)
    case 'addressed':
      return foreign('has addresses of its own')
    case 'owner':
      return new PreconditionError(
        'NET_OWNED',
        `${host}: ${card} is kept by ${owned}, which would put back what it wants`,
        {
          hint: `${owners.map((line) => ofOwner[line.split(' ')[0] ?? '']).find(Boolean) ?? 'change it there'}; or --force`,
          details: owners,
        },
      )
    case 'storage': {
      const lines = told.lines.get('storage') ?? []
      return new PreconditionError('NET_STORAGE', `${host}: what the host needs is reached over ${card}`, {
        hint: 'the watchdog might not be able to put the network back; --force goes on all the same',
        details: lines.map((line) => line.replace(/^(\S+) (\S+) (.*)$/, '$1 ($2 $3)')),
      })
    }
    case 'odd':
      return new PreconditionError('NET_UNMOVABLE', `${host}: ${card} has what could not be put back as it was`, {
        hint: 'take these away first; where ip is that of busybox, iproute2 may understand them',
        details: told.lines.get('odd') ?? [],
      })
    case 'several':
      return new PreconditionError('NET_UNMOVABLE', `${host}: several bridges have the network of an interface`, {
        hint: `name one: ctys net undo ${name} -b BRIDGE; ctys net pending ${name} lists them`,
      })
    case 'nothing':
      return new PreconditionError(
        'NET_NOT_PENDING',
        `${host}: nothing is pending, and ctys moved no interface there`,
        {
          hint: `ctys net pending ${name}`,
        },
      )
    case 'gone':
      return foreign(`is gone, and ${card} with it`)
    case 'left':
      return unmovable(
        `is no port of ${rest[1]} any more: somebody else took it out`,
        'put it back, or restart the host',
      )
    case 'ports':
      return new PreconditionError('NET_IN_USE', `${host}: others are on the bridge too: ${rest.join(' ')}`, {
        hint: 'stop what uses them, or --force',
      })
    case '':
      return undefined
    default:
      return new PreconditionError('COMMAND_FAILED', `${host}: the change was refused (${word})`)
  }
}
