/**
 * What a host offers to QEMU machines. Looks only; the one thing it starts is a QEMU without disk and network that
 * proves the accelerator. Answer: lines `KEY VALUE`; a key may come more than once.
 *
 *   host os release arch dist like    uname and os-release
 *   qemu PATH VERSION-LINE            each QEMU binary once, links resolved
 *   accel NAME                        what the host's own QEMU was built with
 *   kvm none|denied|noflag|failed|ok  device, access, CPU flag, test run
 *   logout USER                       logind ends what that account started when its sessions end
 *   processes ok|hidden|none          whether the process table is there, and shows what others run
 *   mem TOTAL FREE (KiB)   disk TOTAL FREE PATH (KiB)   vde PATH   tool NAME   sockets missing|denied|unsafe|ok DIR
 *
 * /dev/kvm may be there and hang every guest (nested virtualisation without vmx or svm). So on x86 a guest must really
 * run: the firmware finds no boot device, reboots at once (reboot-timeout), and with -no-reboot QEMU ends with status 0.
 * Elsewhere there may be no firmware, and QEMU must create its virtual CPU and obey `quit`.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {limitedFunction} from '../../qemu/remote/limited.js'
import {searchPath} from '../../qemu/remote/locate.js'
import {logoutFunction} from '../../qemu/remote/logout.js'

export const probeScript: RemoteScript = {
  name: 'probe',
  text: `\
LC_ALL=C
export LC_ALL
PATH=${searchPath}
say() { printf '%s\\n' "$*"; }

${limitedFunction}
${logoutFunction}
say host "$(uname -n)"
say os "$(uname -s)"
say release "$(uname -r)"
arch=$(uname -m)
say arch "$arch"
if [ -r /etc/os-release ]; then
  sed -n 's/^ID=/dist /p; s/^ID_LIKE=/like /p; s/^PRETTY_NAME=/pretty /p' /etc/os-release | tr -d '"'
fi

case $arch in
  amd64) guest=x86_64 ;;
  arm64) guest=aarch64 ;;
  i?86) guest=i386 ;;
  *) guest=$arch ;;
esac
native='' seen=' '
old=$IFS
IFS=:
for dir in $PATH; do
  IFS=$old
  for qemu in "$dir/qemu-system-$guest" "$dir"/qemu-system-* "$dir/qemu-kvm" "$dir/kvm"; do
    if [ ! -f "$qemu" ] || [ ! -x "$qemu" ]; then continue; fi
    real=$(readlink -f "$qemu" 2>/dev/null) || real=$qemu
    case $seen in *" $real "*) continue ;; esac
    seen="$seen$real "
    version=$(limited 3 "$qemu" --version | sed -n 1p)
    case $version in QEMU* | qemu*) say qemu "$qemu" "$version" ;; *) continue ;; esac
    case \${qemu##*/} in "qemu-system-$guest" | qemu-kvm | kvm) native=\${native:-$qemu} ;; esac
  done
done
IFS=$old

if [ -n "$native" ]; then
  limited 3 "$native" -accel help | sed -n 's/^\\([a-z][a-z]*\\)$/accel \\1/p'
fi
flag=''
case $guest in
  x86_64 | i386) if grep -q -w -E 'vmx|svm' /proc/cpuinfo 2>/dev/null; then flag=1; fi ;;
  *) flag=1 ;;
esac
try_kvm() {
  case $guest in
    x86_64 | i386)
      limited 3 "$native" -accel kvm -M pc -m 32 -nodefaults -display none -no-reboot -boot reboot-timeout=1 </dev/null
      ;;
    *)
      echo quit | limited 3 "$native" -accel kvm -M virt -cpu host -m 32 -nodefaults -display none -S -monitor stdio \\
        >/dev/null
      ;;
  esac
}
if [ ! -e /dev/kvm ]; then
  say kvm none
elif [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
  say kvm denied
elif [ -z "$flag" ]; then
  say kvm noflag
elif [ -n "$native" ] && try_kvm; then
  say kvm ok
else
  say kvm failed
fi

if [ -r /proc/meminfo ]; then
  awk '/^MemTotal:/ { t = $2 } /^MemFree:/ { f = $2 } /^MemAvailable:/ { a = $2 } END { print "mem", t, (a == "" ? f : a) }' \\
    /proc/meminfo
else
  bytes=$(sysctl -n hw.physmem 2>/dev/null || sysctl -n hw.memsize 2>/dev/null)
  say mem "$((\${bytes:-0} / 1024))" 0
fi
# as the process table is read: Linux's /proc, else ps; pid 1 is there, and of another user
if [ -r /proc/self/stat ] && [ -r /proc/self/comm ]; then
  if [ -r /proc/1/stat ]; then say processes ok; else say processes hidden; fi
elif table=$(ps -axww -o pid= -o uid= -o gid= -o lstart= -o args= 2>/dev/null); then
  if [ "$(id -u)" = 0 ] || printf '%s\\n' "$table" | grep -q -E -e '^ *1 '; then
    say processes ok
  else
    say processes hidden
  fi
else
  say processes none
fi
if ends_at_logout; then say logout "$(id -un)"; fi
base=\${CTYS_SOCKBASE:-/var/tmp}
disk() {
  limited 3 df -Pk "$1" | awk 'NR == 2 { print $2, $4 }' | while read -r total free; do say disk "$total" "$free" "$1"; done
}
disk "\${HOME:-/}"
disk "$base"
for tool in vde_switch /opt/vde/bin/vde_switch; do
  if vde=$(command -v "$tool" 2>/dev/null); then
    say vde "$vde"
    break
  fi
done
for tool in find awk sed setsid; do
  if command -v "$tool" >/dev/null 2>&1; then say tool "$tool"; fi
done
if [ ! -d "$base" ]; then
  say sockets missing "$base"
elif [ ! -w "$base" ]; then
  say sockets denied "$base"
else
  # shellcheck disable=SC2012 # the mode of one directory
  case $(ls -ldL "$base/.") in
    d???????w[!tT]*) say sockets unsafe "$base" ;;
    *) say sockets ok "$base" ;;
  esac
fi
`,
}
