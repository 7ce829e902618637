/**
 * Decides about the change that is pending: `decide SSH ID WHAT SECONDS`, WHAT is confirm, extend or cancel; an empty ID
 * means whichever is pending. Answers `verdict WORD` and what `tell_change` says of the change, once it has come to its end:
 *
 *   confirm   confirmed; stale: this connection is older than the change and proves nothing
 *   extend    extended
 *   cancel    cancelled: the old network is back
 *   any       none: no such change is pending, `last` tells more; other: another one is; late: it was decided already;
 *             orphan: its watchdog died; working: it did not come to its end while we looked
 */
import type {RemoteScript} from '../../../../domain/ports/ports.js'
import {netCommon} from './common.js'

export const decideScript: RemoteScript = {
  name: 'net-decide',
  text: `\
${netCommon}
sshd=$1 wanted=$2 what=$3 seconds=$4
[ "$(id -u)" = 0 ] || stop refused root
verdict() {
  say "verdict $1"
  if load "$base/pending" 2>/dev/null && [ "$id" = "$mine" ]; then tell_change pending; else tell_last "$mine"; fi
  exit 0
}
mine=$wanted
if ! load "$base/pending"; then
  say 'verdict none'
  tell_last "$wanted"
  exit 0
fi
if [ -n "$wanted" ] && [ "$id" != "$wanted" ]; then
  say 'verdict other'
  tell_change pending
  tell_last "$wanted"
  exit 0
fi
mine=$id
is_over() { [ ! -e "$base/pending" ] || ! load "$base/pending" || [ "$id" != "$mine" ]; }
# wait_for CENTISECONDS COMMAND...
wait_for() {
  clock
  until=$((now + $1))
  shift
  until "$@"; do
    [ "$now" -lt "$until" ] || return 1
    nap
    clock
  done
}
if ! is_watched && ! is_over; then
  [ "$what" = cancel ] || verdict orphan
  rm -f "$dir/watch"
  (cd / && exec setsid sh "$dir/watchdog" "$dir" recover) </dev/null >/dev/null 2>&1 &
  wait_for 500 test -e "$dir/watch"
  if wait_for 9000 is_over; then verdict cancelled; fi
  verdict working
fi
case $what in
  extend)
    put "$dir/extend" "$seconds"
    wait_for 300 test ! -e "$dir/extend" || verdict working
    wait_for 30 false
    verdict extended
    ;;
  cancel)
    ln "$dir/no" "$dir/decision" 2>/dev/null
    get "$dir/decision"
    [ "$value" = no ] || verdict late
    if wait_for 9000 is_over; then verdict cancelled; fi
    get "$dir/phase"
    verdict working
    ;;
esac
# shellcheck disable=SC2317,SC2329 # by wait_for
is_made() {
  get "$dir/phase"
  case $value in '' | applying) is_over ;; esac
}
wait_for 1500 is_made || verdict working
case $value in
  applied) ;;
  *)
    wait_for 9000 is_over
    verdict late
    ;;
esac
# is_fresh: the connection that asks was opened after the change was made
is_fresh() {
  [ -z "$sshd" ] || [ "$sshd" != "$ssh" ] || return 1
  get "$dir/applied"
  applied=$value
  ticks=$(getconf CLK_TCK 2>/dev/null) || ticks=100
  pid=$$
  while [ "$pid" -gt 1 ] && stat_of "$pid"; do
    get "/proc/$pid/comm"
    case $value in
      sshd* | dropbear*)
        [ "$((start * 100 / ticks))" -ge "$applied" ]
        return
        ;;
    esac
    pid=$parent
  done
}
is_fresh || verdict stale
ln "$dir/yes" "$dir/decision" 2>/dev/null
get "$dir/decision"
[ "$value" = yes ] || { wait_for 9000 is_over; verdict late; }
wait_for 2000 is_over || verdict working
verdict confirmed
`,
}
