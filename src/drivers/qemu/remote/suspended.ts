/**
 * Machines that are suspended: which of the configurations named have a saved state in their images. Reads only.
 *
 *   suspended MARK NOTED CONFIG...
 *
 * Of the first NOTED of them somebody said so; the images of the others are looked at where a marker lies beside them
 * (markerFunction). Prints for each that has one `PATH NUL DATE NUL IMAGE NUL TEXT NUL MARK NUL`; DATE is as qemu-img says it, or `-`;
 * TEXT is the configuration, at most 64 KiB.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {suspendMarkerEnding} from '../paths.js'
import {searchPath} from './locate.js'
import {savedFunctions} from './saved.js'

/** marker_of CONFIG: sets marker; where several names lead to one file there is one */
const markerFunction = `\
marker_of() {
  marker=$1
  [ ! -L "$1" ] || marker=$(readlink -f "$1" 2>/dev/null) || marker=$1
  marker=\${marker%/*}/.\${marker##*/}${suspendMarkerEnding}
}`

export const suspendedScript: RemoteScript = {
  name: 'suspended',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
mark=$1 noted=$2
shift 2
${savedFunctions}
${markerFunction}
tell() {
  if [ -n "$told" ] || ! saved_in "$1"; then return; fi
  told=1
  printf '%s\\000' "$config" "$date" "$1"
  dd if="$config" bs=65536 count=1 2>/dev/null
  printf '\\000%s\\000' "$mark"
}
look() {
  for config in "$@"; do
    told=''
    if [ "$noted" -gt 0 ]; then
      noted=$((noted - 1))
    else
      marker_of "$config"
      [ -f "$marker" ] || continue
    fi
    if [ -f "$config" ] && [ -r "$config" ]; then images_of "$config" tell; fi
  done
}
look "$@" &
wait "$!"
`,
}

/**
 * Notes that a configuration may be suspended, or that it is no longer: a marker beside it, for every host and every
 * scan that sees the directory, and a file in the directory of the sockets, for a LIST of this host that knows no paths.
 * Both only say where to look. Where one cannot be made the other does. Arguments: `set` or `clear`, the configuration.
 */
export const suspendNoteScript: RemoteScript = {
  name: 'suspend-note',
  text: `\
umask 022
what=$1 config=$2
base=\${CTYS_SOCKBASE:-/var/tmp}
${markerFunction}
marker_of "$config"
set -- "$(printf %s "$config" | cksum)"
for file in "$base/ctys-suspended.\${1%% *}" "$marker"; do
  rm -f "$file" 2>/dev/null
  [ "$what" = set ] || continue
  (set -C && printf '%s\\n' "$config" >"$file") 2>/dev/null
done
exit 0
`,
}

/** Removes the saved state from the images named, none of which may be in use. Prints `failed IMAGE`, then why. */
export const discardScript: RemoteScript = {
  name: 'discard',
  text: `\
PATH=${searchPath}
tag=$1
shift
for image in "$@"; do
  reason=$(qemu-img snapshot -d "$tag" "$image" 2>&1 </dev/null) || printf 'failed %s\\n%s\\n' "$image" "$reason"
done
`,
}
