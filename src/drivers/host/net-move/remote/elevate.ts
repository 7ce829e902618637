/**
 * Runs a script as root: `elevate BECOME TEXT NAME ARG...`, BECOME are the permitted ways, sudo and doas, with blanks
 * between. The script gets SSH_CONNECTION (sshd(8)) as its first argument: sudo takes it out of the environment.
 */
import type {RemoteScript} from '../../../../domain/ports/ports.js'
import {searchPath} from '../../../qemu/remote/locate.js'

export const elevateScript: RemoteScript = {
  name: 'net-root',
  text: `\
permitted=$1 text=$2 name=$3
shift 3
set -- sh -c "$text" "$name" "\${SSH_CONNECTION-}" "$@"
[ "$(id -u)" != 0 ] || exec "$@"
PATH=${searchPath}
for way in $permitted; do
  if command -v "$way" >/dev/null 2>&1; then exec "$way" -n "$@"; fi
done
echo "refused account $(id -un)"
`,
}
