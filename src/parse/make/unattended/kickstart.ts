/**
 * Answers for Anaconda, the installer of Fedora and of the RHEL family (pykickstart, "Kickstart Syntax Reference"); it
 * finds them by itself on a disk called OEMDRV. It powers off when it is done.
 */
import {type Answers, type InstallFacts, netmaskOf} from './facts.js'

export function kickstart({label, keys, disk, mac, ip, network}: InstallFacts): Answers {
  const device = disk.replace(/^\/dev\//, '')
  const wide = ip?.includes(':')
  const address =
    ip === undefined || network === undefined
      ? '--bootproto=dhcp'
      : [
          ...(wide
            ? ['--noipv4', `--ipv6=${ip}/${network.prefix}`]
            : ['--bootproto=static', `--ip=${ip}`, `--netmask=${netmaskOf(network.prefix)}`]),
          ...(network.gateway === undefined
            ? []
            : [wide ? `--ipv6gateway=${network.gateway}` : `--gateway=${network.gateway}`]),
          ...(network.dns.length === 0 ? [] : [`--nameserver=${network.dns.join(',')}`]),
        ].join(' ')
  const lines = [
    '# Answers for Anaconda, written by ctys.',
    'text',
    'lang en_US.UTF-8',
    'keyboard us',
    'timezone Etc/UTC --utc',
    `network --device=${mac ?? 'link'} --activate --hostname=${label} ${address}`,
    'rootpw --lock',
    ...keys.map((key) => `sshkey --username=root "${key}"`),
    `ignoredisk --only-use=${device}`,
    'zerombr',
    `clearpart --all --initlabel --drives=${device}`,
    `bootloader --boot-drive=${device} --append="console=ttyS0"`,
    'autopart --type=plain',
    'services --enabled=sshd',
    'poweroff',
    '%packages',
    '@core',
    'openssh-server',
    'qemu-guest-agent',
    '%end',
    '',
  ]
  return {text: lines.join('\n'), append: 'inst.ks=hd:LABEL=OEMDRV:/ks.cfg inst.text'}
}
