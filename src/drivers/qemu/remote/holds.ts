/** Shell functions for Linux (proc(5)): who has a file open for writing. Who may only read it does not hold it. */
export const writesFunction = `\
# writes PID FD FILE: that descriptor is the file, opened for writing; the kernel compares, so no name can pretend
writes() {
  # shellcheck disable=SC3013 # dash, busybox, mksh and bash have it
  [ "/proc/$1/fd/$2" -ef "$3" ] || return 1
  { while read -r key value; do
    case $key$value in flags:*[12]) return 0 ;; esac
  done <"/proc/$1/fdinfo/$2"; } 2>/dev/null
  return 1
}
`

/** `holds PATH` asks it of all descriptors of process `pid`; `wide` are the pids with too many to look at. */
export const holdsFunction = `\
${writesFunction}# holds PATH: has the process opened it for writing; no reader does
holds() {
  case $wide in *" \${pid:-none} "*) return 1 ;; esac
  [ -n "$pid" ] || return 1
  set +f
  set -- "$1" "/proc/$pid/fd/"*
  set -f
  file=$1
  shift
  for fd in "$@"; do
    if writes "$pid" "\${fd##*/}" "$file"; then return 0; fi
  done
  return 1
}
`
