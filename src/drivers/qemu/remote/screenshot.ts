/**
 * A place for a picture that QEMU writes and this account reads. QEMU may run as another user, so that user gets a file
 * to write into, in a directory he cannot change: nothing else can ever be read through it.
 *
 *   screenshot place UID     prints the path of an empty file for UID
 *   screenshot take PATH     prints the file, compressed where the host has gzip
 *   screenshot drop PATH     removes both
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const screenshotScript: RemoteScript = {
  name: 'screenshot',
  text: `\
set -u
LC_ALL=C
export LC_ALL
umask 077
case $1 in
  place)
    dir=$(mktemp -d "\${TMPDIR:-/tmp}/ctys-screen.XXXXXX") || exit 1
    : >"$dir/screen.ppm" || exit 1
    if [ "$(id -u)" = 0 ] && [ "$2" != 0 ]; then
      chown "$2" "$dir/screen.ppm" && chmod 711 "$dir" || exit 1
    fi
    printf '%s' "$dir/screen.ppm"
    ;;
  take)
    if command -v gzip >/dev/null 2>&1; then exec gzip -1 -c <"$2"; fi
    exec cat <"$2"
    ;;
  drop)
    rm -f "$2"
    rmdir "\${2%/*}"
    ;;
esac
`,
}
