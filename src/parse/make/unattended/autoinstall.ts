/**
 * Answers for the installer of Ubuntu's servers (Ubuntu Server documentation, "Autoinstall"); it reads them as user-data of
 * cloud-init. It powers off when it is done.
 */
import type {Answers, InstallFacts} from './facts.js'

export function autoinstall({label, keys, disk, mac, ip, network}: InstallFacts): Answers {
  const to = ip?.includes(':') ? '::/0' : '0.0.0.0/0'
  const card = ip !== undefined &&
    network !== undefined &&
    mac !== undefined && {
      match: {macaddress: mac},
      addresses: [`${ip}/${network.prefix}`],
      ...(network.gateway !== undefined && {routes: [{to, via: network.gateway}]}),
      ...(network.dns.length > 0 && {nameservers: {addresses: network.dns}}),
    }
  const answers = {
    autoinstall: {
      version: 1,
      locale: 'en_US.UTF-8',
      keyboard: {layout: 'us'},
      // `!` is the password of nobody
      identity: {hostname: label, username: 'ubuntu', password: '!'},
      ssh: {'install-server': true, 'allow-pw': false, 'authorized-keys': keys},
      ...(card && {network: {version: 2, ethernets: {net0: card}}}),
      storage: {layout: {name: 'direct', match: {path: disk}}},
      packages: ['qemu-guest-agent'],
      'late-commands': ["echo 'ubuntu ALL=(ALL) NOPASSWD: ALL' >/target/etc/sudoers.d/ubuntu"],
      shutdown: 'poweroff',
    },
  }
  // JSON is YAML
  return {text: `#cloud-config\n${JSON.stringify(answers, null, 2)}\n`, append: 'autoinstall'}
}
