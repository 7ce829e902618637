/**
 * What speaks, beside its own words, for a process being the machine of a configuration. Reads only.
 *
 *   evidence CONFIG PID...
 *
 * Prints `images COUNT`, `belongs UID` for the owner of the configuration and of each image, and for each
 * process `shown PID` when its open files can be read and `holds PID` when it has one of the images open for writing.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {holdsFunction} from './holds.js'
import {imagesFunction} from './images.js'

export const evidenceScript: RemoteScript = {
  name: 'evidence',
  text: `\
# shellcheck disable=SC2317 # images_of calls it
set -u
LC_ALL=C
export LC_ALL
config=$1
shift
pids=$*
wide=' '
${holdsFunction}
${imagesFunction}
# owner_of FILE: tells who owns it
owner_of() {
  # shellcheck disable=SC2012 # the owner of one file
  ls -lLnd "$1" 2>/dev/null | awk '/^[-b]/ { print "belongs", $3 }'
}
# judge IMAGE: whose it is, and who of those shown has it open
judge() {
  owner_of "$1"
  for pid in $shown; do
    case $holding in *" $pid "*) continue ;; esac
    if holds "$1"; then
      echo "holds $pid"
      holding="$holding$pid "
    fi
  done
  # holds ends with names as they are
  set +f
}
shown='' holding=' '
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
  shown="$shown $pid"
done
owner_of "$config"
images_of "$config" judge
echo "images $images"
exit 0
`,
}
