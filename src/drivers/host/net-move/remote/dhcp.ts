/**
 * Shell functions about the DHCP client of the interface, dhclient or udhcpc. While a change is not decided it is stopped
 * (SIGSTOP), so that it gives nobody an address; taken back, it goes on as if nothing had been. Once the change is
 * confirmed it is ended without giving back its lease, and started anew on the device that has the address now: dhclient
 * with its leases under the new name, so that it asks for the same address; udhcpc by way of a script that leaves out its
 * first `deconfig`, which would take the address away.
 */
export const netDhcp = `\
# clients DEVICE: prints "PID START NAME" of the DHCP clients that were started for that device here
clients() {
  own=$(readlink /proc/self/ns/net)
  for entry in /proc/[0-9]*; do
    get "$entry/comm"
    case $value in dhclient | udhcpc | busybox) ;; *) continue ;; esac
    name=$value
    [ "$(readlink "$entry/ns/net" 2>/dev/null)" = "$own" ] || continue
    tr '\\0' '\\n' 2>/dev/null <"$entry/cmdline" | awk -v "name=$name" -v "device=$1" '
      NR == 1 && name == "busybox" { sub(/.*\\//, ""); isBox = 1; if ($0 == "udhcpc") found = 1; next }
      isBox && NR == 2 && $0 == "udhcpc" { found = 1 }
      $0 == device || $0 == "-i" device || $0 == "--interface=" device { named = 1 }
      END { exit !(named && (!isBox || found)) }' || continue
    case $name in busybox) name=udhcpc ;; esac
    stat_of "\${entry#/proc/}" && say "\${entry#/proc/} $start $name"
  done
}
# each_client COMMAND...: with pid and name set, of those recorded that still live
each_client() {
  [ -s "$dir/clients" ] || return 0
  while read -r pid began name; do
    ! lives "$pid $began" || "$@"
  done <"$dir/clients"
  return 0
}
halt_client() { kill -STOP "$pid" 2>/dev/null; }
wake_client() { kill -CONT "$pid" 2>/dev/null; }
# renamed WORD: sets word, the device that it names changed
# shellcheck disable=SC2154 # of the change
renamed() {
  case $1 in
    "$holder") word=$other ;;
    "-i$holder") word=-i$other ;;
    "--interface=$holder") word=--interface=$other ;;
    *) word=$1 ;;
  esac
}
# move_client: starts it on the other device and ends the old one
move_client() {
  tr '\\0' '\\n' <"/proc/$pid/cmdline" >"$dir/client.words"
  if [ -s "$moved/client.words" ] && [ "$way" = back ]; then
    cp "$moved/client.words" "$dir/client.new"
  else
    while IFS= read -r one; do
      renamed "$one"
      say "$word"
    done <"$dir/client.words" >"$dir/client.new"
  fi
  "start_$name"
  kill -KILL "$pid" 2>/dev/null
  kill -CONT "$pid" 2>/dev/null
  if run_client; then put "$dir/dhcp" "$name on $other"; else put "$dir/dhcp" "$name did not start on $other"; fi
}
# run_client: fails where it ended at once with an error
run_client() {
  set --
  while IFS= read -r one; do set -- "$@" "$one"; done <"$dir/client.new"
  (
    trap - HUP INT PIPE QUIT TERM
    { echo 0 >/proc/self/oom_score_adj; } 2>/dev/null
    exec setsid "$@"
  ) </dev/null >/dev/null 2>&1 &
  client=$!
  for _ in 1 2 3 4; do nap; done
  # a client that goes into the background has ended well
  if stat_of "$client"; then case $state in Z) wait "$client" ;; *) return 0 ;; esac; else wait "$client"; fi
}
# shellcheck disable=SC2329 # by its name
start_dhclient() {
  [ "$way" = move ] || return 0
  leases=/var/lib/dhcp/dhclient.leases before=''
  while IFS= read -r one; do
    [ "$before" != -lf ] || leases=$one
    before=$one
  done <"$dir/client.words"
  sed "s/interface \\"$holder\\";/interface \\"$other\\";/" "$leases" >"$base/$other.leases" 2>/dev/null
  before='' has=''
  while IFS= read -r one; do
    case $before in
      -lf) one=$base/$other.leases has="$has lf" ;;
      -pf) one=$base/$other.pid has="$has pf" ;;
    esac
    before=$one
    say "$one"
  done <"$dir/client.new" >"$dir/client.next"
  case $has in *lf*) ;; *) add_words -lf "$base/$other.leases" ;; esac
  case $has in *pf*) ;; *) add_words -pf "$base/$other.pid" ;; esac
  mv -f "$dir/client.next" "$dir/client.new"
}
# add_words WORD...: in front of the last one
add_words() {
  { head -n 1 "$dir/client.next"
    for one in "$@"; do say "$one"; done
    tail -n +2 "$dir/client.next"; } >"$dir/client.more"
  mv -f "$dir/client.more" "$dir/client.next"
}
# shellcheck disable=SC2329 # by its name
start_udhcpc() {
  script=/etc/udhcpc/default.script before=''
  [ -e "$script" ] || script=/usr/share/udhcpc/default.script
  while IFS= read -r one; do
    case $before in -s | --script) script=$one ;; esac
    before=$one
  done <"$dir/client.words"
  case $script in "$base"/*) get "$script.real" && script=$value ;; esac
  keeper=$base/$other.udhcpc
  say "$script" >"$keeper.real"
  : >"$keeper.first"
  { say '#!/bin/sh'
    # shellcheck disable=SC2016 # for that script
    say 'IFS= read -r script <"$0.real"
if [ "$1" = deconfig ] && [ -e "$0.first" ]; then rm -f "$0.first"; exit 0; fi
exec "$script" "$@"'; } >"$keeper"
  chmod 755 "$keeper"
  before='' has=''
  while IFS= read -r one; do
    case $before in -s | --script) one=$keeper has=1 ;; esac
    before=$one
    say "$one"
  done <"$dir/client.new" >"$dir/client.next"
  if [ -z "$has" ]; then
    say -s >>"$dir/client.next"
    say "$keeper" >>"$dir/client.next"
  fi
  mv -f "$dir/client.next" "$dir/client.new"
}
`
