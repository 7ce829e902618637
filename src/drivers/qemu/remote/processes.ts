/**
 * One look at every QEMU of a host and at the configuration files beside its images. Reads only.
 *
 *   processes MARK CONFIGS      CONFIGS 1 = also read configuration files
 *
 * Prints chunks, each followed by NUL MARK NUL; MARK is random, so no argv can forge one. Fields end with NUL:
 *
 *   host BOOT NAMESPACE MACHINE                            Linux: boot id, PID namespace (pid:[INODE]), uname -m
 *   process PID START EXE CWD UID GID USER GROUP PARENT SESSION NAME MOUNTS KVM CGROUP
 *                                                          Linux: what can be told without asking the process
 *   crowd UID USER COUNT                                   that many look like QEMU, and not all of them were looked at
 *   stuck UID USER                                         one of his did not say how it was called
 *   renamed PID                                            its name says nothing, its options and its program do
 *   words PID START ARGV...                                argv exactly as /proc has it, its first 64 KiB
 *   vanished PID                                           that pid changed hands while it was read
 *   told UID                                               the words and configurations of this user are complete
 *   end UID USER                                           nothing more of this user. Where the chunk before it is not
 *                                                          empty, that one was cut off
 *   hidden                                                 the host shows this account only its own processes
 *   ps LINES                                               no Linux /proc: pid, uid, gid, lstart, args (ps-table.ts)
 *   owner PID USER GROUP                                   names for a line of ps
 *   place PID DIRECTORY                                    in which it was started, where it has left it
 *   holds PID IMAGE                                        open for writing there; as its argv calls it
 *   belongs CONFIG UID                                     owner of the configuration, or of an image beside it
 *   config PATH TEXT                                       at most 64 KiB
 *   readconfig PID FILE TEXT                               of -readconfig, as its argv calls it; at most 64 KiB
 *   suspended PATH                                         this configuration was suspended here; its images know
 *   whole                                                  the last one: nothing is missing
 *
 * MOUNTS is `same` for the mount namespace of this shell or of process 1, `root` for one with another root directory
 * (chroot(2)) there, `other` for another namespace or a nested PID namespace, empty where it cannot be seen. KVM is 1 with a descriptor of KVM open, 0 without, empty where the descriptors
 * cannot be read (or are more than 4096). CGROUP is the path of cgroup v2, or of systemd's hierarchy.
 *
 * It is the hot path of LIST: few forks for each process. What may hang, the argv of a process that is stuck and the
 * files that argv names, is read user by user, each in the background, within a limit of silence and one of bytes: one
 * user's processes cost nobody else's.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {candidateFunctions} from './processes-candidates.js'
import {configFunctions} from './processes-configs.js'
import {factFunctions} from './processes-facts.js'
import {statFunction} from './processes-stat.js'
import {renamedFunctions} from './renamed.js'
import {notesFunction} from './suspended-notes.js'
import {watchedFunction} from './watched.js'

/** A thousand machines with their configurations. */
const maxBytes = 16 * 1024 * 1024
/** Of all that users beside root and this account say together; each has the same share, and no less than the second. */
const strangersBytes = 8 * 1024 * 1024
const leastBytes = 64 * 1024

