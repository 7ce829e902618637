/** The programs of the original beside ctys itself. */

export interface ClassicTool {
  /** As the original called it, without `ctys-`. */
  readonly name: string
  readonly about: string
  /** The command that does it; absent: it is not there yet. */
  readonly command?: string
  /** What to do meanwhile, as a hint. */
  readonly instead?: string
}

export const classicTools: readonly ClassicTool[] = [
  {name: 'vhost', about: 'ask the inventory', command: 'vhost'},
  {name: 'vdbgen', about: 'build the inventory', command: 'vdbgen'},
  {name: 'macmap', about: 'ask the address map', command: 'macmap'},
  {name: 'extractMAClst', about: 'addresses of a DHCP server', command: 'extract-mac'},
  {name: 'extractARPlst', about: 'addresses of a network', command: 'extract-arp'},
  {name: 'groups', about: 'groups of hosts', command: 'groups'},
  {name: 'createConfVM', about: 'make a machine', command: 'create-conf-vm'},
  {name: 'cloneVM', about: 'copy a machine', instead: 'ctys clone MACHINE LABEL'},
  {name: 'convertVM', about: 'convert a machine', instead: 'ctys adopt HOST, for what other tools run'},
  {name: 'attribute', about: 'edit the keys of configurations', instead: 'ctys set MACHINE KEY=VALUE'},
  {name: 'setupVDE', about: 'virtual switches', command: 'setup-vde'},
  {name: 'vnetctl', about: 'virtual switches, by its newer name', command: 'setup-vde'},
  {name: 'plugins', about: 'verify an installation', instead: 'ctys probe HOST tells what a host has and lacks'},
  {name: 'genmconf', about: 'describe a host', instead: 'ctys scan HOST records the host itself'},
  {name: 'distribute', about: 'install ctys on hosts', instead: 'nothing: hosts need no ctys'},
  {name: 'install', about: 'install ctys', instead: 'npm install -g ctys'},
  {name: 'wakeup', about: 'wake a host'},
  {name: 'vping', about: 'which hosts answer', instead: 'ctys vhost -R PING . asks those of the inventory'},
  {name: 'beamer', about: 'run a command on hosts', instead: 'ssh -J HOP HOST COMMAND'},
  {name: 'dnsutil', about: 'hosts of the name service'},
  {name: 'getNetInfo', about: 'interfaces and bridges', instead: 'ctys net status HOST'},
  {name: 'getMasterPid', about: 'the first process of a session', instead: 'ctys list --json shows the process'},
  {name: 'utilities', about: 'facts of a host', instead: 'ctys probe HOST'},
  {name: 'macros', about: 'show macros', instead: 'ctys help groups names their files'},
  {name: 'scripts', about: 'scripts of users'},
  {name: 'config', about: 'edit the configuration'},
  {name: 'help-on', about: 'manuals', instead: 'ctys --help'},
  {name: 'smbutil', about: 'browse SMB'},
  {name: 'vmw2utils', about: 'VMware data stores'},
  {name: 'vboxutils', about: 'VirtualBox ids'},
  {name: 'xdg', about: 'menus of the desktop'},
  {name: 'xen-network-bridge', about: 'bridges of Xen', instead: 'ctys net up HOST'},
]

/** Without regard to case, with or without `ctys-` in front. */
export function classicToolOf(word: string): ClassicTool | undefined {
  const name = word.toLowerCase().replace(/^ctys-/, '')
  return classicTools.find((tool) => tool.name.toLowerCase() === name)
}
