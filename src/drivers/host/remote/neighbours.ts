/**
 * The neighbour table of the host as the first tool that is there prints it: the first line is ip, proc or arp, the
 * rest is the table. Looks only; nobody is pinged. `ip` and /proc/net/arp are Linux, `arp -an` is everybody else.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {searchPath} from '../../qemu/remote/locate.js'

export const neighboursScript: RemoteScript = {
  name: 'neighbours',
  text: `\
LC_ALL=C
export LC_ALL
PATH=${searchPath}:/sbin
if table=$(ip neigh show 2>/dev/null); then
  echo ip
elif table=$(cat /proc/net/arp 2>/dev/null); then
  echo proc
elif table=$(arp -an 2>/dev/null); then
  echo arp
else
  echo 'neither ip neigh, /proc/net/arp nor arp -an can be read' >&2
  exit 1
fi
printf '%s\\n' "$table"
`,
}
