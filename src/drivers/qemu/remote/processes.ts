/**
 * One look at every QEMU of a host and at the configuration files beside its images. Reads only.
 *
 *   processes MARK CONFIGS      CONFIGS 1 = also read configuration files
 *
 * Prints chunks, each followed by NUL MARK NUL; MARK is random, so no argv can forge one. Fields end with NUL:
 *
 *   process PID START EXE CWD UID GID USER GROUP ARGV...   Linux, argv exactly as /proc has it, its first 64 KiB
 *   vanished PID                                           that pid changed hands while it was read
 *   hidden                                                 the host shows this account only its own processes
 *   ps LINES                                               no Linux /proc: pid, uid, gid, lstart, args (ps-table.ts)
 *   owner PID USER GROUP                                   names for a line of ps
 *   config PATH TEXT                                       at most 64 KiB
 *   suspended PATH                                         this configuration was suspended here; its images know
 *
 * It is the hot path of LIST: /proc/PID/comm is read by the shell itself, one ls shows renamed processes by their
 * executable, and the argv of a process that cannot be QEMU is never read (it can hang on a process that is stuck).
 * Configuration files come last, because a dead network file system hangs there.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {statFunction} from './processes-stat.js'

/** A thousand machines with their configurations. */
const maxBytes = 16 * 1024 * 1024

