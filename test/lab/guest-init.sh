#!/bin/busybox sh
# shellcheck shell=dash
#
# /init of the lab's guest: loads its drivers, gives a shell on ttyS0, and obeys the power button unless the kernel
# command line holds the word "deaf". Where the guest agent was added it runs, once its channel is there. Words understood there: label=NAME, deaf, guestip=ADDRESS/BITS.
/bin/busybox mkdir -p /proc /sys /dev /tmp /var/log /var/run /sbin /usr/bin /usr/sbin
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null

# In this order, or virtio fails without a word.
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover \
  virtio_net virtio_blk button evdev pvpanic pvpanic-pci; do
  insmod "/modules/$module.ko" || echo "guest: no $module"
done

label=guest deaf='' guestip=''
read -r words </proc/cmdline
for word in $words; do
  case $word in
    label=*) label=${word#label=} ;;
    guestip=*) guestip=${word#guestip=} ;;
    deaf) deaf=yes ;;
  esac
done
hostname "$label"
ip link set lo up
ip link set eth0 up 2>/dev/null
[ -z "$guestip" ] || ip address add "$guestip" dev eth0

# acpid needs /var/log for its log file, or ends without a word.
[ -n "$deaf" ] || acpid -c /etc/acpi

# udev would name the channel: /dev/virtio-ports/org.qemu.guest_agent.0
run_agent() {
  insmod /modules/virtio_console.ko || echo 'guest: no virtio_console'
  until port=$(grep -lx org.qemu.guest_agent.0 /sys/class/virtio-ports/*/name 2>/dev/null); do sleep 1; done
  port=${port%/name}
  exec /usr/sbin/qemu-ga -m virtio-serial -p "/dev/${port##*/}" -l /var/log/qemu-ga.log
}
if [ -x /usr/sbin/qemu-ga ]; then run_agent & fi
echo "guest $label ready"
while :; do
  PS1="$label# " setsid cttyhack sh
done
