/**
 * Shell functions shared by the scripts that move a network. What they leave on the host lies in /run/ctys-net, which
 * only root writes and no reboot keeps:
 *
 *   pending     the facts of the change that is not decided yet: a hard link, so that there is one or none
 *   ID/         that change: facts, what was recorded before, phase, decision, the watchdog's own script, and its two
 *               processes, `watch` and `guard`
 *   last        what became of the last one, as `tell_change` says it
 *   moved/BRIDGE  the change that made this bridge, with what it has to give back
 *
 * Time is counted in hundredths of a second since the host was started (proc(5), uptime), which nobody can set.
 */
import {searchPath} from '../../../qemu/remote/locate.js'
import {statFunction} from '../../../qemu/remote/processes-stat.js'

export const netCommon = `\
LC_ALL=C
PATH=${searchPath}:/sbin
export LC_ALL PATH
umask 022
base=/run/ctys-net
${statFunction}
say() { printf '%s\\n' "$*"; }
stop() {
  say "$*"
  exit 0
}
# clock: sets now
# shellcheck disable=SC2034 # told to the caller
clock() {
  IFS=' .' read -r up_seconds up_part _ </proc/uptime
  now=$((up_seconds * 100 + 1$up_part - 100))
}
nap() { sleep 0.05 2>/dev/null || sleep 1; }
# put FILE WORD...: in one step
put() {
  file=$1
  shift
  printf '%s\\n' "$*" >"$file.new" && mv -f "$file.new" "$file"
}
# get FILE: sets value to its first line
get() {
  value=''
  { IFS= read -r value <"$1"; } 2>/dev/null
}
# lives "PID START"
lives() {
  [ -n "$1" ] && stat_of "\${1%% *}" && [ "$start" = "\${1#* }" ] || return 1
  case $state in Z | X | x) return 1 ;; esac
}
# is_watched: somebody on the host would take the change that was loaded back
is_watched() {
  for keeper in watch guard; do
    get "$dir/$keeper"
    if lives "$value"; then return; fi
  done
  lives "$starter"
}
# load FILE: sets the facts of a change; fails where they are none of this run of the kernel
# shellcheck disable=SC2034 # told to the caller
load() {
  id='' way='' iface='' bridge='' holder='' other='' joined='' made='' taken=0 mac='' mtu='' up='' limit=0
  who='' from='' since='' ssh='' starter='' boot='' bridgemac='' bridgealias='' purpose='' force='' dir=''
  { while read -r key value; do
    case $key in
      id) id=$value ;;
      way) way=$value ;;
      interface) iface=$value ;;
      bridge) bridge=$value ;;
      holder) holder=$value ;;
      other) other=$value ;;
      joined) joined=$value ;;
      made) made=$value ;;
      taken) taken=$value ;;
      mac) mac=$value ;;
      mtu) mtu=$value ;;
      up) up=$value ;;
      limit) limit=$value ;;
      who) who=$value ;;
      from) from=$value ;;
      since) since=$value ;;
      ssh) ssh=$value ;;
      starter) starter=$value ;;
      boot) boot=$value ;;
      bridgemac) bridgemac=$value ;;
      bridgealias) bridgealias=$value ;;
      purpose) purpose=$value ;;
      force) force=$value ;;
    esac
  done <"$1"; } 2>/dev/null
  dir=$base/$id
  get /proc/sys/kernel/random/boot_id
  [ -n "$id" ] && [ "$boot" = "$value" ]
}
# tell_change NAME: what is known of the change that was loaded
tell_change() {
  say "change $1"
  say "id $id"
  say "way $way"
  say "interface $iface"
  say "bridge $bridge"
  say "who $who"
  say "from $from"
  say "since $since"
  for fact in phase reason left gap back dhcp; do
    get "$dir/$fact"
    [ -z "$value" ] || say "$fact $value"
  done
  if is_watched; then say 'watchdog alive'; else say 'watchdog dead'; fi
  for list in warnings differs; do
    [ ! -s "$dir/$list" ] || while IFS= read -r line; do say "\${list%s} $line"; done <"$dir/$list"
  done
  say 'end'
}
# tell_last ID: what became of that change, or of the last one where ID is empty; fails where that is not known
tell_last() {
  [ -s "$base/last" ] || return 1
  if [ -n "$1" ]; then grep -qx "id $1" "$base/last" || return 1; fi
  head -n 200 "$base/last"
}
`
