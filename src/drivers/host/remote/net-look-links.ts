/** A part of the look script (net-look.ts): interfaces, their addresses and routes, and tunnels. */
export const linksPart = `\
for d in /sys/class/net/*; do
  [ -e "$d/ifindex" ] || continue
  link=\${d##*/}
  kind='virtual'
  if [ -d "$d/bridge" ]; then
    kind=bridge
  elif [ -e "$d/tun_flags" ]; then
    # IFF_TAP of if_tun.h
    if [ "$(($(first "$d/tun_flags") & 2))" = 2 ]; then kind=tap; else kind=tun; fi
    uid=$(first "$d/owner")
    say owned "$link" "$uid" "$(first "$d/group")"
    if [ "$uid" != -1 ]; then who "$uid"; fi
  elif [ -e "$d/device" ]; then
    kind=card
  fi
  mac=$(first "$d/address")
  say 'link' "$(first "$d/ifindex")" "\${mac:--}" "$(first "$d/mtu")" "$(first "$d/flags")" "$kind" "$link"
  if [ -e "$d/master" ]; then
    master=$(readlink "$d/master" 2>/dev/null)
    say master "$link" "\${master##*/}"
    if [ -e "$d/brport/state" ]; then say state "$link" "$(first "$d/brport/state")"; fi
  fi
  if [ "$(first "$d/carrier")" = 1 ]; then say carrier "$link"; fi
  if [ "$(first "/proc/sys/net/ipv4/conf/$link/forwarding")" = 1 ]; then say forwards "$link"; fi
  alias=$(first "$d/ifalias")
  if [ -n "$alias" ]; then say alias "$link" "$alias"; fi
  say counts "$link" "$(first "$d/statistics/rx_bytes")" "$(first "$d/statistics/tx_bytes")"
done
say names "$(awk 'NR > 2 { n++ } END { print n + 0 }' /proc/net/dev 2>/dev/null)"
ip -o addr show 2>/dev/null | awk '$3 ~ /^inet/ {
  scope = "-"
  for (i = 5; i < NF; i++) if ($i == "scope") { scope = $(i + 1); break }
  sub(/@.*/, "", $2)
  print "address", $2, $3, $4, scope
}'
ip -d -o link show type vxlan 2>/dev/null | awk '{
  name = $2
  sub(/[:@].*/, "", name)
  vni = local = over = "-"
  seen = 0
  for (i = 3; i < NF; i++) {
    if ($i == "vxlan") seen = 1
    else if (!seen) continue
    else if ($i == "id") vni = $(i + 1)
    else if ($i == "local") local = $(i + 1)
    else if ($i == "dev") over = $(i + 1)
  }
  print "tunnel", name, vni, local, over
}' | while read -r word link rest; do
  say "$word" "$link" "$rest"
  bridge fdb show dev "$link" 2>/dev/null | awk -v "link=$link" 'NR > 4096 { exit }
    $1 == "00:00:00:00:00:00" { for (i = 2; i < NF; i++) if ($i == "dst") print "peer", link, $(i + 1) }'
done
awk 'NR > 1 && $2 == "00000000" && $8 == "00000000" { print $7, $1 }' /proc/net/route 2>/dev/null | sort -n |
  head -n 1 | while read -r _ link; do say default "$link"; done
awk 'NR > 1 { print $1 }' /proc/net/route 2>/dev/null | sort -u | while read -r link; do say route "$link"; done
# beyond link-local, multicast and what the kernel keeps for itself
awk '$1 !~ /^(fe80|ff)/ && $10 != "lo" { print $10 }' /proc/net/ipv6_route 2>/dev/null | sort -u |
  while read -r link; do say route "$link"; done`
