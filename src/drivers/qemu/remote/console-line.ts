/**
 * Who is connected to a console of QEMU. QEMU takes one client; the next one waits in the kernel, and what it sends is
 * executed when the first has left. A connection that QEMU took has an inode, one that waits has none (proc(5),
 * /proc/net/unix and /proc/net/tcp). Reads only.
 *
 *   console-line unix PATH PID  the path as the kernel shows it: relative ones of two machines may be equal, so that only
 *                               the connections of that process count as taken, where its descriptors can be read
 *   console-line tcp PORT       four upper-case hexadecimal digits
 *
 * Prints TAKEN WAITING, two numbers; nothing where the host does not show it.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const consoleLineScript: RemoteScript = {
  name: 'console-line',
  text: `\
set -u
LC_ALL=C
export LC_ALL
case $1 in
  unix)
    [ -r /proc/net/unix ] || exit 0
    { ls -l "/proc/$3/fd" 2>/dev/null; echo; cat /proc/net/unix; } | PLACE=$2 awk '
      !listed && /-> socket:\\[[0-9]+\\]$/ { own[substr($NF, 9, length($NF) - 9) + 0] = 1; shown = 1; next }
      $0 == "" { listed = 1; next }
      !listed || $4 == "00010000" { next }
      {
        text = $0
        for (i = 0; i < 7; i++) sub(/^ *[^ ]+/, "", text)
        sub(/^ /, "", text)
        if (text != ENVIRON["PLACE"]) next
        if ($7 + 0 == 0) waiting++
        else if (!shown || ($7 + 0) in own) taken++
      }
      END { print taken + 0, waiting + 0 }'
    ;;
  tcp)
    [ -r /proc/net/tcp ] || exit 0
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$2" '
      $4 == "01" && substr($2, length($2) - 4) == port {
        if ($10 + 0 == 0) waiting++
        else taken++
      }
      END { print taken + 0, waiting + 0 }'
    ;;
esac
exit 0
`,
}
