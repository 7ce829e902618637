/**
 * One look at every QEMU of a host and at the configuration files beside its images. Reads only.
 *
 *   processes MARK CONFIGS      CONFIGS 1 = also read configuration files
 *
 * Prints chunks, each followed by NUL MARK NUL; MARK is random, so no argv can forge one. Fields end with NUL:
 *
 *   host BOOT NAMESPACE MACHINE                            Linux: boot id, PID namespace (pid:[INODE]), uname -m
 *   process PID START EXE CWD UID GID USER GROUP PARENT SESSION NAME MOUNTS KVM CGROUP ARGV...
 *                                                          Linux, argv exactly as /proc has it, its first 64 KiB
 *   vanished PID                                           that pid changed hands while it was read
 *   hidden                                                 the host shows this account only its own processes
 *   ps LINES                                               no Linux /proc: pid, uid, gid, lstart, args (ps-table.ts)
 *   owner PID USER GROUP                                   names for a line of ps
 *   holds PID IMAGE                                        open for writing there; as its argv calls it
 *   belongs CONFIG UID                                     owner of the configuration, or of an image beside it
 *   config PATH TEXT                                       at most 64 KiB
 *   suspended PATH                                         this configuration was suspended here; its images know
 *
 * MOUNTS is `same` for the mount namespace of this shell or of process 1, `other` for another one or a nested PID
 * namespace, empty where it cannot be seen. KVM is 1 with a descriptor of KVM open, 0 without, empty where the descriptors
 * cannot be read (or are more than 4096). CGROUP is the path of cgroup v2, or of systemd's hierarchy.
 *
 * It is the hot path of LIST: /proc/PID/comm is read by the shell itself, one ls shows renamed processes by their
 * executable and one the links of a process, and the argv of a process that cannot be QEMU is never read (it can hang on a process that is stuck).
 * Configuration files come last, because a dead network file system hangs there.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {holdsFunction} from './holds.js'
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
printed=$nl
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

${holdsFunction}
# look PATH: prints the configuration files the naming rules allow for an image, and what speaks for this process
look() {
  path=$1
  case $path in
    /*) ;;
    *)
      case $cwd in
        /*) path=$cwd/$path ;;
        *) return ;;
      esac
      ;;
  esac
  dir=\${path%/*}
  base=\${path##*/}
  config=''
  for prefix in "\${dir##*/}" "\${base%.*}" "$label"; do
    case $prefix in '' | */*) continue ;; esac
    for file in "$dir/$prefix.ctys" "$dir/$prefix.conf"; do
      case $seen in *"$nl$file$nl"*) continue ;; esac
      if [ -f "$file" ] && [ -r "$file" ]; then
        config=$file
        case $printed in *"$nl$file$nl"*) continue ;; esac
        printed=$printed$file$nl
        printf '%s\\000' config "$file"
        dd if="$file" bs=65536 count=1 2>/dev/null
        part
      else
        seen=$seen$file$nl
      fi
    done
  done
  # root needs no evidence
  if [ -z "$config" ] || [ "$uid" = 0 ]; then return; fi
  if holds "$path"; then
    printf '%s\\000' holds "$pid" "$1"
    part
    return
  fi
  # shellcheck disable=SC2012 # the owners of two files
  for id in $(ls -lLnd "$config" "$path" 2>/dev/null | awk '/^[-b]/ { print $3 }'); do
    printf '%s\\000' belongs "$config" "$id"
    part
  done
}

# plain TEXT: sets value to the path behind the protocols that stand before plain files
plain() {
  value=$1
  while :; do
    case $value in
      file:* | host_device:* | host_cdrom:*) value=\${value#*:} ;;
      *) return ;;
    esac
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
      filename=* | *[,.]filename=*)
        value_of "\${word#*filename=}"
        hints=$hints$value$nl
        ;;
      *'"filename":'*)
        # a node as JSON object; QEMU's own writers escape no slash
        value=\${word#*'"filename":'}
        value=\${value#*'"'}
        hints=$hints\${value%%'"'*}$nl
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
    plain "$hint"
    look "$value"
    n=$((n + 1))
    [ "$n" -lt 64 ] || break
  done
  # a machine whose disks lie elsewhere is started in the directory of its configuration
  case $cwd in /*) look "$cwd/" ;; esac
}

# links_of PID: sets exe, cwd and kvm; ls never waits for what a link points to
links_of() {
  kvm='' exe='' cwd=''
  set -- "/proc/$1/exe" "/proc/$1/cwd" "/proc/$1/fd/"
  if [ "\${slots:-0}" -gt 4096 ] || [ ! -r "$3" ]; then set -- "$1" "$2"; fi
  links=$(ls -ln "$@" 2>/dev/null)
  if [ "$#" = 3 ]; then
    files=\${links#*"$nl$nl$3:$nl"}
    links=\${links%%"$nl$nl$3:$nl"*}
    case $files in
      *'-> /dev/kvm' | *"-> /dev/kvm$nl"* | *'-> anon_inode:kvm-v'* | *'-> anon_inode:[kvm-v'*) kvm=1 ;;
      *' -> '*) kvm=0 ;;
    esac
  fi
  case $links in *" $1 -> "*) exe=\${links#*" $1 -> "} ;; esac
  case $links in
    *" $2 -> "*)
      cwd=\${links#*" $2 -> "}
      cwd=\${cwd%"$nl"*" $1"*}
      ;;
  esac
}

# mounts_of PID: sets mounts
mounts_of() {
  mounts=''
  # shellcheck disable=SC3013
  if [ "/proc/$1/ns/mnt" -ef /proc/self/ns/mnt ] || [ "/proc/$1/ns/mnt" -ef /proc/1/ns/mnt ]; then
    mounts=same
  elif [ -e "/proc/$1/ns/mnt" ] || [ "$nested" = 1 ]; then
    mounts=other
  fi
}

# words_of PID BYTES: the first of its words; whoever started a process may have given it millions
words_of() { dd if="/proc/$1/cmdline" bs="$2" count=1 2>/dev/null; }

# show PID: one process of Linux
show() {
  stat_of "$1" || return 0
  case $state in Z | X | x) return 0 ;; esac
  if [ "$parent" = "$kernel" ]; then return 0; fi
  began=$start uid='' gid='' slots='' nested=''
  { while read -r key value effective _; do
    case $key in
      Uid:) uid=$effective ;;
      Gid:) gid=$effective ;;
      FDSize:) slots=$value ;;
      NSpid:)
        [ -z "$effective" ] || nested=1
        break
        ;;
      VmPeak:) break ;;
    esac
  done <"/proc/$1/status"; } 2>/dev/null
  owner_of "$uid" "$gid"
  links_of "$1"
  mounts_of "$1"
  name='' cgroup=''
  { IFS= read -r name <"/proc/$1/comm"; } 2>/dev/null
  { while IFS=: read -r _ key value; do
    case $key in '' | name=systemd) cgroup=$value ;; esac
  done <"/proc/$1/cgroup"; } 2>/dev/null
  case $cwd in *"$nl"*) ;; *) places="$places$1 $cwd$nl" ;; esac
  case $exe in */*qemu-system-*) ;; *) odd=1 ;; esac
  case $mounts in other) strange="$strange$1 " ;; esac
  if [ "\${slots:-0}" -gt 4096 ]; then wide="$wide$1 "; fi
  case $uid in 0) roots="$roots$1 " ;; esac
  printf '%s\\000' process "$1" "$start" "$exe" "$cwd" "$uid" "$gid" "$user" "$group" \\
    "$parent" "$session" "$name" "$mounts" "$kvm" "$cgroup"
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

