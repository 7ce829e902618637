/**
 * Writes a machine into a directory that is there. Arguments:
 *
 *   DIR new|old LABEL SERIAL yes|no (files) yes|no (replace) IMAGE BYTES full|sparse CONFIG COPY...
 *
 * The start script on stdin; IMAGE empty: none is made. Nothing is written when something is in the way. Answer, a line
 * each: `dir PATH`; `in-way PATH` for each file that is there and other than wanted, then it ends; `written|same|kept PATH`,
 * `replaced BACKUP PATH` (no blank in BACKUP's name beside the path: its ending alone); `failed WHAT`; at the end `done`.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {searchPath} from './locate.js'

export const configureScript: RemoteScript = {
  name: 'configure',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
umask 022
dir=$1 new=$2 label=$3 serial=$4 files=$5 replace=$6 image=$7 bytes=$8 full=$9
shift 9
config=$1
shift
say() { printf '%s\\n' "$*"; }
temp=''
# shellcheck disable=SC2329 # by the trap
leave() { rm -f \${temp:+"$temp.sh"} \${temp:+"$temp.ctys"} \${temp:+"$temp.image"}; }
trap leave EXIT
trap 'exit 143' HUP INT TERM
fail() {
  say failed "$1"
  exit 0
}
case $dir in /*) ;; *) dir=\${HOME-}/$dir ;; esac
if [ ! -d "$dir" ]; then
  if [ "$new" = old ]; then
    say missing "$dir"
    exit 0
  fi
  mkdir "$dir" || fail directory
fi
say dir "$dir"
temp=$dir/.$label.ctys-conf.$$
if [ "$files" = yes ]; then
  { cat >"$temp.sh" && chmod 755 "$temp.sh" && printf '%s' "$config" >"$temp.ctys"; } || fail configuration
  in_way=''
  for ending in sh ctys; do
    file=$dir/$label.$ending
    [ -e "$file" ] || [ -h "$file" ] || continue
    if [ "$replace" = no ] && ! cmp -s "$file" "$temp.$ending"; then
      say in-way "$file"
      in_way=1
    fi
  done
  if [ -n "$in_way" ]; then exit 0; fi
fi
for copy; do
  to=$dir/\${copy##*/}
  if [ -e "$to" ]; then say kept "$to"; else { cp "$copy" "$to" && say written "$to"; } || fail "$copy"; fi
done
if [ -n "$image" ]; then
  case $image in /*) ;; *) image=$dir/$image ;; esac
  if [ -e "$image" ]; then
    say kept "$image"
  else
    (
      umask 077
      if command -v qemu-img >/dev/null 2>&1; then
        if [ "$full" = full ]; then
          qemu-img create -q -f qcow2 -o preallocation=full "$temp.image" "$bytes"
        else
          qemu-img create -q -f qcow2 "$temp.image" "$bytes"
        fi
      else
        echo 'there is no qemu-img: --no-create-image, or install qemu-utils' >&2
        exit 1
      fi
    ) </dev/null >&2 || fail image
    mv "$temp.image" "$image" || fail image
    say written "$image"
  fi
fi
if [ "$files" = yes ]; then
  for ending in sh ctys; do
    file=$dir/$label.$ending
    if [ -e "$file" ] || [ -h "$file" ]; then
      if cmp -s "$file" "$temp.$ending"; then
        say same "$file"
        continue
      fi
      backup=$file.$serial.bak
      mv "$file" "$backup" || fail backup
      mv "$temp.$ending" "$file" || fail configuration
      say replaced "$serial.bak" "$file"
    else
      mv "$temp.$ending" "$file" || fail configuration
      say written "$file"
    fi
  done
fi
say 'done'
`,
}
