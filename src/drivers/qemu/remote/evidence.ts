/**
 * What speaks, beside its own words, for a process being the machine of a configuration. Reads only.
 *
 *   evidence CONFIG PID...
 *
 * The images are PREFIX.* beside the configuration, and every file there when the directory is called like it; of both
 * the first 64. Prints `images COUNT`, `belongs UID` for the owner of the configuration and of each image, and for each
 * process `shown PID` when its open files can be read and `holds PID` when it has one of the images open for writing.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {holdsFunction} from './holds.js'

export const evidenceScript: RemoteScript = {
  name: 'evidence',
  text: `\
set -u
LC_ALL=C
export LC_ALL
config=$1
shift
pids=$*
wide=' '
${holdsFunction}
dir=\${config%/*}
prefix=\${config##*/}
prefix=\${prefix%.*}
case $dir in
  */"$prefix") set -- "$dir/"* ;;
  *) set -- "$dir/$prefix."* ;;
esac
left=$#
count=0
while [ "$left" -gt 0 ]; do
  left=$((left - 1))
  image=$1
  shift
  case $image in *.ctys | *.conf | *.sh | *.log | *.pid | *.txt) continue ;; esac
  if [ "$count" -lt 64 ] && { [ -f "$image" ] || [ -b "$image" ]; }; then
    count=$((count + 1))
    set -- "$@" "$image"
  fi
done
echo "images $count"
# shellcheck disable=SC2012 # the owners of a few files
ls -lLnd "$config" "$@" 2>/dev/null | awk '/^[-b]/ { print "belongs", $3 }'
for pid in $pids; do
  [ -r "/proc/$pid/fd/" ] || continue
  { while read -r key value _; do
    case $key in FDSize:)
      if [ "$value" -gt 4096 ]; then wide="$wide$pid "; fi
      break
      ;;
    esac
  done <"/proc/$pid/status"; } 2>/dev/null
  case $wide in *" $pid "*) continue ;; esac
  echo "shown $pid"
  for image in "$@"; do
    if holds "$image"; then
      echo "holds $pid"
      break
    fi
  done
done
exit 0
`,
}
