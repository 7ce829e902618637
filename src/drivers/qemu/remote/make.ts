/**
 * Looks where new machines are to be made, and makes one. What is made lies in a hidden directory beside until it is
 * whole; then the directory gets its name by rename(2), which refuses one that holds anything, and last the configuration
 * gets its own, from when on the machine is there.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {answeredInitrd} from '../make/config-text.js'
import {searchPath} from './locate.js'

/** What the configuration is called until the machine is whole. */
const begun = '.ctys-new'

/**
 * Arguments: BASE ARCH IMAGE MACS (a blank between them, lower case), and the labels. Answer, one line each:
 *
 *   home DIR   arch MACHINE (uname -m)   base DIR (absolute)   where missing|dir|file|denied DIR   free KIB
 *   starter PATH   tool PATH (qemu-img)
 *   mac MAC WHERE     an address that is seen alive: machine, neighbour or host
 *   label there CALL NAME | label taken NAME     what is not free; CALL as in INST_CALL
 *   image PATH, then missing | locked | info, and what qemu-img info says as JSON to the end | fault, and why
 */
export const makeInspectScript: RemoteScript = {
  name: 'make-look',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
base=$1 arch=$2 image=$3 macs=$4
shift 4
say() { printf '%s\\n' "$*"; }
home=\${HOME-}
at_home() {
  # shellcheck disable=SC2088 # a tilde that the user typed
  case $1 in
    /*) path=$1 ;;
    "~/"*) path=$home/\${1#"~/"} ;;
    *) path=$home/$1 ;;
  esac
}
say home "$home"
host=$(uname -m)
say arch "$host"
at_home "$base"
base=$path
say base "$base"
near=$base
while [ ! -e "$near" ] && [ ! -h "$near" ] && [ -n "\${near%/*}" ]; do near=\${near%/*}; done
[ -e "$near" ] || [ -h "$near" ] || near=/
if [ ! -d "$near" ]; then
  say where file "$near"
elif [ ! -w "$near" ] || [ ! -x "$near" ]; then
  say where denied "$near"
elif [ "$near" = "$base" ]; then
  say where dir "$near"
else
  say where missing "$near"
fi
say free "$(df -Pk "$near" 2>/dev/null | awk 'NR == 2 { print $4 }')"
case $host in
  amd64) host=x86_64 ;;
  arm64) host=aarch64 ;;
  i?86) host=i386 ;;
  ppc64le | powerpc64) host=ppc64 ;;
  armv6l | armv7l) host=arm ;;
esac
arch=\${arch:-$host}
others=''
if [ "$arch" = "$host" ]; then others='qemu-kvm kvm'; fi
for qemu in "qemu-system-$arch" $others; do
  if found=$(command -v "$qemu") && [ -x "$found" ]; then
    say starter "$found"
    break
  fi
done
if tool=$(command -v qemu-img); then say tool "$tool"; fi
if [ -n "$macs" ]; then
  {
    cat /sys/class/net/*/address 2>/dev/null | sed 's/^/host /'
    { cat /proc/net/arp || arp -an; ip neigh || ndp -an; bridge fdb; } 2>/dev/null </dev/null | sed 's/^/neighbour /'
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\000' '\\n' | sed -n '/mac\\(addr\\)\\{0,1\\}=/s/^/machine /p'
  } | tr '[:upper:]' '[:lower:]' | awk -v macs="$macs" 'BEGIN { n = split(macs, all, " ") } {
    for (i = 1; i <= n; i++) if (!(i in told) && index($0, all[i])) { told[i] = 1; print "mac", all[i], $1 }
  }'
fi
for label; do
  at=$base/$label
  [ -e "$at" ] || [ -h "$at" ] || continue
  if [ -d "$at" ] && [ -z "$(ls -A "$at" 2>/dev/null)" ] && [ -r "$at" ]; then continue; fi
  call=''
  for config in "$at/$label.ctys" "$at/${begun}"; do
    if [ -z "$call" ] && [ -f "$config" ]; then
      call=$(sed -n 's/^#@#INST_CALL = "\\([0-9a-f]*\\)"$/\\1/p' "$config" 2>/dev/null | head -n 1)
    fi
  done
  if [ -n "$call" ]; then say label there "$call" "$label"; else say label taken "$label"; fi
done
if [ -n "$image" ]; then
  at_home "$image"
  say image "$path"
  if [ ! -f "$path" ] && [ ! -b "$path" ]; then
    say missing
  elif [ -n "$tool" ]; then
    if answer=$("$tool" info --output=json "$path" 2>&1 </dev/null); then
      say info
    elif "$tool" info -U "$path" >/dev/null 2>&1 </dev/null; then
      say locked
    else
      say fault
    fi
    say "$answer"
  fi
