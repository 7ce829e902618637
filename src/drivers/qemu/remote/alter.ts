/**
 * Changes a machine that is off, under its lease (start-lease.ts): nobody can start it meanwhile. Arguments:
 *
 *   TOKEN CONFIG LABEL SECONDS CALLED FS DEAD WHAT HOW VALUE OTHERS
 *
 * OTHERS are directories of other machines, a line each, beside those next to this one. WHAT is files, info (what qemu-img says of the boot image), remove, resize (VALUE: bytes), snapshot (HOW: list, save,
 * load, delete; VALUE: its name), set (lines `KEY VALUE` on stdin) or compress (the backing file and its format on stdin, a
 * line each, empty without one). Answer, a line
 * each: what start.ts says of a lease; `used IMAGE BY` when another image stands on one of the machine's, or another
 * configuration names it, then nothing was
 * changed; `image PATH`; `file PATH` for each file of the machine, `kept PATH` for what else lies there; `failed WHAT`, the
 * reason is on stderr; `size BYTES`; `used KIB KIB` of a compression; `assigned KEY` when a shell sets that key in the configuration; `snapshot NAME DATE TIME`; at the end `done`.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {answeredInitrd} from '../make/config-text.js'
import {searchPath} from './locate.js'
import {offFrame} from './off-frame.js'
import {leaseStep} from './start-lease.js'

export const alterScript: RemoteScript = {
  name: 'alter',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
umask 077
token=$1 config=$2 label=$3 seconds=$4 called=$5 fs=$6 dead=$7 what=$8 how=$9
shift 9
wanted=$1 others=\${2-}
${offFrame}
# heads FILE: what the header of an image names (docs/interop/qcow2.txt)
heads() { dd if="$1" bs=4096 count=1 2>/dev/null | tr '\\000' '\\n'; }
# names NEEDLE: whether a setting on standard input names that file, and not one whose name is longer
names() {
  sed -n '/^#@#/p' | needle=$1 awk '{
    rest = $0
    while ((i = index(rest, ENVIRON["needle"])) > 0) {
      rest = substr(rest, i + length(ENVIRON["needle"]))
      if (rest !~ /^[A-Za-z0-9_.-]/) { found = 1; exit }
    }
  } END { exit !found }'
}
# judge IMAGE NEEDLE FILE: ends when FILE is another machine's that needs IMAGE
judge() {
  case $3 in
    *.ctys | *.conf) if [ -f "$3" ] && names "$2" 2>/dev/null <"$3"; then stop used "$1" "$3"; fi ;;
    *) if is_image "$3" && heads "$3" | grep -F -q -e "$2"; then stop used "$1" "$3"; fi ;;
  esac
}
# used IMAGE: by the machines beside, by others in its directory, and by those that the inventory has elsewhere
used() {
  tail=\${home##*/}/\${1##*/}
  for other in "\${home%/*}"/*/*; do
    case $other in "$home"/*) ;; *) judge "$1" "$tail" "$other" ;; esac
  done
  shared=''
  for other in "$home"/*.ctys "$home"/*.conf; do
    if [ -f "$other" ] && [ "\${other%.*}" != "$stem" ]; then shared=1; fi
  done
  if [ -n "$shared" ]; then
    for other in "$home"/*; do
      case $other in "$stem"[._-]*) ;; *) judge "$1" "\${1##*/}" "$other" ;; esac
    done
  fi
  while IFS= read -r near; do
    if [ -z "$near" ] || [ ! -d "$near" ]; then continue; fi
    for other in "$near"/*; do judge "$1" "$tail" "$other"; done
  done <<OTHERS
$others
OTHERS
}
disk='' count=0
note_image() {
  count=$((count + 1))
  disk=\${disk:-$1}
  [ "$what" = files ] || [ "$what" = info ] || [ "$how" = list ] || used "$1"
}
named=$(sed -n 's/^#@#HDDBOOTIMAGE = "\\(.*\\)"$/\\1/p' "$config" 2>/dev/null | head -n 1)
case $named in
  '') ;;
  /*) disk=$named ;;
  *) disk=$home/$named ;;
esac

tell_image() { say file "$1"; }
files() {
  images_of "$config" tell_image
  for file in "$stem.console.log" "$stem.console.log.tmp" "$stem.sh"; do
    if [ -e "$file" ]; then say file "$file"; fi
  done
  for file in meta-data preseed.cfg ks.cfg autoinst.xml; do
    if [ -f "$home/seed/$file" ]; then
      say file "$home/seed"
      break
    fi
  done
  for file in "$home/seed.img" "$home/${answeredInitrd}"; do
    if [ -f "$file" ]; then say file "$file"; fi
  done
  say file "$config"
}
left() {
  for file in "$home"/* "$home"/.[!.]*; do
    if [ -e "$file" ] || [ -h "$file" ]; then say "$1" "$file"; fi
  done
}
if [ "$what" = files ]; then
  files
  own=$(files | sed 's/^file //')
  left kept | while IFS= read -r line; do
    case $nl$own$nl in *"$nl\${line#kept }$nl"*) ;; *) case $line in *.lease | *.lease.*) ;; *) say "$line" ;; esac ;; esac
  done
  stop 'done'
fi

if [ "$what" = info ]; then
  images_of "$config" note_image
  say image "$disk"
  qemu-img info -U --output=json "$disk" </dev/null || stop failed image
  exit 0
fi

clock
# shellcheck disable=SC2034 # of the lease
end=$((time + seconds + 1))
user=$(id -un)
base=\${CTYS_SOCKBASE:-/var/tmp}
if [ ! -d "$base" ] || [ ! -w "$base" ]; then stop nodir "$base"; fi
if [ "$how" != list ]; then
${leaseStep}
fi
images_of "$config" note_image
say image "$disk"
# tool WHAT COMMAND...
tool() {
  doing=$1
  shift
  "$@" </dev/null >&2 || stop failed "$doing"
}
case $what in
  remove)
    # a name with a line end would come in pieces, and none of them be a file of this directory
    files | sed 's/^file //' | while IFS= read -r file; do
      case $file in "$home"/*) ;; *) exit 1 ;; esac
    done || stop failed remove
    # the configuration last: what a run that died left is still found by it
    files | sed 's/^file //' | while IFS= read -r file; do
      case $file in
        "$home/seed") rm -f "$file/meta-data" "$file/user-data" "$file/network-config" "$file/vendor-data" "$file/preseed.cfg" "$file/ks.cfg" "$file/autoinst.xml" && rmdir "$file" ;;
        *) rm -f "$file" ;;
      esac || exit 1
      say file "$file"
    done || stop failed remove
    if has_lease; then rm -f "$lease"; fi
    holding=''
    rmdir "$home" 2>/dev/null || left kept
    ;;
  set)
    reserved=$real.ctys-set.keys.$$
    cat >"$reserved" || stop failed set
    while IFS=' ' read -r key _; do
      # what a shell reads there would say something else
      if grep -q -E -e "^[[:blank:]]*(export[[:blank:]]+)?$key=" "$real"; then stop assigned "$key"; fi
    done <"$reserved"
    mine=$real.ctys-set.$$
    { cp -p "$real" "$mine" && set_keys "$real" "$reserved" >"$mine" && mv -f "$mine" "$real"; } || stop failed set
    ;;
  compress)
    IFS= read -r standing
    IFS= read -r kind
    mine=$disk.ctys-new.$$
    tool compress qemu-img convert -q -c -f qcow2 -O qcow2 \${standing:+-B "$standing"} \${kind:+-F "$kind"} "$disk" "$mine"
    tool compare qemu-img compare -q -f qcow2 -F qcow2 "$disk" "$mine"
    mode=$(stat -c %a "$disk" 2>/dev/null || stat -f %Lp "$disk")
    owner=$(stat -c %u:%g "$disk" 2>/dev/null || stat -f %u:%g "$disk")
    if ! chmod "\${mode:-600}" "$mine" || ! { [ "$(id -u)" != 0 ] || chown "$owner" "$mine"; }; then stop failed compress; fi
    say used "$(du -k "$disk" | cut -f 1)" "$(du -k "$mine" | cut -f 1)"
    mv -f "$mine" "$disk" || stop failed compress
    ;;
  resize) tool resize qemu-img resize -q "$disk" "$wanted" ;;
  snapshot)
    case $how in
      save) tool snapshot qemu-img snapshot -c "$wanted" "$disk" ;;
      load) tool snapshot qemu-img snapshot -a "$wanted" "$disk" ;;
      delete) tool snapshot qemu-img snapshot -d "$wanted" "$disk" ;;
    esac
    { qemu-img snapshot -l -U "$disk" 2>/dev/null </dev/null || qemu-img snapshot -l "$disk" </dev/null; } | awk '$1 ~ /^[0-9]+$/ {
      date = ""
      for (i = 3; i < NF; i++) if ($i ~ /^[0-9]+-[0-9]+-[0-9]+$/) { date = $i " " $(i + 1); break }
      print "snapshot", $2, date
    }'
    ;;
esac
if [ "$what" = resize ]; then
  say size "$(qemu-img info --output=json "$disk" </dev/null 2>/dev/null | sed -n 's/^ *"virtual-size": \\([0-9]*\\),*$/\\1/p' | tail -n 1)"
fi
say 'done'
`,
}
