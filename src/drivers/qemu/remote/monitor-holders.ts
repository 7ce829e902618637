/**
 * Who is connected to a monitor. Reads only; where ss(8) is not there, or shows this account nothing, prints nothing.
 *
 *   monitor-holders PID unix PATH
 *   monitor-holders PID tcp PORT
 *
 * One client a line: PID USER NAME, or `0 ADDRESS` for one on another machine.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const monitorHoldersScript: RemoteScript = {
  name: 'monitor-holders',
  text: `\
set -u
set -f
LC_ALL=C
export LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
command -v ss >/dev/null 2>&1 || exit 0
# pids QEMU PLACE: the processes at the other end, of the lines of ss on stdin
unix_peers() {
  PLACE=$2 awk -v qemu="$1" '
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
          print substr(text, RSTART + 4, RLENGTH - 5)
          text = substr(text, RSTART + RLENGTH)
        }
      }
    }'
}
tcp_peers() {
  awk -v qemu="$1" -v port=":$2" '
    function ends(text) { return substr(text, length(text) - length(port) + 1) == port }
    {
      local = $3
      far = $4
      if (ends(local) && index($0, "pid=" qemu ",")) client[far] = 1
      if (ends(far)) text[local] = $0
    }
    END {
      for (address in client) {
        if (!(address in text)) { print "0 " address; continue }
        rest = text[address]
        while (match(rest, /pid=[0-9]+,/)) {
          print substr(rest, RSTART + 4, RLENGTH - 5)
          rest = substr(rest, RSTART + RLENGTH)
        }
      }
    }'
}
case $2 in
  unix) ss -x -p -n state established 2>/dev/null | unix_peers "$1" "$3" ;;
  tcp) ss -t -p -n state established 2>/dev/null | tcp_peers "$1" "$3" ;;
esac | sort -u | head -n 8 | while IFS=' ' read -r pid rest; do
  case $pid in
    0) echo "0 $rest" ;;
    *)
      comm='' user=''
      { IFS= read -r comm <"/proc/$pid/comm"; } 2>/dev/null
      # shellcheck disable=SC2046 # columns
      set -- $(ls -ld "/proc/$pid" 2>/dev/null)
      user=\${3-}
      echo "$pid $user $comm"
      ;;
  esac
done
exit 0
`,
}
