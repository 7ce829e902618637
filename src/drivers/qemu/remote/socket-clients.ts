/**
 * Who is connected to a socket or port of a QEMU. Reads only. The path stands on stdin, so that no other look finds it in
 * the words of this one.
 *
 *   socket-clients QEMU unix       ss(8) tells the other ends; where it is not there, or shows this account nothing, those
 *                                  are taken that name the path in their words and hold a connection without a name
 *   socket-clients QEMU tcp PORT   /proc/net/tcp tells the other ends
 *
 * One client a line: HOW PID START SECONDS FROM USER NAME. HOW is `ctys` for a ctys that says of itself that it is on the
 * console (console-keeper.ts, NAME is its user), `coupled` for one that the machine ends with, `end` for an other end,
 * `words` for one that is told by its words, `far` for one on another machine (FROM alone). START in ticks since boot; SECONDS it has run; FROM an address as it stands in
 * SSH_CONNECTION or, as `hex:` or `big:` (byte-order.ts), in /proc/net/tcp. `-` where the host does not show it.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {byteOrderFunction} from './byte-order.js'
import {consoleKeepersFunction} from './console-keeper.js'

export const socketClientsScript: RemoteScript = {
  name: 'socket-clients',
  text: `\
set -u
LC_ALL=C
export LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
qemu=$1
IFS= read -r place
${consoleKeepersFunction}
${byteOrderFunction}
byte_order
far="\${swapped:-hex:}"
# the processes at the other end, of the lines of ss on stdin
unix_peers() {
  PLACE=$place awk -v qemu="$qemu" '
    {
      line = $0
      if (!match(line, / [0-9]+ +[^ ]+ [0-9]+ +users:/)) next
      split(substr(line, RSTART, RLENGTH), words, " ")
      users[words[1]] = substr(line, RSTART + RLENGTH)
      if (index(line, " " ENVIRON["PLACE"] " " words[1] " ") && index(line, "pid=" qemu ",")) peer[words[3]] = 1
    }
    END {
      for (inode in peer) {
        text = users[inode]
        while (match(text, /pid=[0-9]+,/)) {
          print "end", substr(text, RSTART + 4, RLENGTH - 5)
          text = substr(text, RSTART + RLENGTH)
        }
      }
    }'
}
# PID INODE of every socket of the processes whose directories of descriptors are named; ls names each where there are two
sockets_of() {
  # shellcheck disable=SC2012 # their targets are what is wanted
  echo "$@" | xargs ls -l /proc/self/fd 2>/dev/null | awk '
    /^\\/proc\\/[^\\/]+\\/fd:$/ { split($0, part, "/"); pid = part[3]; next }
    pid != "self" && /-> socket:\\[[0-9]+\\]$/ { print pid, substr($NF, 9, length($NF) - 9) }'
}
# in batches: a host may have more processes than one call takes names
by_words() {
  dirs=$(echo /proc/[0-9]*/cmdline | xargs head -v -c 65536 2>/dev/null | tr '\\000' '\\n' | PLACE=$place awk -v qemu="$qemu" '
    /^==> \\/proc\\/[0-9]+\\/cmdline <==$/ {
      pid = $2
      gsub(/[^0-9]/, "", pid)
      next
    }
    pid != "" && index($0, ENVIRON["PLACE"]) {
      if (pid != qemu) printf "/proc/%s/fd ", pid
      pid = ""
    }')
  # shellcheck disable=SC2086 # these names hold no blanks
  sockets_of $dirs | sed 's/^/socket /' | cat - /proc/net/unix 2>/dev/null | awk '
    $1 == "socket" { mine[$3 + 0] = mine[$3 + 0] " " $2; next }
    NF == 7 && $6 == "03" && ($7 + 0) in mine {
      n = split(mine[$7 + 0], pids, " ")
      for (i = 1; i <= n; i++) print "words", pids[i]
    }'
}
tcp_peers() {
  {
    sockets_of /proc/[0-9]*/fd | sed 's/^/socket /'
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
  } | awk -v qemu="$qemu" -v port=":$1" '
    $1 == "socket" { owner[$3 + 0] = owner[$3 + 0] " " $2; next }
    $4 != "01" || $10 + 0 == 0 { next }
    { row[$2 " " $3] = $10 + 0 }
    substr($2, length($2) - 4) == port { client[$3 " " $2] = $10 + 0 }
    END {
      for (ends in client) {
        held = owner[client[ends]]
        if (held != "" && (held " ") !~ (" " qemu " ")) continue
        if (ends in row) {
          n = split(owner[row[ends]], pids, " ")
          for (i = 1; i <= n; i++) print "end", pids[i]
        } else {
          split(ends, words, " ")
          sub(/:....$/, "", words[1])
          print "far", words[1]
        }
      }
    }'
}
# the address a process is spoken to from: of its ssh session, or of its own connection
from_of() {
  from=$(tr '\\0' '\\n' 2>/dev/null <"/proc/$1/environ" | sed -n 's/^SSH_CONNECTION=\\([0-9A-Fa-f.:]*\\) .*/\\1/p' | head -n 1)
  case $2 in
    sshd*)
      from=$({
        sockets_of "/proc/$1/fd" | awk '{ print "socket", $NF }'
        cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
      } | awk -v far="$far" '
        $1 == "socket" { mine[$2 + 0] = 1; next }
        $4 == "01" && ($10 + 0) in mine { sub(/:....$/, "", $3); print far $3; exit }')
      ;;
  esac
  printf '%s' "\${from:--}"
}
up=0
{ read -r up _ </proc/uptime; } 2>/dev/null
ticks=$(getconf CLK_TCK 2>/dev/null)
{
  keepers ctys-console "$qemu" | sed 's/^/ctys /'
  keepers ctys-coupled "$qemu" | sed 's/^/coupled /'
  case $2 in
    unix)
      ends=$(ss -x -p -n state established 2>/dev/null | unix_peers)
      [ -n "$ends" ] || ends=$(by_words)
      ;;
    tcp) ends=$(tcp_peers "$3") ;;
  esac
  [ -z "$ends" ] || printf '%s\\n' "$ends" | sort -u | head -n 8
} | while IFS=' ' read -r how pid rest; do
  case $how in far) echo "far - - - $far$pid - -"; continue ;; esac
  comm='' user=''
  { IFS= read -r comm <"/proc/$pid/comm"; } 2>/dev/null || continue
  # shellcheck disable=SC2046 # columns
  set -- $(ls -ld "/proc/$pid" 2>/dev/null)
  user=\${3:--}
  start=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20)
  age=$(awk -v up="$up" -v start="\${start:-0}" -v ticks="\${ticks:-100}" 'BEGIN { printf "%d", up - start / ticks }')
  [ "$how" = ctys ] && name=$rest || name=$comm
  echo "$how $pid \${start:--} \${age:--} $(from_of "$pid" "$comm") $user $name"
done
exit 0
`,
}
