#!/bin/sh
# Builds the lab's guest: `build-guest.sh OUT CACHE` writes OUT/vmlinuz and OUT/initrd.gz. OUT is made by an atomic
# rename, so two builders may race. The kernel is unpacked from Debian's package, which is not installed (no boot
# loader, no hooks). CACHE is where the work is done, on the file system of OUT; nothing else stays in it.
set -eu
umask 022
out=$1 cache=$2
here=$(cd "$(dirname -- "$0")" && pwd)
mkdir -p "$cache"
work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

package=$(apt-cache depends --no-recommends --no-suggests linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
[ -n "$package" ] || {
  echo 'build-guest: apt knows no linux-image-cloud-amd64; run: apt-get update' >&2
  exit 1
}
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package")
dpkg-deb -x "$work/$package"_*.deb "$work/kernel"

mkdir "$work/out" "$work/initrd"
cp "$work"/kernel/boot/vmlinuz-* "$work/out/vmlinuz"
cd "$work/initrd"
mkdir -p bin modules etc/acpi/PWRF
cp /bin/busybox bin/busybox
ln -s busybox bin/sh
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover \
  virtio_net virtio_blk button evdev; do
  find "$work/kernel" -name "$module.ko" -exec cp {} modules/ \;
  [ -f "modules/$module.ko" ] || {
    echo "build-guest: $package has no module $module" >&2
    exit 1
  }
done
printf '#!/bin/sh\nexec poweroff -f\n' >etc/acpi/PWRF/00000080
chmod 0755 etc/acpi/PWRF/00000080
cp "$here/guest-init.sh" init
chmod 0755 init
find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 | gzip -1 >"$work/out/initrd.gz"

chmod 0755 "$work/out"
mv -T "$work/out" "$out" 2>/dev/null || [ -f "$out/initrd.gz" ]
