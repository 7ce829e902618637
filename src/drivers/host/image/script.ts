/**
 * Brings an image into the directory of images of a host, from standard input or from an address. What came so far lies in
 * a file beside, which the next attempt goes on with; it gets its name when its digest is the one asked for, and is never
 * written to again. Arguments:
 *
 *   look  BASE NAME ALGORITHM HEX PACKING
 *   take  BASE NAME ALGORITHM HEX PACKING BYTES plain|gzip     the rest of the file on stdin
 *   fetch BASE NAME ALGORITHM HEX PACKING BYTES URL            BYTES may be empty
 *
 * Answer, a line each: `path PATH`, `there BYTES`; of look `part BYTES` (what is there of an earlier attempt), `gzip`,
 * `fetcher NAME`, `free KIB`, `lacks TOOL...`; of the others `bytes N` every two seconds, `checking`, and at the end one of
 * `placed`, `cut BYTES` (less came than the whole), `wrong HEX` (removed), `busy PID`, `unfetched WHY`, `failed WHY`.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {imageFolder} from '../../../domain/work/image.js'

export const imageScript: RemoteScript = {
  name: 'image',
  text: `\
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/bin:/usr/bin:/usr/sbin
LC_ALL=C
export LC_ALL
umask 077
do=$1 base=$2 name=$3 algorithm=$4 hex=$5 packing=$6
shift 6
bytes=\${1-} how=\${2-}
say() { printf '%s\\n' "$*"; }
# shellcheck disable=SC2088 # a tilde that the user typed
case $base in
  /*) ;;
  "~/"*) base=\${HOME-}/\${base#"~/"} ;;
  *) base=\${HOME-}/$base ;;
esac
dir=$base/${imageFolder}
final=$dir/$name
part=$dir/.$name.part
lock=$part.lock
say path "$final"
size_of() { wc -c 2>/dev/null <"$1" | tr -d ' '; }
if [ -f "$final" ]; then
  say there "$(size_of "$final")"
  exit 0
fi
has() { command -v "$1" >/dev/null 2>&1; }
# digest FILE: in hexadecimal digits
digest() {
  if has "\${algorithm}sum"; then
    "\${algorithm}sum" <"$1"
  elif has shasum; then
    shasum -a "\${algorithm#sha}" <"$1"
  elif has "$algorithm"; then
    "$algorithm" <"$1"
  else
    openssl dgst "-$algorithm" -r <"$1"
  fi | cut -d ' ' -f 1
}
case $packing in
  xz) unpack=xz ;;
  gz) unpack=gzip ;;
  bz2) unpack=bzip2 ;;
  zst) unpack=zstd ;;
  *) unpack='' ;;
esac
if [ "$do" = look ]; then
  if [ -f "$part" ]; then say part "$(size_of "$part")"; fi
  if has gzip; then say gzip; fi
  for fetcher in curl wget fetch; do
    if has "$fetcher"; then
      say fetcher "$fetcher"
      break
    fi
  done
  if ! has "\${algorithm}sum" && ! has shasum && ! has "$algorithm" && ! has openssl; then say lacks "\${algorithm}sum"; fi
  if [ -n "$unpack" ] && ! has "$unpack"; then say lacks "$unpack"; fi
  near=$dir
  while [ ! -e "$near" ] && [ -n "\${near%/*}" ]; do near=\${near%/*}; done
  say free "$(df -Pk "\${near:-/}" 2>/dev/null | awk 'NR == 2 { print $4 }')"
  exit 0
fi

watch='' mine=''
leave() {
  if [ -n "$watch" ]; then kill "$watch" 2>/dev/null; fi
  if [ -n "$mine" ]; then rm -rf "$lock"; fi
  watch='' mine=''
}
stop() {
  leave
  say "$*"
  exit 0
}
trap leave EXIT
trap 'exit 143' HUP INT TERM
why=$( (umask 022 && mkdir -p "$base" && umask 077 && mkdir -p "$dir") 2>&1) || stop failed "$why"
if ! mkdir "$lock" 2>/dev/null; then
  read -r holder pid 2>/dev/null <"$lock/by"
  if [ "\${holder-}" != "$(uname -n)" ] || kill -0 "\${pid:-x}" 2>/dev/null; then stop busy "\${pid:-0}"; fi
  rm -rf "$lock"
  mkdir "$lock" 2>/dev/null || stop busy 0
fi
mine=1
say "$(uname -n) $$" >"$lock/by"
( while sleep 2; do say bytes "$(size_of "$part")"; done ) &
watch=$!
case $do in
  take)
    if [ "$how" = gzip ]; then
      # a stream that broke is told by its size
      why=$(gzip -dc 2>&1 >>"$part") || case $why in *'o space'* | *uota*) stop failed "$why" ;; esac
    else
      why=$(cat 2>&1 >>"$part") || stop failed "$why"
    fi
    ;;
  fetch)
    get() {
      if has curl; then
        curl -q -gfsSL --proto '=http,https' --connect-timeout 30 --speed-limit 1 --speed-time 60 --retry 2 -C - -o "$part" "$how"
      elif has wget; then
        wget -q -c -T 60 -O "$part" "$how"
      else
        fetch -q -r -T 60 -o "$part" "$how"
      fi
    }
    if ! why=$(get 2>&1 </dev/null); then
      # what is there may be whole, or of something else
      if [ -s "$part" ] && [ "$(digest "$part")" != "$hex" ]; then
        rm -f "$part"
        why=$(get 2>&1 </dev/null) || stop unfetched "$(printf %s "$why" | tr '\\n' ' ')"
      elif [ ! -s "$part" ]; then
        stop unfetched "$(printf %s "$why" | tr '\\n' ' ')"
      fi
    fi
    ;;
esac
if [ -n "$bytes" ] && [ "$(size_of "$part")" -lt "$bytes" ]; then stop cut "$(size_of "$part")"; fi
say checking
sum=$(digest "$part")
if [ "$sum" != "$hex" ]; then
  rm -f "$part"
  stop wrong "$sum"
fi
if [ -n "$unpack" ]; then
  if ! why=$("$unpack" -dc <"$part" 2>&1 >"$part.out"); then
    rm -f "$part.out"
    stop failed "$why"
  fi
  mv -f "$part.out" "$part" || stop failed 'it could not be unpacked'
fi
# holes where there is nothing, where the host can
if has fallocate; then fallocate -d "$part" >/dev/null 2>&1; fi
why=$(chmod 444 "$part" 2>&1 && mv -f "$part" "$final" 2>&1) || stop failed "$why"
stop placed
`,
}
