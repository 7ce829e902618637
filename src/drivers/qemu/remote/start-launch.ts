/** Part of the start script (start.ts): the wrapper in a session of its own, once the lease names its process. */
import {maxSocketPath, ownMonitorEnding} from '../paths.js'
import {keepLog} from './start-log.js'

export const launchStep = `\
# shellcheck disable=SC2016 # expanded by the shell it is given to
keep='${keepLog}'
# shellcheck disable=SC2016 # expanded by the shell it is given to
launch='
base=$1 sock=$2 logs=$3 user=$4 dir=$5 keep=$6 lease=$7 starter=$8 wrapper=$9
shift 9
monitor=$1
shift
log=$logs.$$.log
go="" n=0
while [ -z "$go" ]; do
  { while read -r key value; do
    if [ "$key $value" = "pid $$" ]; then go=1; fi
  done <"$lease"; } 2>/dev/null
  n=$((n + 1))
  if [ -z "$go" ] && [ "$n" -gt 100 ]; then
    [ "$n" -lt 400 ] && kill -0 "$starter" 2>/dev/null || exit 125
    sleep 0.05 2>/dev/null || sleep 1
  fi
done
exec >>"$log" 2>&1
refuse() {
  printf "%s\\n" "$*" >"$log.refused"
  exit 125
}
case $sock in *ACTUALPID*) sock=\${sock%%ACTUALPID*}$$\${sock#*ACTUALPID} ;; esac
own=$sock${ownMonitorEnding}
for path in "$sock" "$sock.qmp" "$own"; do
  if [ -e "$path" ] || [ -L "$path" ]; then
    owner=$(ls -ld "$path" | awk "{ print \\$3; exit }")
    [ "$owner" = "$user" ] || refuse inway "$owner" "$path"
  fi
done
case $own in *[!A-Za-z0-9_./@:+-]*) monitor="" ;; esac
if [ -n "$monitor" ] && [ "\${#own}" -le ${maxSocketPath} ]; then
  add="-$monitor unix:$own,server,nowait"
  n=$#
  while [ "$n" -gt 0 ]; do
    case $1 in
      --argsadd=*) set -- "$@" "$1 $add" && add="" ;;
      *) set -- "$@" "$1" ;;
    esac
    shift
    n=$((n - 1))
  done
  [ -z "$add" ] || set -- "$@" "--argsadd=$add"
fi
cd "$dir" || refuse closed "$dir"
if mkfifo "$log.pipe"; then
  sh -c "$keep" keep "$log" <"$log.pipe" &
  exec >"$log.pipe" 2>&1
  rm -f "$log.pipe"
fi
QEMUMONSOCK=$sock
QEMUSOCK=\${QEMUSOCK:-$base/vde_switch0.$user}
QEMUMGMT=\${QEMUMGMT:-$base/vde_mgmt0.$user}
USER=$user
export QEMUMONSOCK QEMUSOCK QEMUMGMT USER
unset LC_ALL
exec "$wrapper" "$@"'
# what an end by force has left, where nobody listens: a wrapper that is gone may have a QEMU that lives
listening=$(awk '{ print $8 }' /proc/net/unix 2>/dev/null)
newline='
'
for old in "$base/qemumon.$label."*".$user"* "$private/$label."*.log; do
  pid=\${old#*"/qemumon.$label."}
  pid=\${pid#"$private/$label."}
  pid=\${pid%".$user"*}
  pid=\${pid%.log}
  case $pid in '' | *[!0-9]*) continue ;; esac
  if started_at "$pid"; then continue; fi
  case $old in
    *.log) rm -f "$old" "$old".* ;;
    *".$user" | *".$user".qmp | *".$user${ownMonitorEnding}" | *".$user".vnc | *".$user".qga)
      if [ -z "$listening" ] || [ -L "$old" ] || [ ! -S "$old" ]; then continue; fi
      case $newline$listening$newline in *"$newline$old$newline"*) ;; *) rm -f "$old" ;; esac
      ;;
  esac
done
own='nohup'
if command -v setsid >/dev/null 2>&1; then own='setsid'; fi
set -- "$base" "$sock" "$private/$label" "$user" "$dir" "$keep" "$lease" "$$" "$wrapper" "$monitor" "$@"
if [ -n "$window" ]; then
  DISPLAY=$window
  export DISPLAY
fi
CTYS_START=$token "$own" sh -c "$launch" launch "$@" </dev/null >/dev/null 2>&1 &
launcher=$!
# give_up WORD...: the launcher still waits
give_up() {
  kill "$launcher" 2>/dev/null
  stop "$@"
}
log=$private/$label.$launcher.log
rm -f "$log" "$log".*
(set -C && : >"$log") 2>/dev/null || give_up nolog "$log"
started_at "$launcher"
began=$start
hold "$launcher" "$began" starting "$self" || give_up full "\${lease%/*}"
holding=''
say started "$launcher" "\${display:--}"
say since "$began"
say log "$log"
say lease "$lease"
if ends_at_logout; then say logout "$user"; fi

`
