/**
 * Begins a change: looks whether it may be made, records the old network, starts the watchdog, which makes it, and waits
 * for a moment. `begin SSH WATCHDOG ID WAY INTERFACE BRIDGE LIMIT FORCE WHO FOR [PATH...]`: SSH is SSH_CONNECTION of whoever
 * asks, WAY `move` or `back`, LIMIT in seconds (0: it is only looked), FORCE yes or no, FOR `up` where it is part of a network or
 * `move`, PATHs are directories that the host needs.
 *
 * Answers what `tell_change` says, or `refused CODE ...`; nothing was changed then. `owner`, `storage` and hints come
 * before. Where it was only looked: `verdict would` and each `warning`.
 */
import type {RemoteScript} from '../../../../domain/ports/ports.js'
import {netCommon} from './common.js'
import {netDhcp} from './dhcp.js'
import {netOwners} from './owners.js'
import {netRecord} from './record.js'
import {netStorage} from './storage.js'

export const beginScript: RemoteScript = {
  name: 'net-begin',
  text: `\
${netCommon}${netRecord}${netDhcp}${netOwners}${netStorage}
sshd=$1 watchdog=$2 new=$3 how=$4 card=$5 switch=$6 seconds=$7 forced=$8 asker=$9
shift 9
part=$1
shift
[ "$(id -u)" = 0 ] || stop refused root
if [ ! -r /proc/uptime ] || [ ! -d /sys/class/net ]; then stop refused linux; fi
command -v ip >/dev/null 2>&1 || stop refused tool ip
command -v setsid >/dev/null 2>&1 || stop refused tool setsid
mkdir -p "$base" 2>/dev/null
# shellcheck disable=SC2012 # type, mode and owner of one directory
case $(ls -ldn "$base" 2>/dev/null | awk '{ print $1, $3 }') in
  d????-??-?*' 0') ;;
  *) stop refused base "$base" ;;
esac
if [ -e "$base/pending" ]; then
  if load "$base/pending"; then
    tell_change pending
    if is_watched; then stop refused busy; fi
    # else its beginning was ended before anything was changed
    [ ! -e "$dir/watch" ] || stop refused orphan
    rm -rf "$dir"
  fi
  rm -f "$base/pending"
fi
wait_for() {
  clock
  until=$((now + $1))
  shift
  until "$@" || [ "$now" -ge "$until" ]; do
    nap
    clock
  done
}
is_bridge() { [ -d "/sys/class/net/$1/bridge" ]; }
refuse_unless_forced() {
  [ "$forced" = yes ] || stop "$@"
}
dir=$base/$new
(umask 077 && mkdir "$dir") 2>/dev/null || stop refused full "$base"
chmod 755 "$dir"
begun=''
# shellcheck disable=SC2329 # by the trap
leave() {
  [ -z "$begun" ] || return 0
  rm -rf "$base/\${new:?}"
  rmdir "$base" 2>/dev/null
}
trap leave EXIT
trap 'exit 143' HUP INT TERM

if [ "$how" = back ]; then
  moved=$base/moved/$switch
  [ -n "$switch" ] || for moved in "$base/moved"/*; do
    [ -z "$switch" ] || stop refused several
    switch=\${moved##*/}
  done
  moved=$base/moved/$switch
  dir=$moved
  load "$moved/facts" || stop refused nothing
  dir=$base/$new
  card=$iface mademoved=$made
  is_bridge "$switch" || stop refused gone "$switch"
  is_port=$(readlink "/sys/class/net/$card/master")
  [ "\${is_port##*/}" = "$switch" ] || stop refused left "$card $switch"
  ports=''
  for port in "/sys/class/net/$switch/brif"/*; do
    [ "\${port##*/}" = "$card" ] || [ ! -e "$port" ] || ports="$ports \${port##*/}"
  done
  [ -z "$ports" ] || refuse_unless_forced refused ports "$ports"
  made=$mademoved holder=$switch other=$card joined=yes
  cp "$moved/ipv6" "$dir/ipv6" 2>/dev/null
else
  at=/sys/class/net/$card
  [ -d "$at" ] || stop refused missing "$(ls /sys/class/net)"
  is_bridge "$card" && { bridge_owner "$card"; stop refused bridge; }
  if [ -e "$at/wireless" ] || [ -e "$at/phy80211" ]; then stop refused wireless; fi
  get "$at/type"
  [ "$value" = 1 ] || stop refused kind "$value"
  if master=$(readlink "$at/master"); then stop refused master "\${master##*/}"; fi
  for upper in "$at"/upper_*; do
    [ -e "$upper" ] || continue
    name=\${upper##*/upper_}
    case $(sed -n 's/^DEVTYPE=//p' "/sys/class/net/$name/uevent" 2>/dev/null) in
      macvlan | macvtap | ipvlan | ipvtap) stop refused upper "$name" ;;
    esac
    case $(ip -d -o link show dev "$name" 2>/dev/null) in
      *' macvlan '* | *' macvtap '* | *' ipvlan '* | *' ipvtap '*) stop refused upper "$name" ;;
    esac
  done
  made=yes
  if [ -e "/sys/class/net/$switch" ]; then
    bridge_owner "$switch"
    is_bridge "$switch" || stop refused nobridge
    get "/sys/class/net/$switch/ifalias"
    case $value in 'ctys bridge') ;; *) stop refused foreign ;; esac
    [ -z "$(ip -o -4 addr show dev "$switch")" ] || stop refused addressed
    made=no
  fi
  owned=$(owners "$card")
  if [ -n "$owned" ]; then
    say "$owned"
    refuse_unless_forced refused owner
  fi
  far=$(storage "$card" / /usr /var /run /home /root /opt/vde "\${HOME:-/root}" "$@")
  if [ -n "$far" ]; then
    say "$far"
    refuse_unless_forced refused storage
  fi
  holder=$card other=$switch joined=no
  value=''
  for one in accept_dad dad_transmits addr_gen_mode; do
    kept=$value
    get "/proc/sys/net/ipv6/conf/$card/$one"
    value="$kept \${value:-0}"
  done
  put "$dir/ipv6" "\${value# }"
fi

# an address that is still being proven would be recorded as one
settled() { ! is_tentative "$holder"; }
wait_for 300 settled
clock
elapsed=0
show_addresses "$holder" >"$dir/addresses" || stop refused full "$base"
for family in 4 6; do
  show_routes "$family" >"$dir/routes$family" || stop refused full "$base"
  addresses check "$family" "$other" <"$dir/addresses" >>"$dir/odd"
  routes check "$family" "$other" <"$dir/routes$family" >>"$dir/odd"
done
ip neigh show nud permanent dev "$holder" 2>/dev/null | awk '$2 == "lladdr" { print $1, $3 }' >"$dir/neighbours"
if [ -z "$batch" ]; then
  # shellcheck disable=SC2094 # two files
  while IFS= read -r line; do say "neighbour $line"; done <"$dir/neighbours" >>"$dir/odd"
fi
if [ -s "$dir/odd" ]; then
  while IFS= read -r line; do say "odd $line"; done <"$dir/odd"
  stop refused odd
fi
clients "$holder" >"$dir/clients"
{
  hints "$card"
  [ -n "$batch" ] || say 'busybox'
} >"$dir/warnings"
if [ "$seconds" = 0 ]; then
  while IFS= read -r line; do say "warning $line"; done <"$dir/warnings"
  stop verdict would
fi
get "/sys/class/net/$card/address"
mac=$value
get "/sys/class/net/$card/mtu"
mtu=$value
up=no
get "/sys/class/net/$card/flags"
[ "$((value & 1))" = 0 ] || up=yes
if [ "$how" = move ]; then
  bridgemac='' bridgealias='' purpose=$part
  if [ "$made" = no ]; then
    get "/sys/class/net/$switch/address"
    bridgemac=$value
    get "/sys/class/net/$switch/ifalias"
    bridgealias=$value
  fi
fi
get /proc/sys/kernel/random/boot_id
stat_of "$$"
from=\${sshd%% *}
{
  say "id $new"
  say "way $how"
  say "interface $card"
  say "bridge $switch"
  say "holder $holder"
  say "other $other"
  say "joined $joined"
  say "made $made"
  say "taken $now"
  say "mac $mac"
  say "mtu $mtu"
  say "up $up"
  say "bridgemac $bridgemac"
  say "bridgealias $bridgealias"
  say "purpose $purpose"
  say "limit $seconds"
  say "who $asker"
  say "from $from"
  say "since $(date +%s)"
  say "ssh $sshd"
  say "starter $$ $start"
  say "boot $value"
  say "force $forced"
} >"$dir/facts" || stop refused full "$base"
say yes >"$dir/yes" || stop refused full "$base"
say no >"$dir/no" || stop refused full "$base"
say "$watchdog" >"$dir/watchdog" || stop refused full "$base"
ln "$dir/facts" "$base/pending" 2>/dev/null || stop refused busy
begun=1
trap - EXIT
load "$base/pending"
launched=''
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1 &&
  [ "$(readlink /proc/1/ns/net)" = "$(readlink /proc/self/ns/net)" ]; then
  # the guard, and a DHCP client that was started anew, do not end with the watchdog
  systemd-run --quiet --collect --property KillMode=process --unit "ctys-net-$new" sh "$dir/watchdog" "$dir" >/dev/null 2>&1 && launched=1
fi
if [ -z "$launched" ]; then
  (cd / && exec setsid sh "$dir/watchdog" "$dir") </dev/null >/dev/null 2>&1 &
fi
has_begun() { [ -e "$dir/watch" ] || [ ! -d "$dir" ]; }
is_made() {
  get "$dir/phase"
  case $value in '' | applying) [ ! -d "$dir" ] ;; esac
}
wait_for 500 has_begun
if [ -d "$dir" ] && [ ! -e "$dir/watch" ]; then
  rm -f "$base/pending"
  rm -rf "$dir"
  stop refused watchdog
fi
wait_for 200 is_made
if [ -d "$dir" ]; then tell_change pending; else tell_last "$new"; fi
`,
}
