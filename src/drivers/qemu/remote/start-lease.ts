/** Part of the start script (start.ts): takes the lease of the machine, or tells who has it. See lease-functions.ts. */
export const leaseStep = `\
dir=\${config%/*}
dir=\${dir:-/}
if ! private_dir "$base/ctys.$user"; then
  refused=$inway
  mkdir "\${HOME:-/nonexistent}/.ctys" 2>/dev/null
  if private_dir "\${HOME:-/nonexistent}/.ctys/run"; then
    if [ -n "$refused" ]; then say beside "$refused"; fi
  else
    if [ -n "$refused" ]; then stop inway "$refused"; fi
    stop full "$base"
  fi
fi

here
since=$(date +%s)
started_at "$$"
self="$$ $start"
shown=$config
case $shown in *"$nl"*) shown='' ;; esac
# where several names lead to one file there is one lease
real=$(readlink -f "$config" 2>/dev/null)
real=\${real:-$config}
# refuse: why the lease is not ours; comes back when it is worth another look
refuse() {
  case $verdict in
    odd)
      owner_of "$odd"
      stop inway "$owner" "$odd"
      ;;
    elsewhere)
      say held-path "$at"
      say held-token "$l_token"
      say held-host "$l_host"
      say held-name "$l_name"
      say held-machine "$l_machine"
      say held-place "$l_place"
      say held-pid "$l_pid"
      say held-start "$l_start"
      say held-starter "$l_starter"
      say held-user "$l_user"
      say held-since "$l_since"
      say held-config "$l_config"
      exit 0
      ;;
    living | contended)
      if [ "$verdict" = living ] && { [ "$l_state" = running ] || is_qemu "$l_pid"; }; then stop running "$l_pid"; fi
      clock
      [ "$time" -lt "$end" ] || stop busy "$l_pid"
      nap
      ;;
  esac
}
# get_lease PATH: 0 = it is ours; 1 = it cannot be made
get_lease() {
  lease=$1
  mine=$lease-$token
  write_lease "$mine" "$$" "\${self#* }" starting '' || return 1
  until take_lease "$mine"; do
    [ "$verdict" != unmade ] || return 1
    refuse
  done
  holding=1
}
if ! get_lease "\${real%/*}/.\${real##*/}.lease"; then
  rm -f "$mine"
  # one that is there counts all the same
  while :; do
    if ! find_end; then verdict=odd; elif [ -n "$at" ]; then judge_lease; else break; fi
    [ "$verdict" != dead ] || break
    refuse
  done
  if [ -w "\${real%/*}" ]; then reason='no file or link can be made there'; else reason='it cannot be written'; fi
  say weak "\${real%/*}" "$reason"
  sum=$(printf %s "$real" | cksum)
  get_lease "$private/start.\${sum%% *}.lease" || stop full "$private"
fi
`
