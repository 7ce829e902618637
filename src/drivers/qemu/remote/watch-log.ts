/**
 * Follows QEMU's own log of a console. A command line says what it likes: where the files of the process can be seen, the
 * file must be one it has open, and that very file is read. Ends with its input.
 *
 *   watch-log PID PATH
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const watchLogScript: RemoteScript = {
  name: 'watch-log',
  text: `\
set -u
file=''
if [ -r "/proc/$1/fd" ] && [ -x "/proc/$1/fd" ]; then
  for fd in "/proc/$1/fd/"*; do
    # shellcheck disable=SC3013 # dash, busybox, mksh and bash have it
    if [ -f "$fd" ] && [ "$fd" -ef "$2" ]; then
      file=$fd
      break
    fi
  done
elif [ -f "$2" ]; then
  file=$2
fi
if [ -z "$file" ] || [ ! -r "$file" ]; then
  echo "its log cannot be read" >&2
  exit 1
fi
tail -c 65536 -f "$file" &
tail=$!
trap 'kill "$tail" 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM
cat >/dev/null
`,
}
