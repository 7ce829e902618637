/**
 * Shell functions that put the recorded network onto a device: making the change and taking it back are the same act with
 * the devices changed. `place` may be called again after it was ended at any point; it begins with what it finds.
 *
 *   place TO JOINED FROM [CLEAN]   JOINED yes: the interface becomes a port of the bridge, no: it leaves it. CLEAN: what
 *                                  TO has of it is taken away first, so that its addresses come into their order
 *   is_placed TO JOINED FROM       else tells in the file `differs` what is missing, or left behind
 *
 * While addresses arrive nobody asks for duplicates (they were proven already, and a tentative address does not answer),
 * and the device they leave makes no link-local address of its own.
 */
export const netPlace = `\
alone=''
ipv6=/proc/sys/net/ipv6/conf
# set_ipv6 DEVICE ACCEPT_DAD DAD_TRANSMITS ADDR_GEN_MODE; - leaves it
set_ipv6() {
  [ -d "$ipv6/$1" ] || return 0
  { if [ "$4" != - ]; then echo "$4" >"$ipv6/$1/addr_gen_mode"; fi
    echo "$2" >"$ipv6/$1/accept_dad"
    echo "$3" >"$ipv6/$1/dad_transmits"; } 2>/dev/null
  return 0
}
# as_recorded DEVICE: what set_ipv6 changed is as it was on the interface
as_recorded() {
  get "$dir/ipv6"
  # shellcheck disable=SC2086 # three numbers
  set_ipv6 "$1" \${value:-1 1 0}
}
# feed FAMILY FILE: commands of ip, one a line; what is there already, or no more, fails and does no harm. Some faults end
# a whole batch, so where one did not do, each command is called alone
feed() {
  if [ -n "$batch" ] && [ -z "$alone" ]; then
    # shellcheck disable=SC2086 # an option or none
    ip -force $1 -batch "$2" >/dev/null 2>&1
  else
    set -f
    while IFS= read -r line; do
      # shellcheck disable=SC2086 # words of ip, every one of them checked
      ip $1 $line </dev/null >/dev/null 2>&1
    done <"$2"
    set +f
  fi
  return 0
}
# commands FAMILY TO FROM CLEAN
commands() {
  [ -z "$4" ] || addresses del "$1" "$2" <"$dir/addresses"
  addresses add "$1" "$2" <"$dir/addresses"
  if [ -d "/sys/class/net/$3" ]; then
    routes del "$1" "$3" <"$dir/routes$1"
    addresses del "$1" "$3" <"$dir/addresses"
  fi
  routes add "$1" "$2" <"$dir/routes$1"
}
# shellcheck disable=SC2154 # of the change
place() {
  clock
  elapsed=$(((now - taken) / 100))
  {
    [ "$up" != yes ] || say "link set $iface up"
    if [ "$2" = yes ]; then say "link set $iface master $bridge"; else say "link set $iface nomaster"; fi
    commands 4 "$1" "$3" "\${4-}"
  } >"$dir/batch4"
  commands 6 "$1" "$3" "\${4-}" >"$dir/batch6"
  set_ipv6 "$1" 0 0 -
  set_ipv6 "$3" 0 0 1
  clock
  began=$now
  feed '' "$dir/batch4"
  feed -6 "$dir/batch6"
  neighbours "$1"
  as_recorded_mode "$1"
  settle "$1"
  as_recorded "$1"
  clock
  took=$(((now - began) * 10))
}
# as_recorded_mode DEVICE: a link-local address of the kernel's own comes back while nobody asks for duplicates
as_recorded_mode() {
  get "$dir/ipv6"
  set_ipv6 "$1" 0 0 "\${value##* }"
}
# neighbours DEVICE: entries that are there for good (ip-neighbour(8))
neighbours() {
  [ -s "$dir/neighbours" ] || return 0
  while read -r address lladdr; do
    ip neigh replace "$address" lladdr "$lladdr" nud permanent dev "$1" >/dev/null 2>&1
  done <"$dir/neighbours"
  return 0
}
# settle DEVICE: until no address of it is tentative any more, two seconds at most
settle() {
  clock
  until=$((now + 200))
  while [ "$now" -lt "$until" ] && is_tentative "$1"; do
    nap
    clock
  done
}
# shellcheck disable=SC2154 # of the change
is_placed() {
  recorded_state >"$dir/want"
  state_of "$1" >"$dir/have"
  # a route that the kernel made of an address, and that was not there before; ip of busybox does not say who made it
  made_by=' proto kernel '
  [ -n "$batch" ] || made_by=' '
  missing "$dir/want" "$dir/have" |
    sed -n "s/^route\\([46]\\) \\(.* dev \\)@\\($made_by.*\\)/\\1 \\2$1\\3/p" |
    while read -r family words; do
      # shellcheck disable=SC2086 # words of ip, every one of them checked
      ip "-$family" route del $words </dev/null >/dev/null 2>&1
    done
  state_of "$1" >"$dir/have"
  {
    missing "$dir/have" "$dir/want"
    if [ -d "/sys/class/net/$3" ]; then
      for family in 4 6; do show_addresses "$3" | addresses same "$family" @ "$3"; done >"$dir/from"
      missing "$dir/want" "$dir/from" >"$dir/others"
      missing "$dir/others" "$dir/from" | while IFS= read -r line; do say "$line is on $3 too"; done
    fi
    master=$(readlink "/sys/class/net/$iface/master" 2>/dev/null)
    case "$2 \${master##*/}" in
      "yes $bridge" | 'no ') ;;
      yes*) say "$iface is no port of $bridge" ;;
      *) say "$iface is a port of \${master##*/}" ;;
    esac
    for fact in address mtu; do
      get "/sys/class/net/$iface/$fact"
      case $fact in address) before=$mac ;; *) before=$mtu ;; esac
      [ "$value" = "$before" ] || say "$fact of $iface is $value, it was $before"
    done
  } >"$dir/differs"
  [ ! -s "$dir/differs" ]
}
`
