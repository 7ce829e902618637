/**
 * Shell functions that find what a suspend left: an internal snapshot of that name in a qcow2 image of the machine
 * (docs/interop/qcow2.txt of QEMU), so whoever sees the image sees it. Nothing is locked or changed.
 *
 * The header tells at once whether an image has snapshots at all; only then qemu-img lists them,
 * and where there is none, their table is read as it is.
 */
import {imagesFunction} from './images.js'

/** Name of the snapshot `suspend` leaves in the image; `-loadvm` takes it. */
export const suspendTag = 'ctys-suspend'

export const savedFunctions = `\
# table_of FILE: sets at to the offset of its snapshots; fails for what is no qcow2 image or has none
table_of() {
  [ -f "$1" ] && [ -r "$1" ] || return 1
  at=$(dd if="$1" bs=72 count=1 2>/dev/null | od -An -v -t u1 | awk '
    { for (i = 1; i <= NF; i++) byte[n++] = $i }
    END {
      if (n < 72 || byte[0] != 81 || byte[1] != 70 || byte[2] != 73 || byte[3] != 251) exit 1
      for (i = 60; i < 64; i++) many = many * 256 + byte[i]
      for (i = 64; i < 72; i++) at = at * 256 + byte[i]
      if (!many) exit 1
      printf "%.0f", at
    }')
}

# saved_in FILE: sets date, which is - where it cannot be told; fails when the image has none of ours
saved_in() {
  table_of "$1" || return 1
  if command -v qemu-img >/dev/null 2>&1; then
    rows=$(qemu-img snapshot -l -U "$1" 2>/dev/null </dev/null) || rows=$(qemu-img snapshot -l "$1" 2>/dev/null </dev/null) || rows=''
    date=$(printf '%s\\n' "$rows" | awk -v tag=${suspendTag} '
      $2 == tag {
        date = "-"
        for (i = 3; i < NF; i++) if ($i ~ /^[0-9]+-[0-9]+-[0-9]+$/) date = $i " " $(i + 1)
        print date
        exit
      }')
    [ -z "$date" ] || return 0
    [ -z "$rows" ] || return 1
  fi
  date=-
  dd if="$1" bs=512 skip="$((at / 512))" count=128 2>/dev/null | tr -c 'a-z-' '\\n' | grep -q -x -e ${suspendTag}
}

${imagesFunction}`
