/**
 * Which processes of the host have an image of a machine open for writing, whatever program they are. Reads only.
 *
 *   disk-users CONFIG
 *
 * Prints `uses PID USER NAME` for each, and `loop DEVICE` for each writable loop device that stands on one. The kernel
 * shows an open file by its path, in one listing for all processes, and only where that is the path of an image the two
 * files are compared: nothing of others is touched. A file that is neither a block device, nor in whole sectors, nor of
 * qemu-img counts for nothing: it may be a log that lies there.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {writesFunction} from './holds.js'
import {imagesFunction} from './images.js'

export const diskUsersScript: RemoteScript = {
  name: 'disk-users',
  text: `\
# shellcheck disable=SC2317 # images_of calls it
set -u
LC_ALL=C
export LC_ALL
nl='
'
paths=''
${imagesFunction}
# note IMAGE: adds its path without links to paths
note() {
  if [ ! -b "$1" ]; then
    # shellcheck disable=SC2012 # the size of one file
    size=$(ls -lnd -L "$1" 2>/dev/null | awk '{ print $5 }')
    if [ "\${size:-0}" = 0 ]; then return; fi
    if [ "$((size % 512))" != 0 ] && [ "$(dd if="$1" bs=3 count=1 2>/dev/null)" != QFI ]; then return; fi
  fi
  paths=$paths$(readlink -f "$1" 2>/dev/null)$nl
}
${writesFunction}if [ ! -r /proc/self/fdinfo/0 ]; then exit 0; fi
images_of "$1" note
if [ -z "$paths" ]; then exit 0; fi
for loop in /sys/block/loop[0-9]*; do
  behind='' fixed=1
  { IFS= read -r behind <"$loop/loop/backing_file"; } 2>/dev/null
  { IFS= read -r fixed <"$loop/ro"; } 2>/dev/null
  case $nl$paths in *"$nl$behind$nl"*) if [ -n "$behind" ] && [ "$fixed" = 0 ]; then echo "loop /dev/\${loop##*/}"; fi ;; esac
done
told=' '
# shellcheck disable=SC2012 # a name that breaks the line has no match
echo /proc/[0-9]*/fd | xargs ls -ln 2>/dev/null | disk_paths=$paths awk '
  BEGIN {
    count = split(ENVIRON["disk_paths"], list, "\\n")
    for (i = 1; i <= count; i++) if (list[i] != "") wanted[list[i]] = 1
  }
  /^\\/proc\\/[0-9]+\\/fd:$/ { split($0, part, "/"); pid = part[3]; next }
  {
    at = index($0, " -> ")
    if (!at || !(substr($0, at + 4) in wanted)) next
    count = split(substr($0, 1, at - 1), word, " ")
    print pid, word[count], substr($0, at + 4)
  }' | while read -r pid fd file; do
  case $told in *" $pid "*) continue ;; esac
  writes "$pid" "$fd" "$file" || continue
  told="$told$pid "
  name=''
  { IFS= read -r name <"/proc/$pid/comm"; } 2>/dev/null
  # shellcheck disable=SC2012,SC2046 # columns
  set -- $(ls -ld "/proc/$pid" 2>/dev/null)
  echo "uses $pid \${3:--} $name"
done
exit 0
`,
}
