#!/bin/sh
# PID 1 of one lab host: `unshare --mount --pid --uts --ipc --fork sh host-init.sh DIR NAME DISK_MIB PROJECT GUEST`.
#
# The host's file system is the machine's, seen through an overlay whose upper layer is a small tmpfs of this host
# alone: whatever the host writes stays there, and a full tmpfs is a full disk. /home, /root, /tmp, /var/tmp, /run and
# /vm start empty on that same tmpfs, /shared is one directory for all hosts, the project and the guest images are
# visible read-only. Then a real sshd runs until the host ends.
set -eu
dir=$1 name=$2 disk=$3 project=$4 guest=$5

# Still the machine's /proc: the pid and start time recorded here are the machine's view of this process.
read -r stat </proc/self/stat
# shellcheck disable=SC2086 # the fields of proc(5) stat are words
set -- $stat
identity="$1 ${22}"

own=$dir/mnt/$name
root=$own/root
mkdir "$own"
mount -t tmpfs -o "mode=0755,size=${disk}m" none "$own"
mkdir "$own/upper" "$own/work" "$own/root" "$own/private"
mount -t overlay overlay -o "lowerdir=/,upperdir=$own/upper,workdir=$own/work" "$root"

for d in home root tmp var/tmp run vm; do
  mkdir -p "$own/private/$d" "$root/$d"
  mount --bind "$own/private/$d" "$root/$d"
done
chmod 0700 "$root/root"
chmod 1777 "$root/tmp" "$root/var/tmp"
mkdir -p "$root/shared" "$root/usr/lib/ctys-lab" "$root/run/sshd" "$root/proc" "$root/sys" "$root/dev"
mount --bind "$dir/mnt/shared" "$root/shared"
mount --bind "$guest" "$root/usr/lib/ctys-lab"
mount -o remount,bind,ro "$root/usr/lib/ctys-lab"
mkdir -p "$root$project"
mount --rbind "$project" "$root$project"
mount -o remount,bind,ro "$root$project"

mount -t tmpfs -o mode=0755,size=64k none "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/net"
for node in null zero full random urandom tty kvm; do
  [ -e "/dev/$node" ] || continue
  : >"$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
# as udev has it
[ ! -e /dev/net/tun ] || mknod -m 0666 "$root/dev/net/tun" c 10 200
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 none "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"

# Accounts, key, sshd settings and the table of hosts were prepared by the program that started the lab.
cp "$dir/etc/passwd" "$dir/etc/group" "$dir/etc/hosts" "$root/etc/"
(umask 077 && cp "$dir/etc/shadow" "$root/etc/shadow")
rm -rf "$root/etc/ssh/ssh_config.d" "$root/etc/ssh/sshd_config.d"
rm -f "$root"/etc/ssh/ssh_host_*
cp "$dir/etc/sshd_config" "$root/etc/ssh/sshd_config"
cp "$dir/client_key.pub" "$root/etc/ssh/authorized_keys"
: >"$root/var/log/sshd.log"
echo "$name" >"$root/etc/hostname"
hostname "$name"
while IFS=: read -r user _ uid gid _ home _; do
  case $home in /home/*) ;; *) continue ;; esac
  mkdir -m 0755 "$root$home"
  chown "$uid:$gid" "$root$home"
  if [ "$user" = admin ]; then chown "$uid:$gid" "$root/vm"; fi
done <"$dir/etc/passwd"
chmod 0755 "$root/vm"
ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$root/etc/ssh/ssh_host_ed25519_key"

cd "$root"
mkdir run/old
echo "$identity" >"$dir/$name.new"
mv "$dir/$name.new" "$dir/$name.init"
pivot_root . run/old
cd /
umount -l /run/old
rmdir /run/old

# The listener is started again when it was ended (a changed host key); `wait` reaps orphans of the whole host.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
unset HOME
while :; do
  env -i PATH="$PATH" /usr/sbin/sshd -D -E /var/log/sshd.log </dev/null >/dev/null 2>&1 &
  wait $! || :
  sleep 0.1
done
