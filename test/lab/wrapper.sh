#!/bin/sh
# Wrapper of a lab VM, in the classic manner: LABEL.sh beside LABEL.ctys starts LABEL.img. It reads the settings from
# the `#@#KEY = "value"` lines of LABEL.ctys and of LABEL.lab (what only the lab knows), takes the classic options,
# and finally becomes QEMU, whose last argument names the boot image.
set -u
set -f
self=$(readlink -f -- "$0")
base=${self%.sh}

label='' uuid='' vram=128 vcpu=1 starter=qemu-system-x86_64 console=NONE display='' macs=''
guest=/usr/lib/ctys-lab
deaf=no monitor=yes agent=no machine=q35 qmp=yes fails='' daemonize=no net=user guestip='' image=drive locking=auto log=no
tab=$(printf '\t')

# read_settings FILE: sets the variables above from its key lines
read_settings() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '#@#'*=*) ;; *) continue ;; esac
    key=${line#'#@#'}
    key=${key%%=*}
    key=${key%%["$tab "]*}
    value=${line#*=}
    value=${value#"${value%%[!"$tab "]*}"}
    value=${value#\"}
    value=${value%\"}
    case $key in
      LABEL) label=$value ;;
      UUID) uuid=$value ;;
      VRAM) vram=$value ;;
      VCPU) vcpu=$value ;;
      STARTERCALL) starter=$value ;;
      DEFAULTCONSOLE) console=$value ;;
      VNCACCESSDISPLAY) display=$value ;;
      MAC[0-9]*) macs="$macs $value" ;;
      LAB_DEAF) deaf=$value ;;
      LAB_QMP) qmp=$value ;;
      LAB_FAILS) fails=$value ;;
      LAB_DAEMONIZE) daemonize=$value ;;
      LAB_NET) net=$value ;;
      LAB_GUESTIP) guestip=$value ;;
      LAB_IMAGE) image=$value ;;
      LAB_LOCKING) locking=$value ;;
      LAB_GUEST) guest=$value ;;
      LAB_MONITOR) monitor=$value ;;
      LAB_AGENT) agent=$value ;;
      LAB_MACHINE) machine=$value ;;
      LAB_LOG) log=$value ;;
    esac
  done <"$1"
}
read_settings "$base.ctys"
if [ -f "$base.lab" ]; then read_settings "$base.lab"; fi

# fail MESSAGE
fail() {
  echo "${self##*/}: $1" >&2
  exit 1
}

print='' check='' boot='' extra='' initonly=''
for option in "$@"; do
  case $option in
    --console=*) console=${option#*=} ;;
    --vncaccessdisplay=*) display=${option#*=} ;;
    --bootmode=*)
      case ${option#*=} in
        CD | DVD | INSTALL) boot=d ;;
        FDD) boot=a ;;
        HDD | VHDD | USB) boot=c ;;
        PXE) boot=n ;;
        *) fail "unknown boot mode: ${option#*=}" ;;
      esac
      ;;
    --argsadd=* | --addargs=*) extra="$extra ${option#*=}" ;;
    --startercall=*) starter=${option#*=} ;;
    --initmodeonly | --initonly) initonly=yes ;;
    --initmode | --instmode | --instmode=* | --kernelmode=* | --wrappercall=*) ;;
    --listoptions) exec "$starter" -help ;;
    --print) print=yes ;;
    --check) check=yes ;;
    *) echo "${self##*/}: option ignored: $option" >&2 ;;
  esac
done

if [ -n "$initonly" ]; then
  [ -f "$base.img" ] || truncate -s 1M "$base.img"
  exit
fi
[ -f "$base.img" ] || fail "missing boot image $base.img: install first"

user=${USER:-$(id -un)}
socket=${QEMUMONSOCK:-/var/tmp/qemumon.ACTUALLABEL.ACTUALPID.$user}
case $socket in *ACTUALLABEL*) socket=${socket%%ACTUALLABEL*}$label${socket#*ACTUALLABEL} ;; esac
case $socket in *ACTUALPID*) socket=${socket%%ACTUALPID*}$$${socket#*ACTUALPID} ;; esac

set -- -name "$label" -uuid "$uuid" -M "$machine" -accel tcg -m "$vram" -smp "$vcpu" -nodefaults
case $console in
  VNC)
    [ -n "$display" ] || fail 'missing display: use --vncaccessdisplay=<n>'
    set -- "$@" -vga std -vnc "127.0.0.1:$display"
    ;;
  CLI0 | CLI | EMACS | EMACSM | EMACSA | EMACSAM | GTERM | XTERM | X11 | SDL | NONE) set -- "$@" -display none ;;
  *) fail "unknown console: $console" ;;
esac
if [ -n "$boot" ]; then set -- "$@" -boot "$boot"; fi

words="console=ttyS0 quiet label=$label"
if [ "$deaf" = yes ]; then words="$words deaf"; fi
if [ -n "$guestip" ]; then words="$words guestip=$guestip"; fi
initrd=$guest/initrd.gz
if [ "$agent" = yes ]; then initrd=$guest/initrd-agent.gz; fi
set -- "$@" -kernel "$guest/vmlinuz" -initrd "$initrd" -append "$words"
if [ "$agent" != no ]; then
  set -- "$@" -device virtio-serial-pci -chardev "socket,id=agent,path=$base.qga,server=on,wait=off" \
    -device virtserialport,chardev=agent,name=org.qemu.guest_agent.0
fi

n=0
for mac in $macs; do
  case $net in
    none) break ;;
    vde)
      switch=${QEMUSOCK:-/var/tmp/vde_switch0.$user}
      [ -e "$switch" ] || fail "missing QEMUSOCK $switch: run ctys-setupVDE"
      set -- "$@" -netdev "vde,id=net$n,sock=$switch"
      ;;
    *) set -- "$@" -netdev "user,id=net$n,restrict=on" ;;
  esac
  set -- "$@" -device "virtio-net-pci,netdev=net$n,mac=$mac,romfile="
  n=$((n + 1))
done

if [ "$console" = CLI0 ]; then
  set -- "$@" -serial mon:stdio
elif [ "$log" = yes ]; then
  set -- "$@" -chardev "socket,id=con,path=$socket,server=on,wait=off,mux=on,logfile=$base.con,logappend=on" \
    -serial chardev:con -mon chardev=con
elif [ "$monitor" = no ]; then
  set -- "$@" -monitor none -serial "unix:$socket,server,nowait"
else
  set -- "$@" -serial "mon:unix:$socket,server,nowait"
fi
if [ "$monitor" = yes ] && [ "$qmp" = yes ]; then set -- "$@" -qmp "unix:$socket.qmp,server,nowait"; fi
if [ "$daemonize" = yes ]; then set -- "$@" -daemonize; fi
# shellcheck disable=SC2086 # added arguments are words
set -- "$@" $extra
case $image in
  bare) set -- "$@" "$base.img" ;;
  *) set -- "$@" -drive "file=$base.img,file.locking=$locking,format=raw,if=virtio" ;;
esac

if [ -n "$print" ]; then
  printf '%s' "$starter"
  printf " '%s'" "$@"
  printf '\n'
fi
if [ -n "$check" ]; then exit; fi
if [ -n "$fails" ]; then fail "$fails"; fi
exec "$starter" "$@"
