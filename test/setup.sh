#!/bin/sh
# Makes this checkout ready: `sh test/setup.sh` installs what `npm test` and `npm run demo` need and is not there;
# `sh test/setup.sh npm` the npm packages of the lock file only. Safe to call every time: it looks first, and is done
# at once when nothing is missing. Exit 0 ready; 3 something is missing that cannot be installed from here (said on
# stderr, with the command to run); anything else is the exit of the installer that failed.
set -eu
cd "$(dirname -- "$0")/.."

refuse() {
  printf 'setup: %s\n' "$@" >&2
  exit 3
}

# True when node_modules holds exactly what the lock file says (packages for other platforms aside).
npm_is_ready() {
  [ -f node_modules/.package-lock.json ] && node -e '
    const {readFileSync} = require("node:fs")
    const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages
    const installed = packages("node_modules/.package-lock.json")
    const isSame = ([path, {version, integrity, optional}]) => path === "" || (installed[path]
      ? installed[path].version === version && installed[path].integrity === integrity
      : optional)
    process.exitCode = Object.entries(packages("package-lock.json")).every(isSame) ? 0 : 1'
}

setup_npm() {
  command -v node >/dev/null || refuse 'node is missing; install Node.js 20.19 or later'
  npm_is_ready && return
  command -v npm >/dev/null || refuse 'npm is missing; install Node.js 20.19 or later with npm'
  echo 'setup: npm ci' >&2
  npm ci >&2
}

# missing_packages: the Debian packages whose command is not there
missing_packages() {
  PATH=$PATH:/usr/sbin:/sbin
  long=
  # other CPUs, for npm run long
  [ "${CTYS_LONG-}" != 1 ] || long='qemu-system-misc qemu-system-s390x
qemu-system-ppc qemu-system-ppc64
qemu-system-mips qemu-system-mipsel
'
  while read -r package programs; do
    for program in $programs; do
      command -v "$program" >/dev/null || {
        printf ' %s' "$package"
        break
      }
    done
  done <<LIST
openssh-server sshd
openssh-client ssh ssh-keygen
qemu-system-x86 qemu-system-x86_64
qemu-system-arm qemu-system-aarch64
${long}qemu-utils qemu-img
cpio cpio
iproute2 ip
util-linux unshare nsenter setpriv
procps ps
hostname hostname
vde2 vde_switch
dnsmasq-base dnsmasq
nftables nft
ifupdown ifup
isc-dhcp-client dhclient
opendoas doas
shellcheck shellcheck
strace strace
sudo sudo
mksh mksh
tcsh tcsh
fish fish
socat socat
netcat-openbsd nc.openbsd
ncat ncat
zsh zsh
clustershell clush
tmux tmux
xterm xterm
xvfb Xvfb
xauth xauth
x11-utils xwininfo
xdotool xdotool
mate-terminal mate-terminal
emacs-lucid emacs
libvirt-daemon libvirtd
libvirt-daemon-driver-qemu virt-qemu-run
libvirt-clients virsh
fdisk sfdisk
extlinux extlinux
mmdebstrap mmdebstrap
LIST
  # without a command: the window of QEMU (SDL), and the installer that is given its answers
  for package in qemu-system-gui debian-installer-12-netboot-amd64; do
    [ -f "/var/lib/dpkg/info/$package.list" ] || printf ' %s' "$package"
  done
  # the plain busybox package has the same command, but needs libraries the guest does not have
  [ -f /var/lib/dpkg/info/busybox-static.list ] || printf ' busybox-static'
}

# A package that brings a service must not start it here: invoke-rc.d(8) and deb-systemd-invoke ask policy-rc.d.
install_packages() {
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    draft=$(mktemp)
    printf '#!/bin/sh\nexit 101\n' >"$draft"
    trap '$sudo rm -f "$policy" "$draft"' EXIT
    trap 'exit 1' INT TERM
    $sudo install -m 0755 "$draft" "$policy"
  fi
  echo "setup: apt-get install$1" >&2
  $sudo apt-get update -qq >&2
  # shellcheck disable=SC2086 # a list of package names
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $1 >&2
}

setup_packages() {
  missing=$(missing_packages)
  [ -z "$missing" ] && return
  by_hand="run as root: apt-get update && apt-get install --no-install-recommends$missing"
  command -v apt-get >/dev/null || refuse "missing (Debian's names):$missing" 'this machine has no apt-get; install them its own way'
  sudo=
  if [ "$(id -u)" != 0 ]; then
    sudo='sudo -n'
    $sudo true 2>/dev/null || refuse "missing:$missing" "$by_hand"
  fi
  install_packages "$missing"
  missing=$(missing_packages)
  [ -z "$missing" ] || refuse "still missing:$missing" "$by_hand"
}

# The guest of test/lab, built once for each version of the scripts that build it (test/lab/guest-image.ts).
setup_guest() {
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/ctys-lab
  hash=$(cat test/lab/build-guest.sh test/lab/guest-init.sh | sha256sum | cut -c 1-16)
  [ -f "$cache/guest-$hash/initrd.gz" ] && return
  command -v apt-get >/dev/null || refuse "the lab's guest needs Debian's package linux-image-cloud-amd64"
  if ! apt-cache show linux-image-cloud-amd64 >/dev/null 2>&1; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo='sudo -n'
    $sudo apt-get update -qq >&2 || refuse 'apt knows no package linux-image-cloud-amd64' 'run as root: apt-get update'
  fi
  echo 'setup: building the guest of the lab' >&2
  sh test/lab/build-guest.sh "$cache/guest-$hash" "$cache"
}

case ${1-} in
  npm) setup_npm ;;
  '')
    setup_npm
    setup_packages
    setup_guest
    ;;
  *)
    echo 'usage: sh test/setup.sh [npm]' >&2
    exit 2
    ;;
esac
