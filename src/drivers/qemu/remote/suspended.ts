/**
 * Machines that are suspended: which of the configurations named have a saved state in their images. Reads only.
 *
 *   suspended MARK CONFIG...
 *
 * Prints for each that has one `PATH NUL DATE NUL IMAGE NUL TEXT NUL MARK NUL`; DATE is as qemu-img says it, or `-`;
 * TEXT is the configuration, at most 64 KiB.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {searchPath} from './locate.js'
import {savedFunctions} from './saved.js'

export const suspendedScript: RemoteScript = {
  name: 'suspended',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
mark=$1
shift
${savedFunctions}
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
    if [ -f "$config" ] && [ -r "$config" ]; then images_of "$config" tell; fi
  done
}
look "$@" &
wait "$!"
`,
}

/**
 * Notes for LIST that a configuration may be suspended, or that it is no longer: a file in the directory of the sockets,
 * which only says where to look. Arguments: `set` or `clear`, the configuration.
 */
export const suspendNoteScript: RemoteScript = {
  name: 'suspend-note',
  text: `\
umask 022
what=$1 config=$2
base=\${CTYS_SOCKBASE:-/var/tmp}
set -- "$(printf %s "$config" | cksum)"
file=$base/ctys-suspended.\${1%% *}
rm -f "$file" 2>/dev/null
[ "$what" = set ] || exit 0
set -C
{ printf '%s\\n' "$config" >"$file"; } 2>/dev/null
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
