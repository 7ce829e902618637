/** Answers for AutoYaST, the installer of openSUSE and SLES ("AutoYaST Guide"). It powers off when it is done. */
import type {Answers, InstallFacts} from './facts.js'

export function autoyast({label, keys, disk, mac, ip, network}: InstallFacts): Answers {
  const isStatic = ip !== undefined && network !== undefined
  const address = isStatic
    ? `<bootproto>static</bootproto><ipaddr>${xml(ip)}</ipaddr><prefixlen>${network.prefix}</prefixlen>`
    : '<bootproto>dhcp</bootproto>'
  const gateway = network?.gateway
  const routes =
    gateway === undefined
      ? ''
      : `
    <routing><routes config:type="list"><route><destination>default</destination><gateway>${xml(gateway)}</gateway><device>-</device><netmask>-</netmask></route></routes></routing>`
  const dns = isStatic
    ? `<nameservers config:type="list">${network.dns.map((server) => `<nameserver>${xml(server)}</nameserver>`).join('')}</nameservers>`
    : ''
  const rule =
    mac === undefined
      ? ''
      : `
    <net-udev config:type="list"><rule><name>eth0</name><rule>ATTR{address}</rule><value>${xml(mac)}</value></rule></net-udev>`
  const text = `<?xml version="1.0"?>
<!DOCTYPE profile>
<!-- Answers for AutoYaST, written by ctys. -->
<profile xmlns="http://www.suse.com/1.0/yast2ns" xmlns:config="http://www.suse.com/1.0/configns">
  <general>
    <mode><confirm config:type="boolean">false</confirm><final_halt config:type="boolean">true</final_halt></mode>
  </general>
  <timezone><hwclock>UTC</hwclock><timezone>Etc/UTC</timezone></timezone>
  <keyboard><keymap>english-us</keymap></keyboard>
  <networking>
    <dns><hostname>${xml(label)}</hostname>${dns}</dns>
    <interfaces config:type="list"><interface><name>eth0</name><startmode>auto</startmode>${address}</interface></interfaces>${rule}${routes}
  </networking>
  <bootloader><global><append>console=ttyS0</append></global></bootloader>
  <partitioning config:type="list">
    <drive><device>${xml(disk)}</device><initialize config:type="boolean">true</initialize><use>all</use></drive>
  </partitioning>
  <software>
    <packages config:type="list"><package>openssh</package><package>qemu-guest-agent</package></packages>
  </software>
  <services-manager><services><enable config:type="list"><service>sshd</service></enable></services></services-manager>
  <firewall><enable_firewall config:type="boolean">false</enable_firewall></firewall>
  <users config:type="list">
    <user>
      <username>root</username>
      <user_password>!</user_password><encrypted config:type="boolean">true</encrypted>
      <authorized_keys config:type="list">${keys.map((key) => `<listentry>${xml(key)}</listentry>`).join('')}</authorized_keys>
    </user>
  </users>
</profile>
`
  return {text, append: 'autoyast=label://CIDATA/autoinst.xml textmode=1'}
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function xml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => entities[mark] ?? '')
}
