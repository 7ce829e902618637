/**
 * Shell function: `holds PATH` asks whether process `pid` has that file open for writing. The kernel compares the files, so no
 * name can pretend, and who may only read a file does not hold it. `wide` are the pids with too many descriptors to look at.
 */
export const holdsFunction = `\
# holds PATH: has the process opened it for writing; the kernel compares, so no name can pretend, and no reader
holds() {
  case $wide in *" \${pid:-none} "*) return 1 ;; esac
  [ -n "$pid" ] || return 1
  set +f
  set -- "$1" "/proc/$pid/fd/"*
  set -f
  file=$1
  shift
  for fd in "$@"; do
    # shellcheck disable=SC3013 # dash, busybox, mksh and bash have it
    [ "$fd" -ef "$file" ] || continue
    { while read -r key value; do
      case $key$value in flags:*[12]) return 0 ;; esac
    done <"/proc/$pid/fdinfo/\${fd##*/}"; } 2>/dev/null
  done
  return 1
}
`
