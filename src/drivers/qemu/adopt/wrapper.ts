/**
 * The wrapper of a machine that was there before ctys: it calls QEMU with the words that the machine had, or the script
 * that started it, and adds what ctys needs of a machine (docs/machines.md). Its settings stand beside it, as those of a
 * machine that ctys made; the call is that of ARG0, ARG1 ..., and of SCRIPTCALL.
 */
import {endPart} from '../make/wrapper/devices.js'
import {qemuReleasePart} from '../make/wrapper/qemu-release.js'
import {screenPart} from '../make/wrapper/screen.js'
import {settingsPart} from '../make/wrapper/settings.js'
import {socketsPart} from '../make/wrapper/sockets.js'

const adoptedPart = `\
# ---- the call that the machine had before, behind what ctys gives it
# own KEY: a setting that only this wrapper reads
own() { sed -n "s/^#@#$1 = \\"\\(.*\\)\\"$/\\1/p" "$config" 2>/dev/null | head -n 1; }
script=$(own SCRIPTCALL) workdir=$(own WORKDIR) first=$(own FIRSTSERIAL)
since 13 || problem "QEMU $release is too old for a machine that was adopted" "QEMU 0.13 or newer: --startercall=PATH"
case $o_boot in
  '' | HDD | VHDD | hdd | vhdd) ;;
  CD%* | DVD%* | cd%* | dvd%*) set -- "$@" -boot d -cdrom "\${o_boot#*%}" ;;
  PXE | pxe) set -- "$@" -boot n ;;
  *) problem "a machine that was adopted has no BOOTMODE $o_boot" "HDD, PXE or CD%PATH; or change its words in $config" ;;
esac
if [ -n "$install$init$initonly" ]; then
  problem "a machine that was adopted is installed already" "leave INSTMODE and INITMODE out"
fi
if [ -n "$o_kernel" ]; then problem "a machine that was adopted keeps its kernel" "change its words in $config"; fi
if [ -n "$workdir" ] && ! cd "$workdir"; then
  problem "the directory $workdir, where its relative paths start, cannot be entered" "change WORKDIR in $config"
fi
if [ -n "$workdir" ] && [ -n "$print$check" ]; then note "run it in $workdir"; fi
doubled "$sock"
chardev="socket,id=ctysconsole,path=$out,server=on,wait=off,mux=on"
if [ -n "$log" ]; then doubled "$log" && chardev="$chardev,logfile=$out,logappend=on"; fi
if [ "$first" != none ]; then set -- -serial chardev:ctysconsole "$@"; fi
set -- -name "$label" \${uuid:+-uuid "$uuid"} -chardev "$chardev" -mon chardev=ctysconsole,mode=readline "$@"
${screenPart}# shellcheck disable=SC2086 # words
set -- "$@" $args
if [ -n "$script" ]; then
  starter=$script
  if [ ! -x "$script" ]; then caller=\${caller:-sh}; fi
  [ -r "$script" ] || problem "its script $script cannot be read" "put it back, or change SCRIPTCALL in $config"
fi

`

/** Settings that only machines of `ctys new` have are read all the same. */
const ownSettings = settingsPart.replace('#!/bin/sh\n', '#!/bin/sh\n# shellcheck disable=SC2034\n')

export const adoptedWrapperText = [ownSettings, qemuReleasePart, socketsPart, adoptedPart, endPart].join('')
