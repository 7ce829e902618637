/**
 * Which options of QEMU stand alone and which take the next word: qemu-options.hx of QEMU 0.10 to 10, vl.c of 0.8 and
 * 0.9, and what qemu-kvm and Xen's qemu-dm added. QEMU drops options but never gives an old name another arity.
 */

/** Flags: DEF(name, 0, ...). */
export const flags: ReadonlySet<string> = new Set(
  (
    'h help version S s snapshot nographic curses sdl full-screen no-frame alt-grab ctrl-grab no-quit show-cursor ' +
    'portrait usb daemonize enable-kvm enable-hax no-acpi no-hpet no-reboot no-shutdown no-fd-bootchk win2k-hack ' +
    'rtc-td-hack localtime singlestep semihosting old-param mem-prealloc preconfig only-migratable nodefaults ' +
    'no-user-config nodefconfig enable-sync-profile async-teardown enable-fips perfmap jitdump xen-attach xen-create ' +
    'xen-domid-restrict igd-passthru virtfs_synth audio-help std-vga cirrusvga vmwarevga enable-audio no-code-copy ' +
    'user-net dummy-net prep no-kqemu kernel-kqemu enable-kqemu no-kvm no-kvm-irqchip no-kvm-pit ' +
    'no-kvm-pit-reinjection enable-nesting tdf hvm acpi vncunused'
  ).split(' '),
)

/** Options with a value: DEF(name, HAS_ARG, ...). */
export const valued: ReadonlySet<string> = new Set(
  (
    'machine M cpu accel smp numa add-fd set global boot m mem-path k audio audiodev soundhw device name uuid fda fdb ' +
    'hda hdb hdc hdd cdrom blockdev drive mtdblock sd pflash fsdev virtfs iscsi usbdevice display spice vga rotate g ' +
    'vnc acpitable smbios netdev nic net bootp tftp smb redir chardev bt tpmdev kernel append initrd dtb shim compat ' +
    'fw_cfg serial parallel monitor qmp qmp-pretty mon debugcon pidfile gdb d dfilter D seed L bios xen-domid option-rom rtc ' +
    'startdate clock icount watchdog watchdog-action action echr virtioconsole tb-size incoming chroot runas prom-env ' +
    'semihosting-config sandbox readconfig writeconfig trace trace-file plugin msg dump-vmstate object overcommit ' +
    'realtime balloon loadvm kvm-shadow-memory cpu-vendor nvram pcidevice qtest qtest-log run-with osk ' +
    'smp-cache hdachs domid vcpus videoram direct_pci pciemulation'
  ).split(' '),
)
