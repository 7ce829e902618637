/**
 * Shell functions that take, judge, renew and give back the lease of a machine: a file beside its configuration that
 * says which process on which host has the machine. They need start-functions.ts (started_at, linux).
 *
 * A lease appears whole and once, by link(2), which holds on NFS too. A dead one is followed, never removed first: who
 * wants to follow the lease of token and pid makes the link LEASE.TOKEN.PID, which only one can, sees that the lease (or the
 * chain of such links that dead followers left) still ends there, and renames it over the lease. So whoever was slow finds
 * the link taken, or another lease, and nobody renames away what somebody else has just made. A lease that its holder hands
 * on keeps the token and gets another pid.
 *
 * Format: `#ctys-lease 1`, then a line `KEY VALUE` for each of
 *   token            32 hexadecimal digits, never used twice
 *   host, name       what the host calls itself, and what the controller called it (may be empty)
 *   place            BOOT/PIDNS: one run of one kernel, and the namespace the pids are of (pid_namespaces(7))
 *   pid, start       the holder, as the host's process table has it
 *   starter          PID START of the start that is not done yet, which holds it too
 *   state            starting or running
 *   user, since      whose it is; seconds since 1970
 *   config           its configuration as that host has it
 *   inode, device    of the lease itself (stat(2)); fs: names of the file systems of its disks
 *   machine          machine-id(5) of the host
 *
 * A lease whose inode or file system is not what it says came with a copy of the directory, and is none.
 */
