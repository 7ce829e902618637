#!/bin/sh
# PID 1 of one lab: `unshare --mount --net --pid --fork sh lab-init.sh DIR HOSTS DISK_MIB PROJECT GUEST`.
#
# Builds the bridge and one network namespace for the controller and each host, starts the hosts, then waits.
# Everything a lab consists of (processes, mounts, namespaces, addresses) lives below this process and ends with it.
# It ends when its standard input does, that is when the program that started the lab is gone however that went; after
# the line "stay" it waits for SIGKILL instead (a lab used by hand).
# Runs with the machine's own /proc, so the pid it records is the one the machine sees.
set -eu
dir=$1 hosts=$2 disk=$3 project=$4 guest=$5
here=$(cd "$(dirname -- "$0")" && pwd)
mnt=$dir/mnt

mount -t tmpfs -o mode=0755 none "$mnt"
mkdir -m 1777 "$mnt/shared"
ip link set lo up
ip link add br0 type bridge
ip link set br0 up

# plug NAME ADDRESS: a network namespace whose eth0 is a cable (the veth NAME) into the bridge
plug() {
  : >"$mnt/$1.net"
  unshare --net mount --bind /proc/self/ns/net "$mnt/$1.net"
  ip link add "$1" type veth peer name eth0 netns "$mnt/$1.net"
  ip link set "$1" master br0 up
  # shellcheck disable=SC2016 # for the inner shell
  nsenter --net="$mnt/$1.net" sh -c 'ip link set lo up && ip address add "$1" dev eth0 && ip link set eth0 up' sh "$2/24"
}

plug ctl 10.77.0.254
n=1
while [ "$n" -le "$hosts" ]; do
  plug "h$n" "10.77.0.$n"
  nsenter --net="$mnt/h$n.net" unshare --mount --pid --uts --ipc --fork --kill-child \
    sh "$here/host-init.sh" "$dir" "h$n" "$disk" "$project" "$guest" </dev/null &
  n=$((n + 1))
done

read -r stat </proc/self/stat
# shellcheck disable=SC2086 # the fields of proc(5) stat are words
set -- $stat
echo "$1 ${22}" >"$dir/init.new"
mv "$dir/init.new" "$dir/init"

while read -r word; do
  if [ "$word" = stay ]; then sleep infinity; fi
done
