/** What `ctys help TOPIC` shows beside commands: the documents that tell users of ctys something, by their names. */
export const topics: Readonly<Record<string, string>> = {
  'command-line': 'addresses, hosts, options, and what each command means',
  classic: 'the classic call of the original',
  inventory: 'the inventory, its files and formats',
  query: 'the words of ctys find and ctys-vhost',
  scan: 'how machines come into the inventory',
  machines: 'how machines are made and described',
  stop: 'how a machine is stopped, step by step',
  groups: 'groups of hosts, and macros',
  'why-and-show': 'which machine is meant, where it runs, and never two copies',
  networks: 'VDE switches, TAPs and bridges of hosts',
  'network-moves': 'how the interface of a host is moved into a bridge without cutting it off',
  'network-names': 'names and addresses of the network',
  'exit-codes': 'exit statuses and error codes',
  differences: 'what is different from the original',
}
