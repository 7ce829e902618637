/**
 * Which processes of the host have an image of a machine open for writing, whatever program they are. Reads only.
 *
 *   disk-users CONFIG
 *
 * Prints `uses PID USER NAME` for each, and `loop DEVICE` for each writable loop device that stands on one. The kernel
 * shows an open file by its path, in one listing for all processes, and since Linux 5.14 its inode (proc(5), fdinfo), which
 * is the same behind a hard link and another mount. Only where one of them is that of an image the two files are compared:
 * nothing of others is touched. A file that is neither a block device, nor in whole sectors, nor of
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
paths='' inodes=''
${imagesFunction}
# note IMAGE: adds its path without links to paths, and its inode with its name to inodes
note() {
  if [ ! -b "$1" ]; then
    # shellcheck disable=SC2012 # the size of one file
    facts=$(ls -lnid -L "$1" 2>/dev/null | awk '{ print $1, $6 }')
    size=\${facts#* }
    if [ "\${size:-0}" = 0 ]; then return; fi
    if [ "$((size % 512))" != 0 ] && [ "$(dd if="$1" bs=3 count=1 2>/dev/null)" != QFI ]; then return; fi
    inodes=$inodes\${facts%% *}$nl$1$nl
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
# PID FD FILE by path, and inode PID FD of every other file that has one
# shellcheck disable=SC2012 # a name that breaks the line has no match
open=$(echo /proc/[0-9]*/fd | xargs ls -ln 2>/dev/null | disk_paths=$paths awk '
  BEGIN {
    count = split(ENVIRON["disk_paths"], list, "\\n")
    for (i = 1; i <= count; i++) if (list[i] != "") wanted[list[i]] = 1
  }
  /^\\/proc\\/[0-9]+\\/fd:$/ { split($0, part, "/"); pid = part[3]; next }
  {
    at = index($0, " -> /")
    if (!at) next
    count = split(substr($0, 1, at - 1), word, " ")
    file = substr($0, at + 4)
    if (file in wanted) print pid, word[count], file
    else if (file !~ /^\\/(dev|proc|sys)\\//) print "inode", pid, word[count]
  }')
# by_inode: PID FD FILE of those that have the inode of an image
by_inode() {
  if [ -z "$inodes" ]; then return; fi
  printf '%s\\n' "$open" | awk '$1 == "inode" { print "/proc/" $2 "/fdinfo/" $3 }' |
    xargs grep -s -H '^ino:' 2>/dev/null | disk_inodes=$inodes awk '
      BEGIN {
        count = split(ENVIRON["disk_inodes"], list, "\\n")
        for (i = 1; i < count; i += 2) wanted[list[i]] = list[i + 1]
      }
      $NF in wanted { split($0, part, "/"); print part[3], part[5] + 0, wanted[$NF] }'
}
{
  printf '%s\\n' "$open" | grep '^[0-9]'
  by_inode
} | while read -r pid fd file; do
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
