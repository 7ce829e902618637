/** Part of the wrapper (wrapper.ts): which QEMU, how old, for which CPU, and whether KVM really works. */
import {limitedFunction} from '../../remote/limited.js'

export const qemuReleasePart = `\
# ---- which QEMU, for which CPU, and how old it is
# limited SECONDS COMMAND...: its status; 137 when it had to be ended
${limitedFunction}hostarch=$(uname -m)
case $hostarch in
  amd64) hostarch=x86_64 ;;
  arm64) hostarch=aarch64 ;;
  i?86) hostarch=i386 ;;
  ppc64le | powerpc64) hostarch=ppc64 ;;
  armv6l | armv7l) hostarch=arm ;;
esac
find_starter() {
  others=''
  if [ "$1" = "$hostarch" ]; then others='qemu-kvm kvm qemu'; fi
  for candidate in "qemu-system-$1" $others; do
    if command -v "$candidate" >/dev/null 2>&1; then starter=$candidate && return; fi
  done
  problem "no qemu-system-$1 on this host" "install it (Debian: apt install qemu-system), or --startercall=PATH"
}
if [ -z "$starter" ]; then
  find_starter "\${arch:-$hostarch}"
elif ! command -v "$starter" >/dev/null 2>&1; then
  problem "STARTERCALL $starter is not there" "install it, or --startercall=PATH, or change STARTERCALL in $config"
  starter=''
fi
if [ -n "$caller" ] && ! command -v "$caller" >/dev/null 2>&1; then
  problem "WRAPPERCALL $caller is not there" "install it, or take WRAPPERCALL out of $config"
fi
case \${starter##*/} in
  qemu-system-*) arch=\${starter##*/qemu-system-} && arch=\${arch#qemu-system-} && arch=\${arch%%-*} ;;
  *) arch=\${arch:-$hostarch} ;;
esac
if [ -n "$listoptions" ] && [ -n "$starter" ]; then exec "$starter" -help; fi

release=0 said=''
if [ -n "$starter" ]; then
  said=$(limited 10 "$starter" -version </dev/null | head -n 1)
  version=\${said#*ersion }
  minor=\${version#*.}
  case $version in
    [0-9]*.[0-9]*) release=$((\${version%%.*} * 1000 + \${minor%%[!0-9]*})) ;;
    *) problem "$starter -version does not say how old it is" "call it and see; another one: --startercall=PATH" ;;
  esac
fi
# since NUMBER: 2006 is QEMU 2.6, 12 is 0.12
since() { [ "$release" -ge "$1" ]; }

`

export const boardPart = `\
# ---- what the machine of that CPU has
family=board
case $arch in
  x86_64 | i386) family=pc machine=pc disk=virtio card=virtio-net-pci screen=std ;;
  aarch64 | arm | riscv64) family=virt machine=virt disk=virtio card=virtio-net-pci screen=none ;;
  ppc64) family=virt machine=pseries disk=virtio card=virtio-net-pci screen=none ;;
  s390x) family=virt machine=s390-ccw-virtio disk=virtio card=virtio-net-ccw screen=none ;;
  ppc) machine=mac99 disk=ide card=sungem screen=none ;;
  mips | mipsel | mips64 | mips64el) machine=malta disk=ide card=pcnet screen=none ;;
  sparc) machine=SS-5 disk=scsi card=lance screen=none ;;
  sparc64) machine=sun4u disk=ide card=sunhme screen=none ;;
  sh4 | sh4eb) machine=r2d disk=ide card=rtl8139 screen=none ;;
  m68k) machine=mcf5208evb disk=none card=mcf_fec screen=none ;;
  alpha) machine=clipper disk=ide card=e1000 screen=none ;;
  *) machine='' disk=ide card='' screen=none ;;
esac
if [ "$family" = pc ] && ! since 13; then disk=ide card=rtl8139; fi
# another board of that CPU has devices of its own, and perhaps no PCI
case $family/$arch/$platform in
  virt/*/ | virt/*/virt | virt/*/virt[,-]* | virt/ppc64/pseries* | virt/s390x/s390-ccw*) ;;
  virt/*) family=board disk=scsi card='' ;;
esac
machine=\${platform:-$machine} disk=\${bus:-$disk} card=\${nic:-$card} screen=\${vga:-$screen}
case $disk in virtio | ide | scsi | none) ;; *) problem "DISKBUS = \\"$disk\\" is none" "virtio, ide, scsi or none" ;; esac

# ---- acceleration: KVM only where a guest really runs with it
fits=''
case $arch/$hostarch in
  x86_64/x86_64 | i386/x86_64 | i386/i386 | aarch64/aarch64 | arm/arm | ppc64/ppc64 | s390x/s390x | riscv64/riscv64) fits=1 ;;
esac
kvm_option() {
  if since 2009; then echo -accel kvm; elif since 1000; then echo -machine accel=kvm; else echo "$enable"; fi
}
# the releases called kvm-NN have no word for it
enable=-enable-kvm
case $said in *'(kvm-'*) enable='' ;; esac
runs_with_kvm() {
  # shellcheck disable=SC2046 # two words
  if [ "$family" = pc ] && since 2009; then
    # the firmware finds nothing to boot, reboots at once, and with -no-reboot that is the end
    limited 3 "$starter" $(kvm_option) -M pc -m 32 -nodefaults -display none -no-reboot -boot reboot-timeout=1 </dev/null
  else
    quiet=''
    if since 1000; then quiet='-display none'; fi
    # shellcheck disable=SC2086 # words
    echo quit | limited 3 "$starter" $(kvm_option) -m 32 \${machine:+-M "$machine"} -S -monitor stdio -serial none $quiet
  fi >/dev/null
}
kvm='' why=''
case $(upper "$accelerator") in
  '' | AUTO | KVM | HVM)
    if [ -z "$fits" ]; then
      why="a host of $hostarch does not run $arch with KVM"
      # an emulated CPU is what was asked for
      if [ -z "$accelerator" ] || [ "$(upper "$accelerator")" = AUTO ]; then why=''; fi
    elif [ ! -e /dev/kvm ]; then
      why='there is no /dev/kvm (modprobe kvm_intel or kvm_amd)'
    elif [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
      why="no access to /dev/kvm (usermod -aG kvm $(id -un), then log in again)"
    elif [ "$family" = pc ] && ! grep -q -w -E 'vmx|svm' /proc/cpuinfo 2>/dev/null; then
      why='/dev/kvm is there, but the CPU shows neither vmx nor svm'
    elif [ -n "$starter" ] && runs_with_kvm; then
      kvm=1
    else
      why='a test guest did not run with KVM within 3 s (see dmesg)'
    fi
    ;;
esac
if [ -n "$why" ]; then note "emulated (TCG), which is slow: $why"; fi

`
