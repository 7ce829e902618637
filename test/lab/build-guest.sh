#!/bin/sh
# Builds the lab's guest: `build-guest.sh OUT CACHE` writes OUT/vmlinuz, OUT/initrd.gz, and OUT/initrd-agent.gz: the same
# with Debian's guest agent and its libraries. OUT is made by an atomic rename, so two builders may race. Kernel and
# agent are unpacked from Debian's packages, which are not installed (no boot loader, no hooks). CACHE is where the work
# is done, on the file system of OUT; nothing else stays in it.
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
agent_packages=$(apt-cache depends --recurse --important qemu-guest-agent | sed -n '/perl/d; s/^\(qemu-guest-agent\|lib[^ ]*\)$/\1/p')
# shellcheck disable=SC2086 # a list of package names
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package" $agent_packages)
dpkg-deb -x "$work/$package"_*.deb "$work/kernel"
rm "$work/$package"_*.deb
for deb in "$work"/*.deb; do dpkg-deb -x "$deb" "$work/debian"; done

# take_module NAME: copies a module of the kernel to ./modules
take_module() {
  find "$work/kernel" -name "$1.ko" -exec cp {} modules/ \;
  [ -f "modules/$1.ko" ] || {
    echo "build-guest: $package has no module $1" >&2
    exit 1
  }
}

pack() { find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 | gzip -1; }

mkdir "$work/out" "$work/initrd"
cp "$work"/kernel/boot/vmlinuz-* "$work/out/vmlinuz"
cd "$work/initrd"
mkdir -p bin modules etc/acpi/PWRF
cp /bin/busybox bin/busybox
ln -s busybox bin/sh
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover \
  virtio_net virtio_blk button evdev pvpanic pvpanic-pci; do
  take_module "$module"
done
printf '#!/bin/sh\nexec poweroff -f\n' >etc/acpi/PWRF/00000080
chmod 0755 etc/acpi/PWRF/00000080
cp "$here/guest-init.sh" init
chmod 0755 init
pack >"$work/out/initrd.gz"

# The kernel unpacks one archive after the other (Documentation/driver-api/early-userspace/buffer-format.rst).
mkdir "$work/agent"
cd "$work/agent"
mkdir -p modules usr/sbin sbin lib lib64
take_module virtio_console
debian=$work/debian
loader=$(find "$debian" -path '*/x86_64-linux-gnu/ld-linux-x86-64.so.2' -type f)
cp "$loader" lib64/
cp "$debian/usr/sbin/qemu-ga" usr/sbin/
"$loader" --library-path "$debian/lib/x86_64-linux-gnu:$debian/usr/lib/x86_64-linux-gnu" --list usr/sbin/qemu-ga >"$work/list"
sed -n 's/^\t\(lib[^ ]*\) => \(.*\) (0x.*/\2/p' "$work/list" | while read -r library; do cp -L "$library" lib/; done
# what the agent calls for guest-shutdown
printf '#!/bin/sh\nexec poweroff -f\n' >sbin/shutdown
chmod 0755 sbin/shutdown
{
  cat "$work/out/initrd.gz"
  pack
} >"$work/out/initrd-agent.gz"

chmod 0755 "$work/out"
mv -T "$work/out" "$out" 2>/dev/null || [ -f "$out/initrd.gz" ]
