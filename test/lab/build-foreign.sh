#!/bin/sh
# Builds a guest of another CPU: `build-foreign.sh ARCH PACKAGE OUT CACHE` writes OUT/kernel and OUT/initrd.gz of Debian's
# kernel PACKAGE of ARCH (or what it depends on) and its busybox; says `guest up: MACHINE` on the console of the kernel. Both
# are unpacked, not installed, and apt's own lists stay as they are. OUT is made by an atomic rename.
set -eu
umask 022
arch=$1 package=$2 out=$3 cache=$4
mkdir -p "$cache"
work=$(mktemp -d "$cache/foreign.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/out" "$work/initrd/bin"
own() {
  tool=$1
  shift
  "$tool" -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Architectures::=amd64 \
    -o "APT::Architectures::=$arch" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}
# a mirror that is being synchronised lacks some lists for a while; what is needed is looked for below
own apt-get -qq update || echo 'build-foreign: some lists of packages are missing' >&2
real=$(own apt-cache depends --no-recommends --no-suggests "$package:$arch" | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
(cd "$work" && own apt-get -qq download "${real:-$package:$arch}" "busybox-static:$arch")
for deb in "$work"/*.deb; do dpkg-deb -x "$deb" "$work/debian"; done
cp "$work"/debian/boot/vmlinu* "$work/out/kernel"
cp "$work/debian/bin/busybox" "$work/initrd/bin/busybox"
ln -s busybox "$work/initrd/bin/sh"
# shellcheck disable=SC2016 # it runs in the guest
printf '#!/bin/sh\necho "guest up: $(/bin/busybox uname -m)"\nexec /bin/sh\n' >"$work/initrd/init"
chmod 0755 "$work/initrd/init"
(cd "$work/initrd" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 | gzip -1 >"$work/out/initrd.gz")
chmod 0755 "$work/out"
mv -T "$work/out" "$out" 2>/dev/null || [ -f "$out/initrd.gz" ]
