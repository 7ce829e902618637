/**
 * The part of the enumerate script that tells what the host itself is, as `P key value` lines that stay the same while
 * the host does: `name`, `os`, `release`, `arch`, `dist`, `distrel`, `cpus`, `kib` or `bytes` (memory),
 * `mac INTERFACE MAC`, `addr INTERFACE ADDRESS/PREFIX` (BSD: /0x-mask), `gateway ADDRESS INTERFACE`. Interfaces are
 * those with hardware behind them or an address of more than local use; the taps of guests come and go and have neither.
 */
export const hostFacts = `\
cards='
$1 == "addr" { has[$2] = 1; print "P", $0 }
$1 == "card" || ($1 == "link" && has[$2]) { print "P mac", $2, $3 }'
bsd='
/^[A-Za-z0-9]/ { name = $1; sub(/:$/, "", name); names[++count] = name }
$1 == "ether" || $1 == "lladdr" || $1 == "address:" { mac[name] = $2 }
$1 == "inet" && $2 !~ /^127[.]/ {
  has[name] = 1
  print "P addr", name, $2 ($3 == "netmask" ? "/" $4 : "")
}
$1 == "inet6" && $2 !~ /^(fe80:|::1)/ { has[name] = 1; print "P addr", name, $2 ($3 == "prefixlen" ? "/" $4 : "") }
END {
  for (i = 1; i <= count; i++)
    if (mac[names[i]] != "" && (has[names[i]] || names[i] !~ /^(tap|vnet|epair|vether|bridge|veb)/))
      print "P mac", names[i], mac[names[i]]
}'
interfaces() {
  if [ -d /sys/class/net ] && try command -v ip; then
    {
      ip -o addr show | awk '/ scope (global|site)/ && !/ temporary/ { print "addr", $2, $4 }'
      for d in /sys/class/net/*; do
        if read -r mac <"$d/address"; then
          if [ -e "$d/device" ]; then kind=card; else kind='link'; fi
          printf '%s %s %s\\n' "$kind" "\${d##*/}" "$mac"
        fi
      done
    } 2>/dev/null | awk "$cards"
    ip route show 2>/dev/null | awk '$1 == "default" && $2 == "via" { print "P gateway", $3, $5 }'
  else
    ifconfig -a 2>/dev/null | awk "$bsd"
  fi
}
tell_facts() {
  echo G
  [ ! -f /etc/ctys.d/pm.conf ] || mark T /etc/ctys.d/pm.conf
  printf 'P name %s\\nP os %s\\nP release %s\\nP arch %s\\n' "$(uname -n)" "$(uname -s)" "$(uname -r)" "$(uname -m)"
  if [ -r /etc/os-release ]; then
    sed -n 's/^ID=/P dist /p; s/^VERSION_ID=/P distrel /p' /etc/os-release | tr -d "\\"'"
  fi
  printf 'P cpus %s\\n' "$({ getconf _NPROCESSORS_ONLN || sysctl -n hw.ncpu; } 2>/dev/null)"
  if [ -r /proc/meminfo ]; then
    awk '/^MemTotal:/ { print "P kib", $2 }' /proc/meminfo
  else
    printf 'P bytes %s\\n' "$({ sysctl -n hw.physmem64 || sysctl -n hw.physmem; } 2>/dev/null)"
  fi
  interfaces
}`
