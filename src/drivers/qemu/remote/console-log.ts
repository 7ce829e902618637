/**
 * QEMU's own log of a console. A command line says what it likes: where the files of the process can be seen, the file
 * must be one it has open, and that very file is read.
 *
 *   console-log follow PID PATH FROM         from that byte on, and what is added; ends with its input
 *   console-log place PID PATH               prints INODE SIZE
 *   console-log read PID PATH FROM COUNT     prints COUNT bytes
 *
 * FROM counts from 1.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const consoleLogScript: RemoteScript = {
  name: 'console-log',
  text: `\
set -u
LC_ALL=C
export LC_ALL
file=''
if [ -r "/proc/$2/fd" ] && [ -x "/proc/$2/fd" ]; then
  for fd in "/proc/$2/fd/"*; do
    # shellcheck disable=SC3013 # dash, busybox, mksh and bash have it
    if [ -f "$fd" ] && [ "$fd" -ef "$3" ]; then
      file=$fd
      break
    fi
  done
elif [ -f "$3" ]; then
  file=$3
fi
if [ -z "$file" ] || [ ! -r "$file" ]; then
  echo "its log cannot be read" >&2
  exit 1
fi
case $1 in
  follow)
    tail -c "+$4" -f "$file" &
    tail=$!
    trap 'kill "$tail" 2>/dev/null' EXIT
    trap 'exit 1' HUP INT TERM
    cat >/dev/null
    ;;
  place)
    # shellcheck disable=SC2046 # columns: inode, mode, links, user, group, size
    set -- $(ls -Lni -d "$file")
    echo "$1 $6"
    ;;
  read) tail -c "+$4" "$file" | head -c "$5" ;;
esac
`,
}
