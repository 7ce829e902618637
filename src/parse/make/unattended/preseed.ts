/** Answers for debian-installer (Debian Installation Guide, appendix B). It powers off when it is done. */
import {isIPv6} from 'node:net'
import {type Answers, type InstallFacts, netmaskOf} from './facts.js'

export function preseed({label, keys, disk, ip, network}: InstallFacts): Answers {
  // what in-target runs is no place for data: it travels as base64
  const file = Buffer.from(keys.map((key) => `${key}\n`).join('')).toString('base64')
  const home = 'in-target install -d -m 700 -o debian -g debian /home/debian/.ssh'
  const write = `in-target sh -c "echo ${file} | base64 -d >/home/debian/.ssh/authorized_keys"`
  const own = 'in-target chown debian:debian /home/debian/.ssh/authorized_keys'
  const mask = ip !== undefined && network !== undefined && !isIPv6(ip) ? netmaskOf(network.prefix) : network?.prefix
  const lines = [
    'debian-installer/locale string en_US.UTF-8',
    'keyboard-configuration/xkb-keymap select us',
    'netcfg/choose_interface select auto',
    ...(ip === undefined || network === undefined
      ? []
      : [
          'netcfg/disable_autoconfig boolean true',
          `netcfg/get_ipaddress string ${ip}`,
          `netcfg/get_netmask string ${mask}`,
          `netcfg/get_gateway string ${network.gateway ?? 'none'}`,
          `netcfg/get_nameservers string ${network.dns.join(' ')}`,
          'netcfg/confirm_static boolean true',
        ]),
    `netcfg/get_hostname string ${label}`,
    'netcfg/get_domain string unassigned-domain',
    `netcfg/hostname string ${label}`,
    'mirror/country string manual',
    'mirror/http/hostname string deb.debian.org',
    'mirror/http/directory string /debian',
    'mirror/http/proxy string',
    'passwd/root-login boolean false',
    'passwd/user-fullname string debian',
    'passwd/username string debian',
    'passwd/user-password-crypted password !',
    'clock-setup/utc boolean true',
    'time/zone string Etc/UTC',
    `partman-auto/disk string ${disk}`,
    'partman-auto/method string regular',
    'partman-auto/choose_recipe select atomic',
    'partman-partitioning/confirm_write_new_label boolean true',
    'partman/choose_partition select finish',
    'partman/confirm boolean true',
    'partman/confirm_nooverwrite boolean true',
    'popularity-contest/participate boolean false',
    'pkgsel/include string openssh-server sudo qemu-guest-agent',
    'grub-installer/only_debian boolean true',
    `grub-installer/bootdev string ${disk}`,
    'debian-installer/add-kernel-opts string console=ttyS0',
    `preseed/late_command string ${[home, write, own].join('; ')}; in-target sh -c "echo 'debian ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/debian"`,
    'finish-install/reboot_in_progress note',
    'debian-installer/exit/poweroff boolean true',
  ]
  const tasks = 'tasksel tasksel/first multiselect standard, ssh-server'
  return {
    text: `# Answers for debian-installer, written by ctys.\n${lines.map((line) => `d-i ${line}\n`).join('')}${tasks}\n`,
    append: 'auto=true priority=critical DEBIAN_FRONTEND=text',
  }
}