export const processesScript: RemoteScript = {
  name: 'processes',
  maxBytes,
  text: `\
# shellcheck disable=SC2317 # watched calls them
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
part() { printf '\\000%s\\000' "$mark"; }
tell_hidden() {
  printf hidden
  part
}
tell_whole() {
  printf whole
  part
  exit 0
}
${statFunction}
${watchedFunction}
${renamedFunctions}
${candidateFunctions}
${factFunctions}
${configFunctions}
# tell UID PID...: what each of his processes says of itself, then what lies beside them
tell() {
  uid=$1
  shift
  for pid in "$@"; do
    stat_of "$pid" || continue
    began=$start
    printf '%s\\000' words "$pid" "$start"
    words_of "$pid" 65536
    part
    stat_of "$pid" && [ "$start" = "$began" ] && continue
    printf '%s\\000' vanished "$pid"
    part
  done
  if [ "$configs" = 1 ]; then
    for pid in "$@"; do look_at "$pid"; done
  fi
  printf '%s\\000' told "$uid"
  part
}
tell_some() { tell "$@" | head -c "$share"; }

# tell_of UID PID...
tell_of() {
  case $1 in
    0 | "$me") spare='' && watched tell "$@" ;;
    *) spare='head' && watched tell_some "$@" ;;
  esac
  part
  owner_of "$1" ''
  printf '%s\\000' end "$1" "$user"
  part
}

# show_of UID COUNT PID...: what can be told of his processes without asking them
show_of() {
  uid=$1 count=$2
  shift 2
  for pid in "$@"; do show "$pid"; done
  [ "$count" -gt "$#" ] || return 0
  owner_of "$uid" ''
  printf '%s\\000' crowd "$uid" "$user" "$count"
  part
}

# renamed_of PID...: as candidates, a line for each; eight programs are read at most, nobody has more
renamed_of() {
  read_programs=0
  # shellcheck disable=SC2046 # pids
  for pid in $(shaped $(printf '/proc/%s/cmdline ' "$@")); do
    read_programs=$((read_programs + 1))
    if [ "$read_programs" -gt 8 ]; then return 0; fi
    says_qemu "$pid" || continue
    uid=''
    { while read -r key _ effective _; do
      case $key in Uid:)
        uid=$effective
        break
        ;;
      esac
    done <"/proc/$pid/status"; } 2>/dev/null
    [ -z "$uid" ] || echo "$uid 1 $pid"
  done
}
tell_renamed() {
  printf 'renamed\\000%s' "$3"
  part
}

${notesFunction}
tell_notes

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
  kernel=none name='' me='' sees_all=''
  { IFS= read -r name </proc/2/comm; } 2>/dev/null
  case $name in kthreadd) kernel=2 ;; esac
  while read -r key value effective _; do
    case $key in
      Uid:) me=$effective ;;
      CapEff:)
        # CAP_SYS_PTRACE of capabilities(7): the programs of all processes are shown
        case $value in *[89a-f]????) if [ -e /proc/1/exe ]; then sees_all=1; fi ;; esac
        break
        ;;
    esac
  done </proc/self/status
  # an awk may end at a process that is gone when it reads (mawk)
  users=$(candidates) || users=$(candidates) || exit 1
  strangers=0
  IFS=$nl
  for line in $users; do
    IFS=$blanks
    # shellcheck disable=SC2086 # words
    set -- $line
    case $1 in
      odd)
        shift
        more=$(watched renamed_of "$@")
        users=$users$nl$more
        IFS=$nl
        for found in $more; do
          IFS=$blanks
          # shellcheck disable=SC2086 # words
          show_of $found
          # shellcheck disable=SC2086 # words
          tell_renamed $found
        done
        ;;
      stuck)
        owner_of "$2" ''
        printf '%s\\000' stuck "$2" "$user"
        part
        ;;
      *)
        case $1 in 0 | "$me") ;; *) strangers=$((strangers + 1)) ;; esac
        show_of "$@"
        ;;
    esac
  done
  tell_host
  # hidepid= of proc(5): whoever may see other users' processes can read this, without being root too (gid=)
  [ -r /proc/1/stat ] || tell_hidden
  share=$((${strangersBytes} / (strangers + 1)))
  if [ "$share" -lt ${leastBytes} ]; then share=${leastBytes}; fi
  IFS=$nl
  for line in $users; do
    IFS=$blanks
    # shellcheck disable=SC2086 # words
    set -- $line
    uid=$1
    case $uid in stuck | odd) continue ;; esac
    if [ "$#" -lt 3 ]; then continue; fi
    shift 2
    tell_of "$uid" "$@"
  done
  tell_whole
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
tell_whole
`,
}
