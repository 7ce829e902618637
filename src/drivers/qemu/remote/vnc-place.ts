/**
 * A directory in which QEMU can make a socket for its screen: only its own user, and this account, can come there.
 *
 *   vnc-place make UID       prints the path of a socket that is not there yet
 *   vnc-place remove PATH
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const vncPlaceScript: RemoteScript = {
  name: 'vnc-place',
  text: `\
set -u
umask 077
case $1 in
  make)
    dir=$(mktemp -d "\${TMPDIR:-/tmp}/ctys-vnc.XXXXXX") || exit 1
    if [ "$(id -u)" = 0 ] && [ "$2" != 0 ]; then chown "$2" "$dir" || exit 1; fi
    printf '%s' "$dir/vnc"
    ;;
  remove)
    rm -f "$2"
    rmdir "\${2%/*}"
    ;;
esac
`,
}
