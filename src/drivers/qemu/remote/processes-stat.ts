/**
 * Shell function shared by the scripts that look at Linux processes (proc(5)): `stat_of PID` sets `state`, `parent`,
 * `session`, `threads` and `start` (field 22, clock ticks since boot) and fails when the process is gone. The name in field 2 may hold blanks, brackets
 * and line ends, so the fields are counted behind its last bracket.
 */
export const statFunction = `\
stat_of() {
  state='' parent='' session='' threads='' start='' stat_line=''
  { while IFS= read -r stat_part || [ -n "$stat_part" ]; do
    stat_line="$stat_line $stat_part"
  done <"/proc/$1/stat"; } 2>/dev/null
  # shellcheck disable=SC2086 # fields
  set -- \${stat_line##*') '}
  [ "$#" -ge 20 ] || return 1
  state=$1
  # shellcheck disable=SC2034 # told to the caller
  parent=$2 session=$4 threads=\${18}
  start=\${20}
}
`
