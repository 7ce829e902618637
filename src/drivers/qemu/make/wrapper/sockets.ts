/** Part of the wrapper (wrapper.ts): the paths of its sockets and of its log. */
import {maxSocketPath} from '../../paths.js'

export const socketsPart = `\
# ---- sockets: the classic one carries monitor and first serial line, the others stand beside it
user=\${USER:-$(id -un)}
sock=\${QEMUMONSOCK:-\${CTYS_SOCKBASE:-/var/tmp}/qemumon.ACTUALLABEL.ACTUALPID.$user}
case $sock in *ACTUALLABEL*) sock=\${sock%%ACTUALLABEL*}$label\${sock#*ACTUALLABEL} ;; esac
case $sock in *ACTUALPID*) sock=\${sock%%ACTUALPID*}$$\${sock#*ACTUALPID} ;; esac
# sun_path of unix(7)
length=$(printf '%s' "$sock" | wc -c)
if [ "$length" -gt ${maxSocketPath} ]; then
  problem "the path of the monitor socket $sock has $length bytes, more than ${maxSocketPath}" "QEMUMONSOCK=/tmp/ACTUALLABEL.ACTUALPID sh $self"
fi
[ -w "\${sock%/*}/" ] || problem "no socket can be made in \${sock%/*}" "make it writable, or CTYS_SOCKBASE=DIRECTORY"
room=''
if [ "$((length + 5))" -le ${maxSocketPath} ]; then
  room=1
else
  note "its label leaves no room for the sockets beside $sock: no monitor of ctys, VNC or agent channel"
fi
# doubled TEXT: sets out to it as it stands in an option of QEMU, where a comma is written twice
doubled() {
  out='' rest=$1
  while :; do
    case $rest in
      *,*) out=$out\${rest%%,*},, rest=\${rest#*,} ;;
      *) out=$out$rest && return ;;
    esac
  done
}
log=''
if [ -w "$dir" ] && since 2006; then log=$dir/$name.console.log; fi
if [ -n "$log" ] && [ -z "$print$check" ] && [ -f "$log" ] && [ "$(wc -c <"$log")" -gt 8388608 ]; then
  tail -c 1048576 "$log" >"$log.tmp" && mv "$log.tmp" "$log"
fi

`
