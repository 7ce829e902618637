/**
 * The watchdog: a process of its own on the host, in a session of its own, that makes the change, waits for its
 * confirmation, and puts everything back when none comes. It needs nobody: not ctys, not the link, not the shell or sshd
 * that started it. `watchdog DIR`; `watchdog DIR guard` is a second process that takes over when the first one dies, as the
 * first one starts it anew when it is gone: whoever ends one of them (SIGKILL, the OOM killer) does not end the way back.
 * `watchdog DIR recover` does at once what a dead watchdog owed: what was confirmed is kept, all else is taken back.
 *
 * Every change of the network is made by a process with a limit, so that a hanging one cannot hold up the way back. Time in
 * which the host was frozen does not count against the limit: a step that took more than two seconds counts as two.
 *
 * `decision` is a hard link of `yes` or `no`: who makes it first has decided, whoever else comes late.
 */
import {netCommon} from './common.js'
import {netDhcp} from './dhcp.js'
import {netPlace} from './place.js'
import {netRecord} from './record.js'

export const watchText = `\
${netCommon}${netRecord}${netPlace}${netDhcp}
# within CENTISECONDS STEP [ALONE]: a process of its own, ended with all that it started when it takes longer
within() {
  setsid sh "$dir/watchdog" "$dir" "$2" "\${3-}" </dev/null >/dev/null 2>&1 &
  child=$!
  stat_of "$child" && put "$dir/step" "$child $start"
  clock
  last=$now used=0
  while stat_of "$child" && [ "$state" != Z ]; do
    if [ "$used" -ge "$1" ]; then
      kill -KILL "-$child" 2>/dev/null
      wait "$child" 2>/dev/null
      return 1
    fi
    nap
    passed
    watch_guard
  done
  wait "$child"
}
# watch_guard: there is one, or it is started
watch_guard() {
  get "$dir/guard"
  if lives "$value"; then return; fi
  setsid sh "$dir/watchdog" "$dir" guard </dev/null >/dev/null 2>&1 &
  stat_of "$!" && put "$dir/guard" "$! $start"
}
# passed: adds to used what passed since last, at most two seconds
passed() {
  clock
  step=$((now - last))
  [ "$step" -le 200 ] || step=200
  used=$((used + step))
  last=$now
}
copy_settings() {
  for version in ipv4 ipv6; do
    for file in "/proc/sys/net/$version/conf/$iface"/*; do
      name=\${file##*/}
      case $name in accept_dad | dad_transmits | addr_gen_mode | mtu | mc_forwarding | stable_secret) continue ;; esac
      get "$file"
      mine=$value
      get "/proc/sys/net/$version/conf/$bridge/$name"
      [ "$mine" = "$value" ] || { echo "$mine" >"/proc/sys/net/$version/conf/$bridge/$name"; } 2>/dev/null
    done
  done
}
# the bridge has the address of the interface, and forwards at once
make_bridge() {
  if [ "$made" = yes ]; then
    ip link add name "$bridge" type bridge >/dev/null 2>&1 || [ -d "/sys/class/net/$bridge/bridge" ] || return 1
  fi
  ip link set dev "$bridge" type bridge stp_state 0 forward_delay 0 >/dev/null 2>&1 ||
    { echo 0 >"/sys/class/net/$bridge/bridge/forward_delay"; } 2>/dev/null
  # whoever takes bridges away knows by it that this one has the addresses of the host
  ip link set dev "$bridge" alias "ctys net $purpose $iface" >/dev/null 2>&1
  [ "$made" != yes ] || ip link set dev "$bridge" mtu "$mtu" >/dev/null 2>&1
  ip link set dev "$bridge" address "$mac" >/dev/null 2>&1
  copy_settings
  set_ipv6 "$bridge" 0 0 1
  # made of the address it had
  [ "$made" = yes ] || ip -6 addr flush dev "$bridge" scope link >/dev/null 2>&1
  ip link set dev "$bridge" up >/dev/null 2>&1
}
# drop_bridge: one that was made for this, unless others are on it now; else it is what it was, or goes with the network that
# it was part of
drop_bridge() {
  [ -d "/sys/class/net/$bridge/bridge" ] || return 0
  port=''
  for port in "/sys/class/net/$bridge/brif"/*; do
    if [ -e "$port" ]; then break; fi
    port=''
  done
  if [ "$made" != yes ] && [ "$way$purpose" = backup ] && [ -z "$port" ]; then made=yes; fi
  if [ "$made" = yes ] && [ -n "$port" ]; then
    # the address is that of the interface, which is elsewhere now
    get "/sys/class/net/\${port##*/}/address"
    ip link set dev "$bridge" address "$value" >/dev/null 2>&1
    ip link set dev "$bridge" alias 'ctys bridge' >/dev/null 2>&1
    set_ipv6 "$bridge" 1 1 0
    echo "stays $bridge" >>"$dir/warnings"
  elif [ "$made" = yes ]; then
    ip link delete dev "$bridge" >/dev/null 2>&1
  elif [ -n "$bridgemac" ]; then
    ip link set dev "$bridge" address "$bridgemac" >/dev/null 2>&1
    ip link set dev "$bridge" alias "$bridgealias" >/dev/null 2>&1
    set_ipv6 "$bridge" 1 1 0
  fi
}
turned() { case $joined in yes) say no ;; *) say yes ;; esac; }
# forth: the new network; tells how long it took
forth() {
  if [ "$way" = move ]; then make_bridge || return 1; fi
  place "$other" "$(turned)" "$holder"
  put "$dir/gap" "$took"
  is_placed "$other" "$(turned)" "$holder"
}
# home: the old one
home() {
  if [ "$joined" = yes ] && [ ! -d "/sys/class/net/$bridge/bridge" ]; then
    made=yes
    make_bridge
  fi
  place "$holder" "$joined" "$other" clean
  put "$dir/back" "$took"
  is_placed "$holder" "$joined" "$other"
}
tell_log() { if command -v logger >/dev/null 2>&1; then logger -t ctys "$*" 2>/dev/null; fi; }
finish() {
  put "$dir/phase" "$1"
  rm -f "$dir/left"
  tell_change last >"$base/last.new" && mv -f "$base/last.new" "$base/last"
  tell_log "network change $id of $iface: $1 $2"
}
take_back() {
  ln "$dir/no" "$dir/decision" 2>/dev/null
  put "$dir/reason" "$1"
  put "$dir/phase" reverting
  tries=0 again=''
  until within 1500 home "$again"; do
    again=alone
    tries=$((tries + 1))
    if [ "$tries" -ge 5 ]; then
      each_client wake_client
      finish broken "$1"
      return 1
    fi
    nap
  done
  if [ "$way" = move ]; then drop_bridge; else set_ipv6 "$iface" 0 0 1; fi
  each_client wake_client
  finish reverted "$1"
  file_away
}
keep() {
  put "$dir/phase" confirming
  each_client move_client
  [ "$way" != back ] || drop_bridge
  finish confirmed ''
  file_away
}
# file_away: the change is over; in one step it is gone, or stays as what the bridge has to give back
file_away() {
  get "$dir/phase"
  if [ "$way $value" = 'back confirmed' ]; then rm -rf "$moved"; fi
  if [ "$way $value" = 'move confirmed' ]; then
    mkdir -p "$base/moved"
    rm -rf "$moved"
    rm -f "$base/pending"
    mv "$dir" "$moved"
  else
    rm -f "$base/pending"
    mv "$dir" "$base/.over.$id" && rm -rf "$base/.over.$id"
  fi
}
# guard: waits for the end of the change, or of the watchdog, whose place it takes then
guard() {
  while [ -d "$dir" ]; do
    get "$dir/phase"
    [ "$value" != broken ] || return 0
    get "$dir/watch"
    if [ -n "$value" ] && ! lives "$value"; then
      get "$dir/step"
      ! lives "$value" || kill -KILL "-\${value%% *}" 2>/dev/null
      exec sh "$dir/watchdog" "$dir" recover
    fi
    nap
    nap
  done
}
trap '' HUP INT PIPE QUIT
ended=''
trap 'ended=1' TERM
cd /
load "$1/facts" || exit 1
moved=$base/moved/$bridge
case \${2-} in
  forth | home)
    # shellcheck disable=SC2034 # told to feed
    alone=\${3-}
    "$2"
    exit
    ;;
esac
{ echo -1000 >/proc/self/oom_score_adj; } 2>/dev/null
if [ "\${2-}" = guard ]; then
  guard
  exit
fi
stat_of "$$" && put "$dir/watch" "$$ $start"
# the one that was takes this place
[ "\${2-}" != recover ] || rm -f "$dir/guard"
watch_guard
if [ "\${2-}" = recover ]; then
  get "$dir/phase"
  case $value in
    confirmed | reverted) file_away ;;
    *)
      get "$dir/decision"
      if [ "$value" = yes ]; then keep; else take_back 'its watchdog had died'; fi
      ;;
  esac
  exit
fi
each_client halt_client
put "$dir/phase" applying
if ! within 1500 forth; then
  take_back 'it could not be made'
  exit
fi
clock
put "$dir/applied" "$now"
put "$dir/phase" applied
used=0 last=$now
while :; do
  get "$dir/decision"
  case $value in
    yes)
      keep
      exit
      ;;
    no)
      take_back cancelled
      exit
      ;;
  esac
  get "$dir/extend"
  if [ -n "$value" ]; then
    rm -f "$dir/extend"
    limit=$((used / 100 + value))
  fi
  put "$dir/left" "$((limit - used / 100))"
  watch_guard
  if [ -n "$ended" ]; then
    take_back 'the watchdog was told to end'
    exit
  fi
  if [ "$used" -ge $((limit * 100)) ]; then
    if ln "$dir/no" "$dir/decision" 2>/dev/null; then
      take_back 'nobody confirmed it in time'
      exit
    fi
  else
    nap
    nap
    passed
  fi
done
`