# tell_host: what tells this host from another, and its architecture where the name of a QEMU does not say it
tell_host() {
  boot='' machine=''
  { IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  space=$(readlink /proc/self/ns/pid 2>/dev/null)
  if [ -n "$odd" ]; then machine=$(uname -m); fi
  printf '%s\\000' host "$boot" "$space" "$machine"
  part
}

if [ -r /proc/self/stat ] && [ -r /proc/self/comm ]; then
  found=' ' places=$nl odd='' strange=' ' wide=' ' roots=' ' kernel=none name=''
  { IFS= read -r name </proc/2/comm; } 2>/dev/null
  case $name in kthreadd) kernel=2 ;; esac
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
  tell_host
  # hidepid= of proc(5): whoever may see other users' processes can read this, without being root too (gid=)
  [ -r /proc/1/stat ] || tell_hidden
  [ "$configs" = 1 ] || exit 0
  for pid in $found; do
    [ -r "/proc/$pid/cmdline" ] || continue
    # the paths of another mount namespace are not those of this host
    case $strange in *" $pid "*) continue ;; esac
    cwd='' uid=''
    case $places in *"$nl$pid "*)
      cwd=\${places#*"$nl$pid "}
      cwd=\${cwd%%"$nl"*}
      ;;
    esac
    case $roots in *" $pid "*) uid=0 ;; esac
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
cwd='' pid='' wide=''
IFS=$nl
for line in $table; do
  IFS=$blanks
  # shellcheck disable=SC2086 # columns
  set -- $line
  [ "$#" -gt 8 ] || continue
  uid=$2
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