export const leaseFunctions = `\
# here: sets node, place, boot, machine
# shellcheck disable=SC2034,SC2154 # told by or to the caller
here() {
  node=$(uname -n) boot='' space='' machine=''
  if [ -n "$linux" ]; then
    { IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
    space=$(readlink /proc/self/ns/pid 2>/dev/null)
    space=\${space#'pid:['}
    space=\${space%']'}
    { IFS= read -r machine </etc/machine-id; } 2>/dev/null
  else
    boot=$(sysctl -n kern.bootsessionuuid 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr -c '0-9\\n' .)
    machine=$(sysctl -n kern.hostuuid 2>/dev/null)
  fi
  place=$boot/$space
}

# place_of FILE: sets inode and device
place_of() {
  inode=$(stat -c '%i %d' "$1" 2>/dev/null || stat -f '%i %d' "$1" 2>/dev/null || ls -id "$1" 2>/dev/null)
  # shellcheck disable=SC2086 # words
  set -- $inode
  inode=\${1-} device=\${2-}
  case $device in '' | *[!0-9]*) device='' ;; esac
}

# write_lease FILE PID START STATE STARTER: makes the file, which must not be there; fails where it cannot be made
# shellcheck disable=SC2034,SC2154 # told by or to the caller
write_lease() {
  (set -C && umask 022 && : >"$1") 2>/dev/null || return 1
  place_of "$1"
  printf '%s\\n' '#ctys-lease 1' "token $token" "host $node" "name $called" "place $place" "pid $2" "start $3" \\
    "starter $5" "state $4" "user $user" "since $since" "config $shown" "inode $inode" "device $device" "fs $fs" \\
    "machine $machine" end | dd of="$1" conv=fsync 2>/dev/null
  [ "$(tail -n 1 "$1" 2>/dev/null)" = end ] && return 0
  rm -f "$1"
  return 1
}

# read_lease FILE: sets l_*, and inode and device to where it lies; 1 = it is none, 2 = it is another one by now, or gone
# shellcheck disable=SC2034,SC2154 # told by or to the caller
read_lease() {
  l_token='' l_host='' l_name='' l_place='' l_pid='' l_start='' l_starter='' l_state='' l_user='' l_since='' l_config=''
  l_inode='' l_device='' l_fs='' l_machine=''
  place_of "$1"
  before=$inode
  text=$(dd if="$1" bs=16384 count=1 2>/dev/null)
  place_of "$1"
  [ -n "$inode" ] && [ "$inode" = "$before" ] || return 2
  case $text in '#ctys-lease 1'*end) ;; *) return 1 ;; esac
  while IFS=' ' read -r key value; do
    case $key in
      token) l_token=$value ;;
      host) l_host=$value ;;
      name) l_name=$value ;;
      place) l_place=$value ;;
      pid) l_pid=$value ;;
      start) l_start=$value ;;
      starter) l_starter=$value ;;
      state) l_state=$value ;;
      user) l_user=$value ;;
      since) l_since=$value ;;
      config) l_config=$value ;;
      inode) l_inode=$value ;;
      device) l_device=$value ;;
      fs) l_fs=$value ;;
      machine) l_machine=$value ;;
    esac
  done <<LEASE
$text
LEASE
  case $l_token in *[!0-9a-f]*) return 1 ;; esac
  [ "\${#l_token}" = 32 ] || return 1
  case $l_pid in '' | *[!0-9]*) return 1 ;; esac
  case \${l_starter%% *} in *[!0-9]*) return 1 ;; esac
  case $l_fs in *[*?[]*) l_fs='' ;; esac
}

# is_copy: the lease just read was made in another directory than the one it lies in
is_copy() {
  for one in $l_fs; do
    case " $fs " in *" $one "*) ;; *) continue ;; esac
    [ "$inode" != "$l_inode" ]
    return
  done
  if [ -n "$l_fs" ] && [ -n "$fs" ]; then return 0; fi
  # what cannot be named may show each host inodes of its own
  [ "\${l_place%%/*}" = "$boot" ] && [ -n "$boot" ] || return 1
  [ "$inode" = "$l_inode" ] || return 0
  [ -n "$device" ] && [ -n "$l_device" ] && [ "$device" != "$l_device" ]
}

# lives PID START
lives() { started_at "$1" && [ "$start" = "$2" ]; }

# judge_lease: sets verdict, of the lease just read,: living, dead, or elsewhere: that cannot be seen here
# shellcheck disable=SC2034,SC2154 # told by or to the caller
judge_lease() {
  verdict=elsewhere
  if is_copy; then
    verdict=dead
  elif [ "$l_place" = "$place" ] && [ -n "$boot" ]; then
    if lives "$l_pid" "$l_start"; then
      verdict=living
    elif [ -n "$l_starter" ] && lives "\${l_starter%% *}" "\${l_starter#* }"; then
      verdict=living
    elif [ -z "$linux" ] || [ -r /proc/1/stat ] || [ "$l_user" = "$user" ]; then
      # where processes of others are hidden (proc(5), hidepid), one of theirs may be alive
      verdict=dead
    fi
  elif [ "$l_host" = "$node" ] && [ "$l_machine" = "$machine" ] && [ -n "$machine" ] &&
    [ -n "$boot" ] && [ "\${l_place%%/*}" != "$boot" ]; then
    verdict=dead # this host was started anew
  fi
  [ "$verdict" = elsewhere ] || return 0
  case " $dead " in *" $l_token.$l_pid "*) verdict=dead ;; esac
}

# find_end: follows the chain that begins with the lease; sets at (its last file; empty: there is none), next (the name
# that follows it) and passed; fails with odd set when something there is no lease
# shellcheck disable=SC2034,SC2154 # told by or to the caller
find_end() {
  at='' next=$lease passed='' odd='' looks=0
  while [ -e "$next" ] || [ -L "$next" ]; do
    looks=$((looks + 1))
    result=1
    if [ ! -L "$next" ] && [ -f "$next" ] && [ "$looks" -lt 100 ]; then
      read_lease "$next"
      result=$?
    fi
    if [ "$result" = 2 ] || { [ "$result" = 1 ] && [ ! -e "$next" ] && [ ! -L "$next" ]; }; then
      at='' next=$lease passed='' # from the beginning
      continue
    fi
    if [ "$result" = 1 ]; then
      odd=$next
      return 1
    fi
    [ -z "$at" ] || [ "$at" = "$lease" ] || passed="$passed \${at#"$lease".}"
    at=$next
    next=$lease.$l_token.$l_pid
  done
}

# take_lease FILE: makes FILE, a lease that was written, the lease. Else sets verdict: living, elsewhere, contended, odd, or unmade
# shellcheck disable=SC2034,SC2154 # told by or to the caller
take_lease() {
  for _ in 1 2 3 4 5 6 7 8; do
    if ! find_end; then
      verdict=odd
      return 1
    fi
    if [ -n "$at" ]; then
      judge_lease
      [ "$verdict" = dead ] || return 1
    fi
    follows=$next
    if ! ln "$1" "$follows" 2>/dev/null; then
      # somebody was quicker, and may have renamed it by now; or there are no links
      if [ -e "$follows" ] || [ -L "$follows" ]; then continue; fi
      if ln "$1" "$1.try" 2>/dev/null; then
        rm -f "$1.try"
        continue
      fi
      verdict=unmade
      return 1
    fi
    if [ "$follows" = "$lease" ]; then
      rm -f "$1"
      return 0
    fi
    if find_end && [ "$at" = "$follows" ] && [ "$l_token" = "$token" ]; then
      stale=$passed
      if mv -f "$follows" "$lease" 2>/dev/null; then
        rm -f "$1"
        for one in $stale; do rm -f "$lease.$one"; done
        return 0
      fi
      # in a sticky directory only its own user may take it away
      verdict=odd odd=$lease
      rm -f "$follows"
      return 1
    fi
    rm -f "$follows"
  done
  verdict=contended
  return 1
}

# has_lease: it is still ours
# shellcheck disable=SC2034,SC2154 # told by or to the caller
has_lease() { [ -f "$lease" ] && [ ! -L "$lease" ] && read_lease "$lease" && [ "$l_token" = "$token" ]; }

# hold PID START STATE STARTER: the lease, which is ours and held by this living process, goes to that one
# shellcheck disable=SC2034,SC2154 # told by or to the caller
hold() {
  has_lease || return 1
  write_lease "$lease-$token.new" "$@" || return 1
  mv -f "$lease-$token.new" "$lease" 2>/dev/null || {
    rm -f "$lease-$token.new"
    return 1
  }
}

# give_back TOKEN: takes a dead lease of that token away. Somebody may be about to follow it: only one of us can
give_back() {
  find_end && [ "$at" = "$lease" ] && [ "$l_token" = "$1" ] || return 0
  judge_lease
  [ "$verdict" = dead ] || return 0
  started_at "$$"
  write_lease "$lease-$token" "$$" "$start" starting '' || return 0
  follows=$next
  if ln "$lease-$token" "$follows" 2>/dev/null; then
    if read_lease "$lease" && [ "$follows" = "$lease.$l_token.$l_pid" ]; then rm -f "$lease"; fi
    rm -f "$follows"
  fi
  rm -f "$lease-$token"
}
`