fi
`,
}

/**
 * Arguments:
 *
 *   BASE LABEL CALL IMAGE FORMAT SIZE HOW SOURCE SOURCEFORMAT CONFIG USERDATA METADATA NETWORK ANSWERS TEXT INITRD ARCHIVE
 *
 * The wrapper on stdin. IMAGE is the name of the boot image, SIZE in bytes or empty, HOW empty, \`linked\` or \`full\`.
 * METADATA is empty for a machine without seed, NETWORK for one that asks DHCP. ANSWERS names the file of an installer with
 * TEXT, or is empty; with an INITRD that gets ARCHIVE behind it (printf %b). Answer, the last line: made | completed | there |
 * taken | failed WHAT; what a tool said of a failure is on stderr.
 */
export const makeScript: RemoteScript = {
  name: 'make',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
umask 022
base=$1 label=$2 call=$3 image=$4 format=$5 size=$6 how=$7 source=$8 kind=$9
shift 9
config=$1 userdata=$2 metadata=$3 network=$4 answers=$5 answertext=$6 initrd=$7 archive=$8
final=$base/$label
host=$(uname -n)
temp=$base/.$label.ctys-new.$host.$$
mine=''
say() { printf '%s\\n' "$*"; }
leave() { [ -z "$mine" ] || rm -rf "$temp"; }
trap leave EXIT
trap 'exit 143' HUP INT TERM
fail() {
  say failed "$*"
  exit 0
}
is_call() { grep -q -x -F -e "#@#INST_CALL = \\"$call\\"" "$1" 2>/dev/null; }
# finish: the last step, also of a run that ended before it
finish() { mv "$final/${begun}" "$final/$label.ctys" || fail configuration; }
judge() {
  if [ -f "$final/$label.ctys" ]; then
    if is_call "$final/$label.ctys"; then say there; else say taken; fi
  elif is_call "$final/${begun}"; then
    finish
    say completed
  else
    say taken
  fi
  exit 0
}
is_free() {
  if [ -h "$final" ]; then return 1; fi
  [ ! -e "$final" ] || { [ -d "$final" ] && [ -z "$(ls -A "$final")" ]; }
}
mkdir -p "$base" || fail directory
# what dead runs left
for old in "$base/.$label.ctys-new.$host."*; do
  pid=\${old##*.}
  case $pid in '' | *[!0-9]*) continue ;; esac
  kill -0 "$pid" 2>/dev/null || rm -rf "$old"
done
is_free || judge
mkdir "$temp" || fail directory
mine=1
(
  umask 077
  case $how in
    linked) qemu-img create -q -f qcow2 -b "$source" -F "$kind" "$temp/$image" \${size:+"$size"} ;;
    full)
      qemu-img convert -q -f "$kind" -O "$format" "$source" "$temp/$image" &&
        { [ -z "$size" ] || qemu-img resize -q -f "$format" "$temp/$image" "$size"; }
      ;;
    *)
      if command -v qemu-img >/dev/null 2>&1; then
        qemu-img create -q -f "$format" "$temp/$image" "$size"
      else
        dd if=/dev/zero of="$temp/$image" bs=1 count=0 seek="$size" 2>/dev/null
      fi
      ;;
  esac
) </dev/null >&2 || fail image
{ cat >"$temp/$label.sh" && chmod 755 "$temp/$label.sh"; } || fail wrapper
if [ -n "$metadata" ]; then
  (
    umask 077
    mkdir "$temp/seed" && printf '%s' "$userdata" >"$temp/seed/user-data" && printf '%s' "$metadata" >"$temp/seed/meta-data" &&
      { [ -z "$network" ] || printf '%s' "$network" >"$temp/seed/network-config"; }
  ) || fail seed
fi
if [ -n "$answers" ]; then
  (
    umask 077
    mkdir -p "$temp/seed" && printf '%s' "$answertext" >"$temp/seed/$answers"
  ) || fail seed
fi
if [ -n "$initrd" ]; then
  (
    umask 077
    # archives stand on a boundary of four bytes
    size=$(wc -c <"$initrd") && cat "$initrd" >"$temp/${answeredInitrd}" &&
      while [ "$((size % 4))" -ne 0 ]; do
        printf '\\000' >>"$temp/${answeredInitrd}" || exit 1
        size=$((size + 1))
      done
    printf '%b' "$archive" >>"$temp/${answeredInitrd}"
  ) || fail answers
fi
printf '%s' "$config" >"$temp/${begun}" || fail configuration
if ! mv -T "$temp" "$final" 2>/dev/null; then
  # another call was faster, or this mv has no -T
  is_free || judge
  rmdir "$final" 2>/dev/null
  mkdir "$final" || fail directory
  for file in "$temp"/* "$temp/${begun}"; do mv "$file" "$final/" || fail directory; done
fi
finish
say made
`,
}
