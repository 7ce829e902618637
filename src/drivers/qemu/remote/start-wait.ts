/** Part of the start script (start.ts): until the QEMU of this start is there, or nothing of it is. */
export const waitStep = `\
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
# of one of these is a machine that its wrapper gave to somebody: root, us, and the owners of its files
# shellcheck disable=SC2012 # owners are asked for, whatever the names
owners=" 0 $(id -u) $(ls -lLnd "$config" "\${config%.*}"[._-]* 2>/dev/null | awk '/^[-b]/ { printf "%s ", $3 }')"
# is_owners PID
is_owners() {
  # shellcheck disable=SC2012 # the owner of a directory of /proc: the effective user
  case $owners in *" $(ls -ldn "/proc/$1" 2>/dev/null | awk '{ print $3 }') "*) return 0 ;; esac
  return 1
}
# born: pids of QEMUs that nobody judged, none of them older than our start
born() {
  for file in /proc/[0-9]*/comm; do
    { IFS= read -r name <"$file"; } 2>/dev/null || continue
    case $name in *qemu* | *kvm*) ;; *) continue ;; esac
    pid=\${file#/proc/}
    pid=\${pid%/comm}
    case " $known " in *" $pid "*) continue ;; esac
    if is_qemu "$pid" && started_at "$pid" && [ "$start" -ge "$began" ]; then echo "$pid"; fi
  done
}
# opens_ours PID: it has a file in the directory of the machine open
opens_ours() {
  # shellcheck disable=SC2010 # a name that breaks the line has no match
  ls -ln "/proc/$1/fd" 2>/dev/null | grep -q -F -e " -> $where/"
}
# stays PID: it is the machine, and not one that its wrapper asks for its version or tries whether KVM works. That is
# called otherwise, has none of the files of the machine, has the wrapper waiting for it, and ends soon.
tried=''
stays() {
  if [ "$1" = "$launcher" ] || ! started_at "$launcher"; then return 0; fi
  case $(says "$1") in us) return 0 ;; asks) return 1 ;; esac
  if [ -n "$linux" ] && opens_ours "$1"; then return 0; fi
  case $tried in
    "$1 "*) [ "$time" -gt $((\${tried#* } + 4)) ] ;;
    *)
      tried="$1 $time"
      return 1
      ;;
  esac
}
# is_up PID
is_up() { is_qemu "$1" && settled "$1" && stays "$1" && started_at "$1"; }
# find_qemu: one of our start, or a new one of an owner that names the machine and works in its directory: its wrapper
# may have given it an environment and a session of its own
find_qemu() {
  qemu=$launcher
  if is_up "$qemu"; then return 0; fi
  ours "$token" "$launcher" "$began" "$log"
  for qemu in $pids; do
    if is_up "$qemu"; then return 0; fi
  done
  [ -n "$linux" ] || return 1
  for qemu in $(born); do
    if ! names_us "$qemu" || ! is_owners "$qemu" || ! settled "$qemu" || ! stays "$qemu"; then continue; fi
    if [ -n "$(links_to "$where" "/proc/$qemu/cwd")" ] || opens_ours "$qemu"; then return 0; fi
  done
  return 1
}
where=$(cd "$dir" && pwd -P)
# straggles: nothing is left of the start by its marks, but a process that is not older is in the machine's directory
straggles() {
  [ -n "$linux" ] || return 1
  for link in $(links_to "$where" /proc/[0-9]*/cwd); do
    link=\${link#/proc/}
    if started_at "\${link%/cwd}" && [ "$start" -ge "$began" ]; then return 0; fi
  done
  return 1
}
seen=''
while :; do
  clock
  if find_qemu; then
    seen=\${seen:-$time}
    if [ -z "$display" ] || listens $((5900 + display)) || [ "$time" -gt $((seen + 2)) ]; then
      started_at "$qemu" && hold "$qemu" "$start" running ''
      stop up "$qemu"
    fi
  elif ! started_at "$launcher" && [ -z "$pids" ] && ! straggles; then
    wait "$launcher"
    status=$?
    if { IFS= read -r refusal <"$log.refused"; } 2>/dev/null; then
      rm -f "$log" "$log.refused"
      holding=1
      stop "$refusal"
    fi
    stop ended "$status"
  fi
  [ "$time" -lt "$end" ] || stop late
  nap
done
`
