/**
 * Shell functions for what Linux says of a process without asking the process (proc(5)): nothing here touches its memory
 * or what its links point to, so nothing here can hang. `show PID` prints the chunk `process` and notes, for who asks
 * further, `places` (the working directories), `elsewhere` (each with a line end), `strange` (other mount namespaces) and
 * `wide` (too many descriptors).
 */
export const factFunctions = `\
# name_of FILE ID DATABASE: sets name
name_of() {
  name=''
  [ -n "$2" ] || return 0
  { while IFS=: read -r entry _ id _; do
    if [ "$id" = "$2" ]; then
      name=$entry
      return
    fi
  done <"$1"; } 2>/dev/null
  name=$(getent "$3" "$2" 2>/dev/null) || name=''
  name=\${name%%:*}
}

# owner_of UID GID: sets user and group; those of one user come together
user='' group='' user_id='' group_id=''
owner_of() {
  if [ "$1" != "$user_id" ]; then
    name_of /etc/passwd "$1" passwd
    user=$name user_id=$1
  fi
  if [ "$2" != "$group_id" ]; then
    name_of /etc/group "$2" group
    group=$name group_id=$2
  fi
}

# link_of LINK: sets link to where it leads, line ends and all
link_of() {
  link=$(readlink "$1" 2>/dev/null && echo .)
  link=\${link%"$nl."}
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
  case $links in
    *"$nl"*"$nl"* | *'?'*)
      # a name with a line end; some ls print a ? for it
      link_of "$1"
      exe=$link
      link_of "$2"
      cwd=$link
      return
      ;;
    *" $1 -> "*) exe=\${links#*" $1 -> "} exe=\${exe%%"$nl"*} ;;
  esac
  case $links in *" $2 -> "*) cwd=\${links#*" $2 -> "} cwd=\${cwd%%"$nl"*} ;; esac
}

# mounts_of PID: sets mounts
mounts_of() {
  mounts=''
  # shellcheck disable=SC3013
  if [ "/proc/$1/ns/mnt" -ef /proc/self/ns/mnt ] || [ "/proc/$1/ns/mnt" -ef /proc/1/ns/mnt ]; then
    mounts=same
    # shellcheck disable=SC3013
    if [ -e "/proc/$1/root" ] && [ ! "/proc/$1/root" -ef / ] && [ ! "/proc/$1/root" -ef /proc/1/root ]; then mounts=root; fi
  elif [ -e "/proc/$1/ns/mnt" ] || [ "$nested" = 1 ]; then
    mounts=other
  fi
}

places=$nl elsewhere=' ' strange=' ' wide=' ' odd=''
show() {
  stat_of "$1" || return 0
  case $state in Z | X | x) return 0 ;; esac
  if [ "$parent" = "$kernel" ]; then return 0; fi
  uid='' gid='' slots='' nested=''
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
  case $cwd in *"$nl"*) elsewhere="$elsewhere$1 " ;; *) places="$places$1 $cwd$nl" ;; esac
  case $exe in */*qemu-system-*) ;; *) odd=1 ;; esac
  case $mounts in other) strange="$strange$1 " ;; esac
  if [ "\${slots:-0}" -gt 4096 ]; then wide="$wide$1 "; fi
  printf '%s\\000' process "$1" "$start" "$exe" "$cwd" "$uid" "$gid" "$user" "$group" \\
    "$parent" "$session" "$name" "$mounts" "$kvm" "$cgroup"
  part
}

# place_of PID: sets cwd
place_of() {
  cwd=''
  case $elsewhere in
    *" $1 "*)
      link_of "/proc/$1/cwd"
      cwd=$link
      ;;
  esac
  case $places in
    *"$nl$1 "*)
      cwd=\${places#*"$nl$1 "}
      cwd=\${cwd%%"$nl"*}
      ;;
  esac
}
`
