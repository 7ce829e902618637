/**
 * Shell functions that recognise who keeps an interface, by what each of them records, and what stands in the way of a
 * change. `owners` prints `owner NAME WORD` (the WORD is a file or connection of his, or -): those who watch the interface
 * and would put back what they want; `hints` prints what whoever confirms should know.
 *
 *   systemd-networkd  /run/systemd/netif/links/INDEX, ADMIN_STATE and NETWORK_FILE (netplan's are named 10-netplan-*)
 *   NetworkManager    /run/NetworkManager/devices/INDEX, managed; nm-connections of netplan are named netplan-*
 *   ifupdown          ifstate; it acts when it is called, and keeps nothing: a hint
 *   dhcpcd            its pid file for the interface
 *   Docker, Incus, libvirt   their own bridges; a network of theirs that leaves by the interface
 */
export const netOwners = `\
# key FILE NAME: sets value to what follows NAME=
key() {
  value=$(sed -n "s/^$2=//p" "$1" 2>/dev/null | head -n 1 | tr -cd 'A-Za-z0-9_./:@%+-')
}
owners() {
  get "/sys/class/net/$1/ifindex"
  index=$value
  file=/run/systemd/netif/links/$index
  if [ -f "$file" ]; then
    key "$file" ADMIN_STATE
    case $value in
      '' | unmanaged | linger) ;;
      *)
        key "$file" NETWORK_FILE
        case $value in
          */10-netplan-*) say "owner netplan \${value##*/}" ;;
          *) say "owner systemd-networkd \${value:--}" ;;
        esac
        ;;
    esac
  fi
  file=/run/NetworkManager/devices/$index
  if [ -f "$file" ]; then
    key "$file" managed
    if [ "$value" = true ] || [ "$value" = 1 ]; then
      key "$file" connection-uuid
      uuid=\${value:--}
      if grep -lsq "^uuid=$uuid$" /run/NetworkManager/system-connections/netplan-*; then
        say "owner netplan $uuid"
      else
        say "owner NetworkManager $uuid"
      fi
    fi
  fi
  for file in "/run/dhcpcd/$1.pid" "/run/dhcpcd-$1.pid" "/run/dhcpcd/$1-4.pid" /run/dhcpcd/pid /run/dhcpcd.pid; do
    get "$file"
    case $value in '' | *[!0-9]*) continue ;; esac
    if stat_of "$value"; then
      say "owner dhcpcd $file"
      break
    fi
  done
  bridge_owner "$1"
  for file in /run/libvirt/network/*.xml /var/lib/libvirt/network/*.xml; do
    if grep -qs "<forward .*dev='$1'" "$file" || grep -qs "<interface dev='$1'/>" "$file"; then
      say "owner libvirt \${file##*/}"
      break
    fi
  done
  if grep -aqs "\\"Parent\\":\\"$1\\"" /var/lib/docker/network/files/local-kv.db; then
    say 'owner Docker local-kv.db'
  fi
  for file in /run/incus/*/lxc.conf /run/lxd/*/lxc.conf; do
    if grep -Eqs "^lxc[.]net[.][0-9]+[.]link *= *$1\\$" "$file"; then
      say "owner Incus $file"
      break
    fi
  done
}
# bridge_owner NAME: whose bridge that is
bridge_owner() {
  case $1 in
    docker0 | br-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f])
      say "owner Docker $1"
      ;;
  esac
  if [ -e "/var/lib/libvirt/dnsmasq/$1.conf" ] || grep -lsq "<bridge name='$1'" /run/libvirt/network/*.xml; then
    say "owner libvirt $1"
  fi
  for place in /var/lib/incus /var/lib/lxd /var/snap/lxd/common/lxd; do
    if [ -d "$place/networks/$1" ]; then say "owner Incus $1"; fi
  done
}
hints() {
  for file in /run/network/ifstate "/run/network/ifstate.$1" /etc/network/run/ifstate /run/ifstate /var/run/ifstate; do
    if grep -Eqs "^$1(=| |\\$)" "$file"; then
      say "ifupdown $file"
      break
    fi
  done
  count=$(ip rule show 2>/dev/null | grep -Ec "[io]if $1( |\\$)")
  [ "\${count:-0}" = 0 ] || say "rules $count"
  count=0
  if command -v nft >/dev/null 2>&1; then
    count=$(nft list ruleset 2>/dev/null | grep -c "\\"$1\\"")
  elif command -v iptables-save >/dev/null 2>&1; then
    count=$({ iptables-save; ip6tables-save; } 2>/dev/null | grep -Ec -- "-[io] $1( |\\$)")
  fi
  [ "\${count:-0}" = 0 ] || say "firewall $count"
}
`
