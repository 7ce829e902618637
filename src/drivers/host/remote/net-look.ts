/**
 * What a host has of networks: looked at only. Arguments: NAME OWNER GROUP SOCK MGMT [WHOLE], all of which may be empty;
 * WHOLE: addresses of neighbours and what drops packets as well. OWNER is a user, else the account is meant, SOCK and MGMT go before what NAME and OWNER make of them.
 *
 * Answer, a line each, and `end` last:
 *
 *   system OS   me USER UID   processes shown|hidden
 *   base missing|denied|unsafe|ok DIR       where sockets lie (CTYS_SOCKBASE)
 *   owner USER UID GID | owner missing      members GROUP ...   group GROUP | group missing
 *   tool NAME PATH                          ip, vde_switch, vde_tunctl, vde_plug, wirefilter, dnsmasq, nft, bridge, sudo, doas, runuser, su
 *   ip iproute2 | busybox                   vde OPTION: one of the later ones that this vde_switch has
 *   tun none|closed|broken|ok               /dev/net/tun; `closed` to this account
 *   tunmode MODE UID GID
 *   at sock|mgmt|record KIND UID PATH       none, directory, socket, file, link or other; UID of who owns it
 *   listens PATH                            of these sockets
 *   link INDEX MAC MTU FLAGS KIND NAME      bridge, tap, tun, card, virtual; FLAGS as in netdevice(7)
 *   master NAME BRIDGE   owned NAME UID GID   carrier NAME   alias NAME TEXT   counts NAME RXBYTES TXBYTES
 *   address NAME FAMILY ADDRESS SCOPE       route NAME: something is reached over it
 *   state NAME NUMBER                       of a port of a bridge (brport/state): 0 disabled, 1 listening, 2 learning, 3
 *                                           forwarding, 4 blocking
 *   neighbour NAME IP MAC   seen BRIDGE PORT MAC   drop FAMILY TABLE CHAIN RULE: where WHOLE was asked; `drops asked`
 *   tunnel NAME VNI LOCAL OVER   peer NAME ADDRESS: a VXLAN, and where it sends what is for everybody
 *   default NAME                            what the default route of IPv4 leaves by
 *   forwards NAME                           what comes in there may be sent on (IPv4)
 *   tables ASKED | table NAME               tables of nft(8) for IPv4, which root alone sees
 *   switch PID START UID                    a vde_switch, then its words as `word TEXT`
 *   young PID                               a vde_switch that began less than five seconds ago
 *   filter PID START UID                    a wirefilter or a vde_plug, as well
 *   server PID START UID                    a dnsmasq that ctys started, as well
 *   open PID INTERFACE                      it has the TAP open
 *   user UID NAME                           of those in this answer
 *   join UID USER NAME live|dead PID ID WHO   a plug of a segment that spans hosts (remote/net-plug.ts)
 *   record UID USER NAME                    what ctys wrote of a network, then its lines as `has KEY VALUE`
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {linksPart} from './net-look-links.js'
import {processesPart} from './net-look-processes.js'
import {vdeTools} from './net-tools.js'

export const netLookScript: RemoteScript = {
  name: 'net-look',
  maxBytes: 4 * 1024 * 1024,
  text: `\
${vdeTools}
name=$1 owner=$2 group=$3 sock=$4 mgmt=$5 whole=\${6-}
say() { printf '%s\\n' "$*"; }
# first FILE: its first line, without what does not belong there
first() {
  line=''
  { IFS= read -r line <"$1"; } 2>/dev/null
  printf '%s' "$line"
}
named=' '
# who UID: tells its name, once
who() {
  case $named in *" $1 "*) return ;; esac
  named="$named$1 "
  { getent passwd "$1" || awk -F : -v uid="$1" '$3 == uid' /etc/passwd; } 2>/dev/null |
    { IFS=: read -r user _ && say user "$1" "$user"; }
}
say system "$(uname -s)"
me=$(id -un 2>/dev/null) || me=$(id -u)
say me "$me" "$(id -u)"
if [ -r /proc/1/stat ]; then say processes shown; else say processes hidden; fi

base=\${CTYS_SOCKBASE:-/var/tmp}
if [ ! -d "$base" ]; then
  say base missing "$base"
else
  # shellcheck disable=SC2012 # the mode of one directory
  case $(ls -ldL "$base/.") in
    d???????w[!tT]*) say base unsafe "$base" ;;
    d???????w*) say base ok "$base" ;;
    *) if [ -w "$base" ]; then say base ok "$base"; else say base denied "$base"; fi ;;
  esac
fi
owner=\${owner:-$me}
if uid=$(id -u -- "$owner" 2>/dev/null) && gid=$(id -g -- "$owner" 2>/dev/null); then
  say owner "$owner" "$uid" "$gid"
  say members "$(id -Gn -- "$owner" 2>/dev/null)"
else
  say owner missing
fi
if [ -n "$group" ]; then
  if { getent group "$group" || grep -F -e "$group:" /etc/group; } 2>/dev/null | cut -d : -f 1 | grep -q -x -F -e "$group"; then
    say group "$group"
  else
    say group missing
  fi
fi

for tool in ip vde_switch vde_tunctl vde_plug wirefilter dnsmasq nft bridge sudo doas runuser su; do
  if found=$(command -v "$tool" 2>/dev/null); then say tool "$tool" "$found"; fi
done
case $(ip -V 2>&1) in *iproute*) say ip iproute2 ;; *[bB]usy[bB]ox*) say ip busybox ;; esac
for option in $(vde_switch --help 2>&1 </dev/null | grep -o -e '--[a-z][a-z]*'); do
  case $option in --dirmode | --mgmtmode | --mgmtgroup) say vde "\${option#--}" ;; esac
done
tun=/dev/net/tun
if [ ! -c "$tun" ]; then
  say tun none
elif [ ! -r "$tun" ] || [ ! -w "$tun" ]; then
  say tun closed
elif ! (: <>"$tun") 2>/dev/null; then
  say tun broken
else
  say tun ok
fi
# shellcheck disable=SC2012 # mode and owner of one file
if [ -c "$tun" ]; then say tunmode "$(ls -ldn "$tun" | awk '{ print $1, $3, $4 }')"; fi

kind_of() {
  if [ -h "$1" ]; then
    kind='link'
  elif [ -d "$1" ]; then
    kind=directory
  elif [ -S "$1" ]; then
    kind=socket
  elif [ -f "$1" ]; then
    kind='file'
  elif [ -e "$1" ]; then
    kind=other
  else
    kind=none
  fi
}
# at WHAT PATH
at() {
  kind_of "$2"
  uid=-1
  # shellcheck disable=SC2012 # the owner of one file
  if [ "$kind" != none ]; then uid=$(ls -ldn "$2" 2>/dev/null | awk '{ print $3 }'); fi
  say at "$1" "$kind" "\${uid:--1}" "$2"
  if [ "$kind" != none ]; then who "\${uid:--1}"; fi
}
listens() {
  path=$1 awk 'BEGIN { path = ENVIRON["path"]; long = length(path) }
    $4 ~ /1....$/ && substr($0, length($0) - long) == " " path { found = 1 } END { exit !found }' /proc/net/unix 2>/dev/null &&
    say listens "$1"
}
if [ -n "$name" ]; then
  sock=\${sock:-$base/vde_switch$name.$owner}
  mgmt=\${mgmt:-$base/vde_mgmt$name.$owner}
  at sock "$sock"
  at mgmt "$mgmt"
  at record "$base/ctys-net.$owner"
  listens "$sock/ctl"
  listens "$mgmt"
fi

${linksPart}

if [ "$(id -u)" = 0 ] && command -v nft >/dev/null 2>&1; then
  say tables asked
  nft list tables ip 2>/dev/null | while read -r _ _ table; do say table "$table"; done
fi

if [ -n "$whole" ]; then
  ip neigh show 2>/dev/null | awk 'NR > 4096 { exit }
    { for (i = 2; i < NF; i++) if ($i == "dev") dev = $(i + 1); else if ($i == "lladdr") print "neighbour", dev, $1, $(i + 1) }'
  if command -v bridge >/dev/null 2>&1; then
    bridge fdb show 2>/dev/null | awk 'NR > 8192 { exit }
      / permanent/ || / self/ { next }
      { master = ""; for (i = 2; i < NF; i++) if ($i == "master") master = $(i + 1); if (master != "") print "seen", master, $3, $1 }'
  fi
  if [ "$(id -u)" = 0 ] && command -v nft >/dev/null 2>&1; then
    say drops asked
    # of bridged frames those of the family bridge; of IP where br_netfilter hands them on
    calls=$(first /proc/sys/net/bridge/bridge-nf-call-iptables)
    nft list ruleset 2>/dev/null | awk -v "calls=$calls" '
      $1 == "table" { family = $2; table = $3 }
      $1 == "chain" { chain = $2; hook = "" }
      $1 == "type" { hook = $4; if ($0 ~ /policy drop/ && counts()) tell("policy drop") }
      $NF ~ /^(drop|reject)$/ && $1 != "type" && counts() { line = $0; sub(/^[ \\t]+/, "", line); tell(line) }
      function counts() { return hook ~ /^(forward|prerouting|postrouting|ingress)$/ && (family ~ /^(bridge|netdev)$/ || calls == 1) }
      function tell(rule) { if (++n <= 256) print "drop", family, table, chain, rule }'
  fi
fi

${processesPart}
say end
`,
}
