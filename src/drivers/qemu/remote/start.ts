/**
 * Starts one machine through its wrapper and waits until its QEMU is there. Arguments:
 *
 *   TOKEN CONFIG WRAPPER LABEL SECONDS KNOWN UUID DISPLAY FIRST TAKEN MONITOR OPTION...
 *
 * KNOWN are the pids of the QEMUs the caller has judged; if another one that names this machine is there under the
 * lock, nothing is started and the answer is `changed`. DISPLAY is empty (none), `auto` (the first free one from FIRST,
 * without those in TAKEN), or a number. OPTIONs go to the wrapper. MONITOR is empty, or the QEMU option (qmp, monitor)
 * by which the machine gets a monitor of ctys' own: it goes with the OPTION --argsadd=, unless the path of its socket is
 * too long for one or holds what is not plain in a wrapper.
 *
 * Answer, one line each:
 *   busy PID | changed | nodir DIR | unsafe DIR | full DIR | socket PATH | nodisplay     nothing was started
 *   inway OWNER PATH     something of another user is where our files belong; nothing was started
 *   beside OWNER PATH    the same, and another directory took its place
 *   started PID DISPLAY, since START, log PATH     and then one of
 *   up PID | ended STATUS | late | inway OWNER PATH | closed DIR (the machine's directory cannot be entered)
 *
 * The lock of the machine is held until its QEMU is in the process table; the display is reserved until it listens.
 * The wrapper runs in a session of its own, in the machine's directory, with umask 077 and no standard input. Locks and
 * logs are in a directory of this user alone; the logs of earlier starts of that label are removed. QEMUMONSOCK names the
 * monitor socket; QEMUSOCK and QEMUMGMT the VDE switch.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {maxSocketPath, ownMonitorEnding} from '../paths.js'
import {startFunctions} from './start-functions.js'
import {keepLog} from './start-log.js'

export const startScript: RemoteScript = {
  name: 'start',
  text: `\
LC_ALL=C
export LC_ALL
umask 077
token=$1 config=$2 wrapper=$3 label=$4 seconds=$5 known=$6 uuid=$7 display=$8 first=$9
shift 9
taken=$1 monitor=$2
shift 2
${startFunctions}
say() { printf '%s\\n' "$*"; }
stop() {
  say "$*"
  exit 0
}
lock='' reserved=''
trap 'rm -f \${lock:+"$lock"} \${reserved:+"$reserved"}' EXIT
trap 'exit 143' HUP INT TERM

now() { date +%s; }
end=$(($(now) + seconds + 1))
user=$(id -un)
base=\${CTYS_SOCKBASE:-/var/tmp}
if [ ! -d "$base" ] || [ ! -w "$base" ]; then stop nodir "$base"; fi
# shellcheck disable=SC2012 # the mode of one directory
case $(ls -ldL "$base/.") in
  d???????w[!tT]*) stop unsafe "$base" ;;
esac
sock=\${QEMUMONSOCK:-$base/qemumon.ACTUALLABEL.ACTUALPID.$user}
case $sock in *ACTUALLABEL*) sock=\${sock%%ACTUALLABEL*}$label\${sock#*ACTUALLABEL} ;; esac
[ "\${#sock}" -le ${maxSocketPath} ] || stop socket "$sock"
if ! private_dir "$base/ctys.$user"; then
  refused=$inway
  mkdir "\${HOME:-/nonexistent}/.ctys" 2>/dev/null
  if private_dir "\${HOME:-/nonexistent}/.ctys/run"; then
    if [ -n "$refused" ]; then say beside "$refused"; fi
  else
    if [ -n "$refused" ]; then stop inway "$refused"; fi
    stop full "$base"
  fi
fi

set -- "$(printf %s "$config" | cksum)" "$@"
name=$private/start.\${1%% *}.lock
shift
until take "$name"; do
  if [ -n "$full" ]; then stop full "$private"; fi
  [ "$(now)" -lt "$end" ] || stop busy "\${owner%% *}"
  nap
done
lock=$name

dashed=$(printf %s "$uuid" | sed 's/^\\(.\\{8\\}\\)\\(.\\{4\\}\\)\\(.\\{4\\}\\)\\(.\\{4\\}\\)/\\1-\\2-\\3-\\4-/')
names_us() {
  if [ -n "$linux" ]; then
    words=$(tr '\\000' ' ' 2>/dev/null <"/proc/$1/cmdline")
  else
    words=$(ps -ww -o args= -p "$1" 2>/dev/null)
  fi
  words=$(printf %s "$words" | tr 'A-F' 'a-f')
  case $words in *"$(printf %s "$label" | tr 'A-F' 'a-f')"*) return 0 ;; esac
  [ -n "$uuid" ] || return 1
  case $words in *"$uuid"* | *"$dashed"*) return 0 ;; esac
  return 1
}
judge() {
  case $2 in qemu-system-* | qemu | qemu-kvm | kvm) ;; *) return 0 ;; esac
  case " $known " in *" $1 "*) return 0 ;; esac
  if names_us "$1"; then stop changed; fi
}
if [ -n "$linux" ]; then
  for file in /proc/[0-9]*/comm; do
    { IFS= read -r name <"$file"; } 2>/dev/null || continue
    file=\${file%/comm}
    judge "\${file##*/}" "$name"
  done
  # one that was given another name (-name process=) is seen by its executable
  # shellcheck disable=SC2010 # a name that breaks the line can only make a candidate
  links=$(ls -ln /proc/[0-9]*/exe 2>/dev/null | grep -E -e '-> .*/[^/]*(qemu|kvm)')
  while read -r link; do
    pid=\${link#*' /proc/'}
    pid=\${pid%%/*}
    case $pid in '' | *[!0-9]*) continue ;; esac
    if is_qemu "$pid"; then judge "$pid" qemu; fi
  done <<LINKS
$links
LINKS
else
  while read -r pid name; do judge "$pid" "$name"; done <<TABLE
$(ps -A -o pid= -o comm=)
TABLE
fi

ports() {
  if [ -r /proc/net/tcp ]; then
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
      $4 == "0A" {
        port = $2
        sub(/.*:/, "", port)
        n = 0
        for (i = 1; i <= length(port); i++) n = n * 16 + index("0123456789ABCDEF", substr(port, i, 1)) - 1
        print n
      }'
  else
    netstat -an 2>/dev/null | awk '/LISTEN/ { n = split($4, part, /[.:]/); print part[n] }'
  fi
}
# listens PORT: nothing is said with certainty on a host that shows no sockets
listens() {
  for port in $(ports); do
    if [ "$port" = "$1" ]; then return 0; fi
  done
  return 1
}
free() {
  case " $taken " in *" $1 "*) return 1 ;; esac
  case "$busyports" in *" $((5900 + $1)) "*) return 1 ;; esac
  take "$private/vnc.$1.lock" || return 1
  reserved=$private/vnc.$1.lock
}
if [ -n "$display" ]; then
  busyports=" $(ports | tr '\\n' ' ') "
  if [ "$display" = auto ]; then
    display=''
    n=$first
    while [ -z "$display" ] && [ "$n" -lt $((first + 1000)) ]; do
      if free "$n"; then display=$n; fi
      n=$((n + 1))
    done
  elif ! free "$display"; then
    display=''
  fi
  [ -n "$display" ] || stop nodisplay
  set -- "$@" "--vncaccessdisplay=$display"
fi

# shellcheck disable=SC2016 # expanded by the shell it is given to
keep='${keepLog}'
# shellcheck disable=SC2016 # expanded by the shell it is given to
launch='
base=$1 sock=$2 logs=$3 user=$4 dir=$5 keep=$6 wrapper=$7 monitor=$8
shift 8
log=$logs.$$.log
rm -f "$log" "$log".*
: >"$log" || exit 125
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
for old in "$base/qemumon.$label."*".$user${ownMonitorEnding}" "$private/$label."*.log; do
  pid=\${old#*"/qemumon.$label."}
  pid=\${pid#"$private/$label."}
  pid=\${pid%".$user"*}
  pid=\${pid%.log}
  case $pid in '' | *[!0-9]*) continue ;; esac
  if ! started_at "$pid"; then rm -f "$old" "$old".*; fi
done
own='nohup'
if command -v setsid >/dev/null 2>&1; then own='setsid'; fi
dir=\${config%/*}
set -- "$base" "$sock" "$private/$label" "$user" "\${dir:-/}" "$keep" "$wrapper" "$monitor" "$@"
CTYS_START=$token "$own" sh -c "$launch" launch "$@" </dev/null >/dev/null 2>&1 &
launcher=$!
started_at "$launcher"
began=$start
say started "$launcher" "\${display:--}"
say since "$began"
log=$private/$label.$launcher.log
say log "$log"

# settled PID: fails for the processes a daemonizing QEMU leaves behind; the daemon is in a session none of them leads
settled() {
  [ -n "$linux" ] || return 0
  case " $(tr '\\000' ' ' 2>/dev/null <"/proc/$1/cmdline")" in
    *' -daemonize '* | *' --daemonize '*) ;;
    *) return 0 ;;
  esac
  { IFS= read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields: state, parent, group, session
  set -- "$1" \${line##*') '}
  [ "$5" != "$launcher" ] && [ "$5" != "$1" ]
}
find_qemu() {
  qemu=$launcher
  if is_qemu "$qemu" && settled "$qemu"; then return 0; fi
  ours "$token" "$launcher" "$began"
  for qemu in $pids; do
    if is_qemu "$qemu" && settled "$qemu" && started_at "$qemu"; then return 0; fi
  done
  return 1
}
seen=''
while :; do
  time=$(now)
  if find_qemu; then
    seen=\${seen:-$time}
    if [ -z "$display" ] || listens $((5900 + display)) || [ "$time" -gt $((seen + 2)) ]; then stop up "$qemu"; fi
  elif ! started_at "$launcher" && [ -z "$pids" ]; then
    wait "$launcher"
    status=$?
    if { IFS= read -r refusal <"$log.refused"; } 2>/dev/null; then
      rm -f "$log" "$log.refused"
      stop "$refusal"
    fi
    stop ended "$status"
  fi
  [ "$time" -lt "$end" ] || stop late
  nap
done
`,
}
