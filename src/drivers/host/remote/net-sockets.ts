/**
 * The sockets of VDE switches in the place for them, whoever made them: `switch|mgmt|client UID live|dead PATH`, a
 * `client` below its switch: one for each that plugged in, and stale ones remain when somebody died. Looks only.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {vdeTools} from './net-tools.js'

export const netSocketsScript: RemoteScript = {
  name: 'net-sockets',
  text: `\
${vdeTools}
base=\${CTYS_SOCKBASE:-/var/tmp}
nl='
'
count=0
# tell WHAT PATH
tell() {
  # what anybody may have put there is no line of this answer
  case $2 in *"$nl"*) return ;; esac
  count=$((count + 1))
  if [ "$count" -gt 4096 ]; then return; fi
  # shellcheck disable=SC2012 # the owner of one file
  uid=$(ls -ldn "$2" 2>/dev/null | awk '{ print $3 }')
  path=$2
  if [ "$1" = switch ]; then path=$2/ctl; fi
  if path=$path awk 'BEGIN { path = ENVIRON["path"]; long = length(path) }
    substr($0, length($0) - long) == " " path { found = 1; exit } END { exit !found }' /proc/net/unix 2>/dev/null; then
    printf '%s %s live %s\\n' "$1" "\${uid:--}" "$2"
  else
    printf '%s %s dead %s\\n' "$1" "\${uid:--}" "$2"
  fi
}
for dir in "$base"/vde_switch*; do
  if [ ! -d "$dir" ] || [ -h "$dir" ]; then continue; fi
  tell switch "$dir"
  for file in "$dir"/* "$dir"/.[!.]*; do
    if [ -S "$file" ] && [ "\${file##*/}" != ctl ]; then tell client "$file"; fi
  done
done
for file in "$base"/vde_mgmt*; do
  if [ -S "$file" ]; then tell mgmt "$file"; fi
done
echo end
`,
}
