/** The scripts that make, find and end the switch of a network. They run as its user and touch what is that user's. */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {vdeTools} from './net-tools.js'

/**
 * Arguments: DIR FILE and lines. Writes the record in one step; the directory is made where it is missing, and has to be
 * the user's own. Exit 3: it is not.
 */
export const netRecordScript: RemoteScript = {
  name: 'net-record',
  text: `\
${vdeTools}
dir=$1 file=$2
shift 2
umask 022
[ -d "$dir" ] || mkdir "$dir" || exit 1
if [ -h "$dir" ] || [ ! -O "$dir" ]; then
  printf '%s\\n' "$dir is not a directory of this user" >&2
  exit 3
fi
draft=$dir/.draft.$$
trap 'rm -f "$draft"; rmdir "$dir" 2>/dev/null' EXIT
trap 'exit 143' HUP INT TERM
# cat says why it cannot be written
for line; do printf '%s\\n' "$line"; done | cat >"$draft" || exit 1
mv -f "$draft" "$file"
`,
}

/** Arguments: DIR FILE PIDFILE LOCK. The directory goes with its last record. */
export const netForgetScript: RemoteScript = {
  name: 'net-forget',
  text: `\
${vdeTools}
if [ -h "$1" ] || [ ! -O "$1" ]; then exit 0; fi
rm -f "$2" "$3" "$4" "$1"/.draft.* || exit 1
rmdir "$1" 2>/dev/null || :
`,
}

/** Arguments: PID START. Waits until that process is gone, ten seconds at most. Answer: `gone`, or `failed process`. */
export const netGoneScript: RemoteScript = {
  name: 'net-gone',
  text: `\
tries=0
while :; do
  stat=''
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null
  start=$2
  # shellcheck disable=SC2086 # the fields of proc(5) behind the name
  set -- "$1" "$start" \${stat##*) }
  case \${3-} in '' | Z | X | x) break ;; esac
  [ "\${22-}" = "$start" ] || break
  set -- "$1" "$start"
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ]; then
    echo 'failed process'
    exit 0
  fi
  sleep 0.1 2>/dev/null || sleep 1
done
echo gone
`,
}

/**
 * Arguments: SOCK MGMT PIDFILE TAP, then the call of vde_switch. Waits until it takes connections, and, where there is a
 * TAP, has it open: vde_switch says nothing when it could not open one. Answer, the last line: `started PID`, or `failed
 * switch|tap`; what was begun is ended then.
 */
export const netStartScript: RemoteScript = {
  name: 'net-start',
  text: `\
${vdeTools}
sock=$1 mgmt=$2 pidfile=$3 tap=$4
shift 4
umask 077
fail() {
  # where another was faster the file is that one's
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null
    rm -f "$pidfile"
  fi
  printf '%s\\n' "failed $1"
  exit 0
}
pid=''
# no other descriptor: the connection would last as long as the switch
"$@" </dev/null 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- || fail switch
tries=0
while :; do
  if [ -S "$mgmt" ] && [ -S "$sock/ctl" ] && { read -r pid <"$pidfile"; } 2>/dev/null; then
    if [ -z "$tap" ] || grep -s -q -x "iff:[[:space:]]*$tap" "/proc/$pid/fdinfo/"*; then break; fi
  fi
  tries=$((tries + 1))
  if [ "$tries" -gt 50 ]; then
    if [ -S "$mgmt" ]; then fail tap; else fail switch; fi
  fi
  sleep 0.1 2>/dev/null || sleep 1
done
printf '%s\\n' "started $pid"
`,
}

/** Shell functions: `end_it` ends the process $pid, once it is proven to be the one whose words name $pidfile and that began
 * at $began, where that is known; without $pid the one that the file names. Fails when it does not end.
 */
export const endProven = `\
start_of() {
  stat=''
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null
  # shellcheck disable=SC2086 # the fields of proc(5) behind the name
  set -- \${stat##*) }
  case \${1-} in Z | X | x) start='' ;; *) start=\${20-} ;; esac
}
is_it() {
  start_of "$1"
  if [ -z "$start" ] || { [ -n "$began" ] && [ "$start" != "$began" ]; }; then return 1; fi
  tr '\\n\\0' '?\\n' 2>/dev/null <"/proc/$1/cmdline" | grep -q -x -F -e "$pidfile"
}
end_it() {
  if [ -z "$pid" ]; then { read -r pid <"$pidfile"; } 2>/dev/null; fi
  case $pid in '' | *[!0-9]* | 0 | 1) return 0 ;; esac
  is_it "$pid" || return 0
  kill "$pid" || return 1
  tries=0
  while is_it "$pid"; do
    tries=$((tries + 1))
    if [ "$tries" = 50 ]; then kill -s KILL "$pid" 2>/dev/null; fi
    if [ "$tries" -gt 60 ]; then return 1; fi
    sleep 0.1 2>/dev/null || sleep 1
  done
}`

/**
 * Arguments: SOCK MGMT PIDFILE PID START. Ends the switch PID, once it is proven to be it (its start, its words), or,
 * where PID is empty, the one that the file names; PID \`none\`: nothing runs. Then what is left at SOCK and MGMT is
 * removed, if it is the user's and made of sockets alone. Answer, the last line: \`gone\`, or \`failed process|sockets\`.
 */
export const netStopScript: RemoteScript = {
  name: 'net-stop',
  text: `\
${vdeTools}
sock=$1 mgmt=$2 pidfile=$3 pid=$4 began=$5
say() { printf '%s\\n' "$*"; }
${endProven}
end_it || { say failed process && exit 0; }
left=''
if [ -d "$sock" ] && [ ! -h "$sock" ] && [ -O "$sock" ]; then
  for file in "$sock"/* "$sock"/.[!.]*; do
    if [ -S "$file" ]; then rm -f "$file" || left=1; fi
  done
  rmdir "$sock" || left=1
fi
if [ -S "$mgmt" ] && [ ! -h "$mgmt" ] && [ -O "$mgmt" ]; then rm -f "$mgmt" || left=1; fi
rm -f "$pidfile" || left=1
if [ -n "$left" ]; then say failed sockets; else say gone; fi
`,
}
