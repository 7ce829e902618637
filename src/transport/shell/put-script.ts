/**
 * Writes standard input to a file, in one step: into a new file beside it, which takes its place when the content came
 * whole and has its mode. The content is whole when MARK ends it behind a line end; a connection that breaks ends it too.
 *
 *   put-file PATH MODE MARK
 *
 * PATH is absolute, MODE in octal digits, MARK 32 letters or digits. The first line of the answer is `written`, or what
 * failed: `full` (no room, or the quota is used up), `directory` (none to write into, or one in its place), `cut` (the
 * content did not come whole), `failed`; behind it stands what the host says. Then nothing is left, and what was there
 * before is there still.
 *
 * Without conv=notrunc dd(1) truncates its output at the offset of seek=.
 */
import type {RemoteScript} from '../../domain/ports/ports.js'

export const putScript: RemoteScript = {
  name: 'put-file',
  text: `\
path=$1 mode=$2 mark=$3
LC_ALL=C
export LC_ALL
umask 077
dir=\${path%/*}
new=$dir/.ctys-put-$mark
nl='
'
fail() {
  trap '' HUP INT TERM PIPE
  rm -f -- "$new"
  case $2 in *'No space left'* | *uota*) set -- full "$2" ;; esac
  printf '%s\\n%s\\n' "$1" "$2"
  exit 1
}
[ -d "$dir/" ] || fail directory 'there is no such directory'
[ ! -d "$path" ] || fail directory 'it is a directory'
trap 'rm -f -- "$new"; exit 1' HUP INT TERM PIPE
why=$( (set -C && : >"$new") 2>&1) || fail failed "$why"
why=$(cat 2>&1 >>"$new") || fail failed "$why"
[ "$(tail -c 33 "$new" 2>/dev/null | tr -d '\\000')" = "$nl$mark" ] || fail cut 'its content did not come whole'
size=$(($(wc -c <"$new") - 33))
why=$(dd if=/dev/null of="$new" bs=1 seek="$size" count=0 2>&1) || fail failed "$why"
why=$(chmod "$mode" "$new" 2>&1) || fail failed "$why"
why=$(mv -f -- "$new" "$path" 2>&1) || fail failed "$why"
echo written
`,
}
