/** Part of the wrapper (wrapper.ts): the call of QEMU up to its screen (qemu(1)); names by the release. */
import {screenPart} from './screen.js'

export const callPart = `\
# ---- the call; names of options as this release of QEMU has them
set -- "$@" -name "$label"
if [ -n "$uuid" ] && since 10; then set -- "$@" -uuid "$uuid"; fi
if [ -n "$machine" ]; then set -- "$@" -M "$machine"; fi
accel=tcg
if [ -n "$kvm" ]; then accel=kvm; fi
if since 2009; then
  set -- "$@" -accel "$accel"
elif since 1000; then
  set -- "$@" -machine "accel=$accel"
elif [ -n "$kvm" ]; then
  set -- "$@" \${enable:+"$enable"}
else
  # qemu-kvm accelerates unless told otherwise
  case $said in *kvm*) set -- "$@" -no-kvm ;; esac
fi
if [ -n "$cpu" ]; then
  set -- "$@" -cpu "$cpu"
elif [ -n "$kvm" ] && since 1000; then
  set -- "$@" -cpu host
elif [ "$family" = pc ] && since 2010; then
  set -- "$@" -cpu max
elif [ "$arch" = aarch64 ]; then
  set -- "$@" -cpu cortex-a57
fi
set -- "$@" -m "$memory" -smp "$cpus"
if [ -n "$bios" ]; then set -- "$@" -L "$bios"; fi
if since 12; then set -- "$@" -nodefaults; fi
if [ "$clock" = localtime ] && since 12; then
  set -- "$@" -rtc base=localtime
elif [ "$clock" = localtime ]; then
  set -- "$@" -localtime
elif [ -n "$clock" ]; then
  # shellcheck disable=SC2086 # words, such as -localtime
  set -- "$@" $clock
fi
if [ -n "$keyboard" ]; then set -- "$@" -k "$keyboard"; fi

# the console: monitor and first serial line, kept as a log by QEMU itself; and a monitor of ctys' own
if [ "$arch" = sh4 ]; then set -- "$@" -serial null; fi
if [ "$console" = CLI0 ]; then
  doubled "$sock"
  set -- "$@" -serial mon:stdio -monitor "unix:$out,server,nowait"
elif since 2006; then
  doubled "$sock"
  chardev="socket,id=console,path=$out,server=on,wait=off,mux=on"
  if [ -n "$log" ]; then doubled "$log" && chardev="$chardev,logfile=$out,logappend=on"; fi
  set -- "$@" -chardev "$chardev" -serial chardev:console -mon chardev=console,mode=readline
else
  doubled "$sock"
  set -- "$@" -serial "mon:unix:$out,server,nowait"
fi
if [ -n "$room" ] && since 13; then
  case "$args " in
    *"unix:$sock.ctys,"*) ;;
    *)
      doubled "$sock.ctys"
      if since 2006; then
        set -- "$@" -chardev "socket,id=ctys,path=$out,server=on,wait=off" -mon chardev=ctys,mode=control
      else
        set -- "$@" -qmp "unix:$out,server,nowait"
      fi
      ;;
  esac
  if [ "$family" != board ]; then
    bridge=virtio-serial-pci
    if [ "$arch" = s390x ]; then bridge=virtio-serial-ccw; fi
    doubled "$sock.qga"
    set -- "$@" -device "$bridge" -chardev "socket,id=agent,path=$out,server=on,wait=off" \\
      -device virtserialport,chardev=agent,name=org.qemu.guest_agent.0
  fi
fi

${screenPart}if [ "$screen" != none ] && [ "$family" = virt ]; then
  set -- "$@" -device "$screen" -device qemu-xhci -device usb-kbd
  if [ "$tablet" != NONE ]; then set -- "$@" -device usb-tablet; fi
elif [ "$screen" != none ]; then
  if since 10; then set -- "$@" -vga "$screen"; fi
  if [ "$family" != pc ] || [ "$tablet" = NONE ]; then
    :
  elif since 12; then
    set -- "$@" -usb -device usb-tablet
  else
    set -- "$@" -usb -usbdevice tablet
  fi
fi

`
