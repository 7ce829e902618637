#!/bin/sh
# Builds a cloud image: `build-image.sh OUT CACHE` writes OUT, a qcow2 with Debian 12, its cloud kernel, a boot loader,
# cloud-init and sshd, as the images of Debian's makers have them, but smaller. OUT is made by an atomic rename. Needs
# root, mmdebstrap, extlinux and a loop device; CACHE is where the work is done, on the file system of OUT.
set -eu
umask 022
out=$1 cache=$2
mkdir -p "$cache"
work=$(mktemp -d "$cache/image.XXXXXX")
loop=''
clean() {
  if mountpoint -q "$work/root"; then umount "$work/root"; fi
  if [ -n "$loop" ]; then losetup -d "$loop"; fi
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM

packages=linux-image-cloud-amd64,systemd-sysv,udev,dbus,cloud-init,openssh-server,ifupdown,isc-dhcp-client,iproute2,net-tools,acpid,locales
mmdebstrap --quiet --variant=minbase --skip=cleanup/apt/lists --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  bookworm "$work/root.tar"

# one partition from the first mebibyte on, active
truncate -s 2G "$work/disk.raw"
printf 'label: dos\n2048,,83,*\n' | sfdisk --quiet "$work/disk.raw"
dd if=/usr/lib/EXTLINUX/mbr.bin of="$work/disk.raw" bs=440 count=1 conv=notrunc status=none
mkdir "$work/root"
loop=$(losetup --find --show --offset 1048576 "$work/disk.raw")
# what extlinux of that age cannot read is left out
mke2fs -q -t ext4 -L root -O '^64bit,^metadata_csum' "$loop"
mount "$loop" "$work/root"
tar -C "$work/root" -xf "$work/root.tar"
kernel=$(cd "$work/root/boot" && echo vmlinuz-*)
extlinux --install "$work/root/boot" >/dev/null 2>&1
cat >"$work/root/boot/extlinux.conf" <<END
default debian
prompt 0
timeout 1
label debian
  kernel $kernel
  initrd initrd.img-${kernel#vmlinuz-}
  append root=LABEL=root ro quiet console=ttyS0 net.ifnames=0
END
printf 'LABEL=root / ext4 defaults 0 1\n' >"$work/root/etc/fstab"
printf 'datasource_list: [NoCloud, None]\nlocale: C.UTF-8\n' >"$work/root/etc/cloud/cloud.cfg.d/90_datasource.cfg"
# each machine gets its own
rm -f "$work"/root/etc/ssh/ssh_host_* "$work/root/etc/machine-id"
: >"$work/root/etc/machine-id"
umount "$work/root"
losetup -d "$loop"
loop=''
qemu-img convert -q -c -f raw -O qcow2 "$work/disk.raw" "$work/image.qcow2"
mv -f "$work/image.qcow2" "$out"
