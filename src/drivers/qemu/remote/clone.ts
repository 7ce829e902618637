/**
 * Makes a machine of another one that is off, under the lease of that one (start-lease.ts): nobody starts it meanwhile.
 * Arguments:
 *
 *   TOKEN CONFIG LABEL SECONDS CALLED FS DEAD NEWLABEL CALL linked|full KEYS METADATA USERDATA VENDORDATA
 *
 * The start script on stdin. KEYS are lines `KEY VALUE` for set-keys.ts, CALL names what was asked for (INST_CALL). An
 * empty METADATA: that of the machine with another name and id; USERDATA empty: that of the machine. Answer, a line each:
 * what start.ts says of a lease; `foreign PATH` (its start script is none of ctys); `kept PATH` for images that are not
 * copied; `seed new|copied|none`; at the end made | there | taken | failed WHAT.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {searchPath} from './locate.js'
import {offFrame} from './off-frame.js'
import {leaseStep} from './start-lease.js'

/** What the start script of every machine that ctys made says of itself. */
const ours = '^# Written by ctys; needs a POSIX shell and QEMU'

export const cloneScript: RemoteScript = {
  name: 'clone',
  text: `\
PATH=${searchPath}
LC_ALL=C
export LC_ALL
umask 077
# shellcheck disable=SC2034 # of the lease
token=$1 config=$2 label=$3 seconds=$4 called=$5 fs=$6 dead=$7 new=$8 call=$9
shift 9
how=$1 keys=$2 metadata=$3 userdata=$4 vendordata=$5
${offFrame}base=\${home%/*}
final=$base/$new
temp=$base/.$new.ctys-new.$(uname -n).$$
if [ -e "$final" ] || [ -h "$final" ]; then
  if grep -q -x -F -e "#@#INST_CALL = \\"$call\\"" "$final/$new.ctys" 2>/dev/null; then stop there; else stop taken; fi
fi
grep -q -e '${ours}' "$stem.sh" 2>/dev/null || stop foreign "$stem.sh"
clock
# shellcheck disable=SC2034 # of the lease
end=$((time + seconds + 1))
user=$(id -un)
dir_of_sockets=\${CTYS_SOCKBASE:-/var/tmp}
base_of_machines=$base
base=$dir_of_sockets
if [ ! -d "$base" ] || [ ! -w "$base" ]; then stop nodir "$base"; fi
${leaseStep}
base=$base_of_machines
named=$(sed -n 's/^#@#HDDBOOTIMAGE = "\\(.*\\)"$/\\1/p' "$config" 2>/dev/null | head -n 1)
disk=''
case $named in
  '') ;;
  /*) disk=$named ;;
  *) disk=$home/$named ;;
esac
note_image() {
  disk=\${disk:-$1}
  if [ "$1" != "$disk" ]; then say kept "$1"; fi
}
images_of "$config" note_image
[ -f "$disk" ] || stop failed 'image'
kind=$(qemu-img info "$disk" 2>/dev/null </dev/null | sed -n 's/^file format: //p')
mkdir "$temp" || stop failed directory
making=$temp
chmod 755 "$temp"
case $how in
  linked) qemu-img create -q -f qcow2 -b "$disk" -F "$kind" "$temp/$new.qcow2" ;;
  full) qemu-img convert -q -f "$kind" -O qcow2 "$disk" "$temp/$new.qcow2" ;;
esac </dev/null >&2 || stop failed image
{ cat >"$temp/$new.sh" && chmod 755 "$temp/$new.sh"; } || stop failed wrapper
seed=none
if [ -n "$metadata" ]; then seed=new; elif [ -f "$home/seed/meta-data" ]; then seed=copied; fi
if [ "$seed" != none ]; then
  mkdir "$temp/seed" || stop failed seed
  if [ "$seed" = copied ]; then
    # the lines that ctys itself wrote; another form is not understood
    id=$(printf '%s\\n' "$keys" | sed -n 's/^UUID //p')
    sed -e "s/^  \\"instance-id\\": \\"[^\\"]*\\"/  \\"instance-id\\": \\"$id\\"/" \\
      -e "s/^  \\"local-hostname\\": \\"[^\\"]*\\"/  \\"local-hostname\\": \\"$new\\"/" "$home/seed/meta-data" >"$temp/seed/meta-data"
    grep -q -F -e "\\"$id\\"" "$temp/seed/meta-data" || stop failed seed
    if [ -n "$userdata" ]; then printf '%s' "$userdata" >"$temp/seed/user-data"; else cp "$home/seed/user-data" "$temp/seed/user-data"; fi
    if [ -f "$home/seed/network-config" ]; then say kept "$home/seed/network-config"; fi
  else
    printf '%s' "$metadata" >"$temp/seed/meta-data" && printf '%s' "$userdata" >"$temp/seed/user-data"
  fi || stop failed seed
  printf '%s' "$vendordata" >"$temp/seed/vendor-data" || stop failed seed
fi
printf '%s\\n' "$keys" >"$temp/.keys" || stop failed configuration
set_keys "$config" "$temp/.keys" >"$temp/$new.ctys" || stop failed configuration
rm -f "$temp/.keys"
chmod 644 "$temp/$new.ctys"
if [ "$how" = linked ]; then
  # it must stay as it is: it is a template now, which nobody starts
  mine=$real.ctys-set.$$
  reserved=$mine.keys
  echo 'VMSTATE TEMPLATE' >"$reserved" || stop failed template
  { cp -p "$real" "$mine" && set_keys "$real" "$reserved" >"$mine" && mv -f "$mine" "$real"; } || stop failed template
  rm -f "$reserved"
fi
mv "$temp" "$final" || stop failed directory
making=''
say seed "$seed"
say made
`,
}
