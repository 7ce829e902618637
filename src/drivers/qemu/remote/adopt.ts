/** Writes the two files of a machine that was there before ctys; what exists is left as it is. */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {searchPath} from './locate.js'

/**
 * Arguments: DIRECTORY LABEL MAKES CONFIG; the wrapper on stdin. MAKES is 1 where the directory may be made. Both files
 * appear whole, under names nobody has, the configuration last. Answer, the last line: written | taken PATH | failed WHAT;
 * what a tool said of a failure is on stderr.
 */
export const adoptScript: RemoteScript = {
  name: 'adopt',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
umask 022
dir=$1 label=$2 makes=$3 config=$4
say() { printf '%s\\n' "$*"; }
case $dir in /*) ;; *) dir=\${HOME:-/nonexistent}/$dir ;; esac
temp=$dir/.$label.ctys-adopt.$(uname -n).$$
linked=''
leave() {
  rm -f "$temp.sh" "$temp.ctys"
  [ -z "$linked" ] || rm -f "$linked"
}
trap leave EXIT
trap 'exit 143' HUP INT TERM
fail() {
  say failed "$*"
  exit 0
}
taken() {
  say taken "$*"
  exit 0
}
# place FILE NAME: gives the file its name, unless somebody has it
place() {
  if ln "$1" "$2" 2>/dev/null; then return 0; fi
  if [ -e "$2" ] || [ -h "$2" ]; then return 1; fi
  # a file system without links
  (set -C && cat "$1" >"$2") 2>/dev/null && chmod "$3" "$2"
}
if [ -n "$makes" ]; then mkdir -p "$dir" || fail directory; fi
[ -d "$dir" ] || fail directory
for path in "$dir/$label.ctys" "$dir/$label.conf" "$dir/$label.sh"; do
  if [ -e "$path" ] || [ -h "$path" ]; then taken "$path"; fi
done
{ cat >"$temp.sh" && chmod 755 "$temp.sh"; } || fail wrapper
printf '%s' "$config" >"$temp.ctys" || fail configuration
place "$temp.sh" "$dir/$label.sh" 755 || taken "$dir/$label.sh"
linked=$dir/$label.sh
place "$temp.ctys" "$dir/$label.ctys" 644 || taken "$dir/$label.ctys"
linked=''
say written "$dir"
`,
}
