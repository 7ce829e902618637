/**
 * Ends what one start left behind and tells what its log says last. Arguments: TOKEN LAUNCHER START LOG LEASE AGAIN
 * PID BEGAN; all but the first may be empty. AGAIN is a token for who gives the lease back, PID and BEGAN are a process that
 * was proven to come from that start. Only such processes are signalled: SIGTERM, after three seconds SIGKILL. Where
 * nothing is left the lease is given back.
 *
 * Answer: `left PID` for each that is still there after all, then `log`, then the last 20 lines of the log.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {leaseFunctions} from './lease-functions.js'
import {startFunctions} from './start-functions.js'

export const startEndScript: RemoteScript = {
  name: 'start-end',
  text: `\
LC_ALL=C
export LC_ALL
token=$1 launcher=$2 began=$3 log=$4 lease=$5 again=$6 proven=$7 proven_start=$8
${startFunctions}
${leaseFunctions}
# living: sets left to those of ours that still run
living() {
  left=''
  ours "$token" "$launcher" "$began" "$log"
  for pid in $pids; do
    case " $left " in *" $pid "*) continue ;; esac
    if started_at "$pid"; then left="$left $pid"; fi
  done
  case " $left " in *" $proven "*) ;; *)
    if [ -n "$proven" ] && lives "$proven" "$proven_start"; then left="$left $proven"; fi ;;
  esac
  [ -n "$left" ]
}
# signal NAME SECONDS
signal() {
  living || return 0
  for pid in $left; do kill -s "$1" "$pid" 2>/dev/null; done
  clock
  end=$((time + $2))
  while living && clock && [ "$time" -lt "$end" ]; do nap; done
}
signal TERM 3
signal KILL 2
if [ -z "$left" ] && [ -n "$lease" ]; then
  was=$token
  user=$(id -un) token=$again called='' fs='' dead='' shown=''
  since=$(date +%s)
  here
  give_back "$was"
fi
for pid in $left; do echo "left $pid"; done
echo log
if [ -n "$log" ]; then cat "$log" "$log.older" "$log.tail" "$log.next" 2>/dev/null | tail -n 20; fi
`,
}
