/** Part of the wrapper (wrapper.ts): networks, media and disks of the call, and its end. */
import {seedPart} from './seed.js'

export const devicesPart = `\
# ---- networks
net=\${net:-user}
where=''
case $net in *:*) where=\${net#*:} net=\${net%%:*} ;; esac
if [ "$card" = none ]; then net=none; fi
case $net in
  user | none) ;;
  vde)
    where=\${where:-\${QEMUSOCK:-/var/tmp/vde_switch0.$user}}
    [ -e "$where" ] || problem "missing QEMUSOCK $where: no switch runs there" "ctys net up, or ctys-setupVDE create; another one: QEMUSOCK=PATH"
    ;;
  tap)
    where=\${where:-tap0}
    # a device file is opened here and handed on: QEMU needs no privilege, and no name of an interface
    case $where in /*) device=$where ;; esac
    ;;
  bridge)
    where=\${where:-br0}
    since 1001 || problem "this QEMU has no bridge helper" "take NET = \\"tap:NAME\\" in $config"
    ;;
  *) problem "NET has no $net" "user, vde, tap, bridge or none; after a colon socket, device or bridge" ;;
esac
if [ -n "$device" ]; then
  case \${macs# } in *' '*) problem "NET $device is one card, MAC names several" "keep one MAC0" ;; esac
  if [ ! -c "$device" ]; then
    problem "there is no device $device" "Linux: a macvtap, whose file is /dev/tapNUMBER; OpenBSD: /dev/tapNUMBER"
  elif [ ! -r "$device" ] || [ ! -w "$device" ]; then
    problem "$device is closed to $user" "as root: chown $user $device"
  fi
fi
doubled "$where"
where=$out
case $net in
  user) back=user ;;
  vde) back=vde more=",sock=$where" ;;
  tap)
    back=tap more=",ifname=$where,script=no,downscript=no"
    if [ -n "$device" ]; then more=,fd=3; fi
    ;;
  bridge) back=bridge more=",br=$where" ;;
esac
if [ -n "$sshport" ] && [ "$net" = user ]; then
  number SSHPORT "$sshport" 65535
  forward=",hostfwd=tcp:127.0.0.1:$sshport-:22"
  since 12 || forward=''
fi
if [ "$net" = none ]; then
  set -- "$@" -net none
else
  n=0
  for mac in \${macs:--}; do
    mac=\${mac#-}
    if [ "$family" != board ] && since 13; then
      # the ROM is for PXE alone, and not every host has it
      rom=',romfile='
      case $card in virtio-net-ccw) rom='' ;; esac
      if [ "$boot" = n ]; then rom=''; fi
      set -- "$@" -netdev "$back,id=net$n\${more-}\${forward-}" -device "$card,netdev=net$n\${mac:+,mac=$mac}$rom"
    else
      vlan=''
      if ! since 13; then vlan=",vlan=$n"; fi
      set -- "$@" -net "nic$vlan\${card:+,model=$card}\${mac:+,macaddr=$mac}" -net "$back$vlan\${more-}\${forward-}"
    fi
    forward='' n=$((n + 1))
  done
fi
if [ "$boot" = n ] && [ -n "$bios" ] && ! since 12; then set -- "$@" -option-rom "$bios/pxe-$card.bin"; fi

# ---- media
transport=pci
if [ "$arch" = s390x ]; then transport=ccw; fi
if [ -n "$kernel" ]; then
  set -- "$@" -kernel "$kernel"
  if [ -n "$initrd" ]; then set -- "$@" -initrd "$initrd"; fi
  if [ -n "$append" ]; then set -- "$@" -append "$append"; fi
elif [ -n "$boot" ]; then
  case $family$arch in
    pc* | board*)
      # an installer that reboots then comes up from its disk
      if [ -n "$install" ] && [ "$boot" != c ] && since 12; then boot=once=$boot; fi
      set -- "$@" -boot "$boot"
      ;;
    virt*) if [ "$boot" = n ]; then set -- "$@" -boot n; fi ;;
  esac
fi
# the boot disk is the first of its kind, although its image comes last
if [ -n "$image" ] && [ "$disk" = virtio ] && [ "$family" != board ] && since 13; then
  set -- "$@" -device "virtio-blk-$transport,drive=hd0"
fi
if [ -n "$cdrom" ]; then
  doubled "$cdrom"
  if [ "$family" = virt ]; then
    set -- "$@" -device "virtio-scsi-$transport" -device scsi-cd,drive=cd0,bootindex=0 \\
      -drive "file=$out,id=cd0,if=none,media=cdrom,format=raw"
  elif [ "$family" = pc ] && since 13; then
    set -- "$@" -drive "file=$out,if=ide,index=2,media=cdrom,format=raw"
  else
    set -- "$@" -cdrom "$cdrom"
  fi
fi
if [ -n "$floppy" ]; then
  doubled "$floppy"
  if since 13; then set -- "$@" -drive "file=$out,if=floppy,index=0,format=raw"; else set -- "$@" -fda "$floppy"; fi
fi
if [ -n "$stick" ]; then
  doubled "$stick"
  if since 1000; then
    if [ "$screen" != none ] && { [ "$family" = virt ] || [ "$tablet" != NONE ]; }; then
      : # its controller is there for the tablet
    elif [ "$family" = virt ]; then
      set -- "$@" -device qemu-xhci
    else
      set -- "$@" -usb
    fi
    set -- "$@" -drive "file=$out,id=stick,if=none,format=raw" -device usb-storage,drive=stick,bootindex=0
  else
    set -- "$@" -usb -usbdevice "disk:$stick"
  fi
fi
if [ -n "$second" ]; then
  doubled "$second"
  kind=raw
  case $second in *.qcow2) kind=qcow2 ;; esac
  if since 10; then set -- "$@" -drive "file=$out,format=$kind,if=$disk"; else set -- "$@" -hdb "$second"; fi
fi
${seedPart}# the words of the owner, behind all others; and last the boot image, by which the machine is recognised
n=$words
while [ "$n" -gt 0 ]; do
  set -- "$@" "$1"
  shift
  n=$((n - 1))
done
# shellcheck disable=SC2086 # words
set -- "$@" $args
if [ -n "$image" ]; then
  doubled "$image"
  if ! since 10; then
    set -- "$@" -hda "$image"
  elif [ "$disk" = scsi ] && [ "$family" != board ]; then
    set -- "$@" -device virtio-scsi-pci -device scsi-hd,drive=hd0 -drive "file=$out,format=$format,if=none,id=hd0"
  elif [ "$disk" = none ] || { [ "$disk" = virtio ] && [ "$family" != board ] && since 13; }; then
    set -- "$@" -drive "file=$out,format=$format,if=none,id=hd0"
  else
    set -- "$@" -drive "file=$out,format=$format,if=$disk"
  fi
fi

`

export const endPart = `\
# ---- done: told, or run
if [ -n "$problems" ]; then
  printf '%s' "$problems" >&2
  exit 1
fi
# quoted WORD: sets out to it as a shell reads it
quoted() {
  case $1 in
    '' | *[!A-Za-z0-9_@%+=:,./-]*) ;;
    *) out=$1 && return ;;
  esac
  out='' rest=$1
  while :; do
    case $rest in
      *"'"*) out="$out\${rest%%"'"*}'\\''" rest=\${rest#*"'"} ;;
      *) out="'$out$rest'" && return ;;
    esac
  done
}
if [ -n "$print$check" ]; then
  call=''
  for word in \${caller:+"$caller"} "$starter" "$@"; do
    quoted "$word"
    call="$call\${call:+ }$out"
  done
  if [ -n "$device" ]; then
    quoted "$device"
    call="$call 3<>$out"
  fi
  printf '%s\\n' "$call"
  exit 0
fi
if [ -n "$log" ]; then
  printf '\\n==== started as process %s, %s\\n' "$$" "$(date '+%Y-%m-%d %H:%M:%S')" >>"$log"
fi
if [ -n "$device" ]; then exec 3<>"$device"; fi
exec \${caller:+"$caller"} "$starter" "$@"
`