export const processesScript: RemoteScript = {
  name: 'processes',
  maxBytes,
  text: `\
set -u
set -f
LC_ALL=C
export LC_ALL
mark=$1
configs=$2
nl='
'
seen=$nl
blanks=$IFS
${statFunction}
part() { printf '\\000%s\\000' "$mark"; }
tell_hidden() {
  printf hidden
  part
}

# name_of FILE ID DATABASE: sets name
name_of() {
  name=''
  { while IFS=: read -r entry _ id _; do
    if [ "$id" = "$2" ]; then
      name=$entry
      return
    fi
  done <"$1"; } 2>/dev/null
  name=$(getent "$3" "$2" 2>/dev/null) || name=''
  name=\${name%%:*}
}

# owner_of UID GID: sets user and group
owner_of() {
  name_of /etc/passwd "$1" passwd
  user=$name
  name_of /etc/group "$2" group
  group=$name
}

# value_of TEXT: sets value to the text up to the first single comma
value_of() {
  value='' rest=$1
  while :; do
    head=\${rest%%,*}
    value=$value$head
    case $rest in
      "$head,,"*) value=$value, rest=\${rest#"$head",,} ;;
      *) return ;;
    esac
  done
}

# look PATH: prints the configuration files the naming rules allow for an image
look() {
  path=$1
  case $path in
    /*) ;;
    *) case $cwd in
      /*) path=$cwd/$path ;;
      *) return ;;
    esac ;;
  esac
  dir=\${path%/*}
  base=\${path##*/}
  for prefix in "\${dir##*/}" "\${base%.*}" "$label"; do
    case $prefix in '' | */*) continue ;; esac
    for file in "$dir/$prefix.ctys" "$dir/$prefix.conf"; do
      case $seen in *"$nl$file$nl"*) continue ;; esac
      seen=$seen$file$nl
      if [ -f "$file" ] && [ -r "$file" ]; then
        printf '%s\\000' config "$file"
        dd if="$file" bs=65536 count=1 2>/dev/null
        part
      fi
    done
  done
}

# look_around: reads the words of an argv, one a line
look_around() {
  before='' label='' hints='' word=''
  while IFS= read -r word || [ -n "$word" ]; do
    last=$word
    case $before in
      -name | --name)
        value_of "\${word#guest=}"
        label=$value
        ;;
      -hda | --hda | -kernel | --kernel | -cdrom | --cdrom) hints=$hints$word$nl ;;
    esac
    case $word in
      filename=* | *,filename=*)
        value_of "\${word#*filename=}"
        hints=$hints$value$nl
        ;;
      file=* | *,file=*)
        value_of "\${word#*file=}"
        hints=$hints$value$nl
        ;;
    esac
    case $before in
      -*) ;;
      *) [ -z "$before" ] || [ -z "$word" ] || hints=$hints$word$nl ;;
    esac
    before=$word
  done
  case \${last-} in '' | -*) ;; *) hints=$hints$last$nl ;; esac
  IFS=$nl
  n=0
  for hint in $hints; do
    look "$hint"
    n=$((n + 1))
    [ "$n" -lt 64 ] || break
  done
}

# words_of PID BYTES: the first of its words; whoever started a process may have given it millions
words_of() { dd if="/proc/$1/cmdline" bs="$2" count=1 2>/dev/null; }

# show PID: one process of Linux
show() {
  stat_of "$1" || return 0
  case $state in Z | X | x) return 0 ;; esac
  began=$start uid='' gid=''
  { while read -r key _ effective _; do
    case $key in
      Uid:) uid=$effective ;;
      Gid:) gid=$effective && break ;;
    esac
  done <"/proc/$1/status"; } 2>/dev/null
  owner_of "$uid" "$gid"
  exe=$(readlink "/proc/$1/exe" 2>/dev/null)
  cwd=$(readlink "/proc/$1/cwd" 2>/dev/null)
  printf '%s\\000' process "$1" "$start" "$exe" "$cwd" "$uid" "$gid" "$user" "$group"
  words_of "$1" 65536
  part
  stat_of "$1" && [ "$start" = "$began" ] && return
  printf '%s\\000' vanished "$1"
  part
}

# what remote/suspended.ts noted; a directory that everybody writes to: nothing but a short regular file is read
set +f
for note in "\${CTYS_SOCKBASE:-/var/tmp}"/ctys-suspended.*; do
  if [ -f "$note" ] && [ ! -L "$note" ]; then
    printf 'suspended\\000%s' "$(dd if="$note" bs=4096 count=1 2>/dev/null)"
    part
  fi
done
set -f

if [ -r /proc/self/stat ] && [ -r /proc/self/comm ]; then
  found=' '
  set +f
  for entry in /proc/[0-9]*; do
    comm=''
    { IFS= read -r comm <"$entry/comm"; } 2>/dev/null
    case $comm in *qemu* | *kvm*) found="$found\${entry#/proc/} " ;; esac
  done
  # shellcheck disable=SC2010 # a name that breaks the line can only make a candidate
  links=$(ls -ln /proc/[0-9]*/exe 2>/dev/null | grep -E -e '-> .*/[^/]*(qemu|kvm)')
  set -f
  IFS=$nl
  for link in $links; do
    pid=\${link#*' /proc/'}
    pid=\${pid%%/*}
    case $pid in '' | *[!0-9]*) continue ;; esac
    case $found in *" $pid "*) ;; *) found="$found$pid " ;; esac
  done
  IFS=$blanks
  for pid in $found; do show "$pid"; done
  # hidepid= of proc(5): whoever may see other users' processes can read this, without being root too (gid=)
  [ -r /proc/1/stat ] || tell_hidden
  [ "$configs" = 1 ] || exit 0
  for pid in $found; do
    [ -r "/proc/$pid/cmdline" ] || continue
    cwd=$(readlink "/proc/$pid/cwd" 2>/dev/null)
    # an empty word points to no file, and shells read byte by byte
    { words_of "$pid" 32768 | tr -s '\\000\\n' '\\n\\001' | look_around; } 2>/dev/null
  done
  exit 0
fi

table=$(ps -axww -o pid= -o uid= -o gid= -o lstart= -o args=) || exit 1
# security.bsd.see_other_uids=0 of FreeBSD: pid 1 is of another user, and never hidden from root
if [ "$(id -u)" != 0 ]; then
  printf '%s\\n' "$table" | grep -q -E -e '^ *1 ' || tell_hidden
fi
table=$(printf '%s\\n' "$table" | grep -E -e 'qemu|kvm')
printf '%s\\000' ps "$table"
part
cwd=''
IFS=$nl
for line in $table; do
  IFS=$blanks
  # shellcheck disable=SC2086 # columns
  set -- $line
  [ "$#" -gt 8 ] || continue
  owner_of "$2" "$3"
  printf '%s\\000' owner "$1" "$user" "$group"
  part
  shift 8
  [ "$configs" = 1 ] || continue
  printf '%s\\n' "$@" | look_around
done
exit 0
`,
}
