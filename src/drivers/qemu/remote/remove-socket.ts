/**
 * Takes away the socket a killed process left, unless somebody listens there by now.
 *
 *   remove-socket PATH
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const removeSocketScript: RemoteScript = {
  name: 'remove-socket',
  text: `\
[ -S "$1" ] && [ -r /proc/net/unix ] || exit 0
grep -q -F -e " $1" /proc/net/unix || rm -f -- "$1"
`,
}
