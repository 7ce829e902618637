/**
 * Starts one machine through its wrapper and waits until its QEMU is there. Arguments:
 *
 *   TOKEN CONFIG WRAPPER LABEL SECONDS KNOWN UUID DISPLAY FIRST TAKEN CALLED FS DEAD MONITOR WINDOW OPTION...
 *
 * KNOWN are the pids of the QEMUs the caller has judged; if another one that names this machine is there under the
 * lease, nothing is started and the answer is `changed`. DISPLAY is empty (none), `auto` (the first free one from FIRST,
 * without those in TAKEN), or a number. CALLED is what the caller calls this host, FS names the file systems of the
 * disks (../../host/scan/disks.ts), DEAD are holders of leases that were asked about elsewhere, as TOKEN.PID. OPTIONs go
 * to the wrapper. MONITOR is empty, or the QEMU option (qmp, monitor) by which the machine gets a monitor of ctys' own: it
 * goes with the OPTION --argsadd=, unless the path of its socket is too long for one or holds what is not plain in a wrapper.
 * WINDOW is the X display of its window (X(7)), empty where it has none of ours.
 *
 * Answer, one line each:
 *   weak DIR REASON   beside the configuration no lease can be made: what follows is kept apart on this host only
 *   busy PID | running PID | changed | nodir DIR | unsafe DIR | full DIR | socket PATH | nodisplay | nolog PATH
 *                                                                  nothing was started
 *   inway OWNER PATH     something that is not ours is where our files belong; nothing was started
 *   beside OWNER PATH    the same, and another directory took its place
 *   held-KEY VALUE...                                              nor here: the lease of somebody who cannot be seen
 *   started PID DISPLAY, since START, log PATH, lease PATH         and then one of
 *   logout USER          logind ends what that account started when its sessions end
 *   up PID | ended STATUS | late | inway OWNER PATH | closed DIR (the machine's directory cannot be entered)
 *
 * The lease of the machine (lease-functions.ts) is taken before the last look at the processes. It is this script's, then
 * the launcher's too, which waits for that, then that of the QEMU, which keeps it while it runs. The display is reserved
 * until it listens. The wrapper runs in a session of its own, in the machine's directory, with umask 077 and no standard
 * input. Locks and logs are in a directory of this user alone; the logs of earlier starts of that label are removed.
 * QEMUMONSOCK names the monitor socket; QEMUSOCK and QEMUMGMT the VDE switch.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {maxSocketPath} from '../paths.js'
import {leaseFrame} from './lease-frame.js'
import {leaseFunctions} from './lease-functions.js'
import {limitedFunction} from './limited.js'
import {logoutFunction} from './logout.js'
import {startFunctions} from './start-functions.js'
import {inspectStep} from './start-inspect.js'
import {launchStep} from './start-launch.js'
import {leaseStep} from './start-lease.js'
import {waitStep} from './start-wait.js'
import {watchedFunction} from './watched.js'

export const startScript: RemoteScript = {
  name: 'start',
  text: `\
LC_ALL=C
export LC_ALL
umask 077
token=$1 config=$2 wrapper=$3 label=$4 seconds=$5 known=$6 uuid=$7 display=$8 first=$9
shift 9
taken=$1 called=$2 fs=$3 dead=$4 monitor=$5 window=$6
shift 6
nl='
'
blanks=$IFS
${startFunctions}
${limitedFunction}
${logoutFunction}
${watchedFunction}
${leaseFunctions}
${leaseFrame}
clock
end=$((time + seconds + 1))
user=$(id -un)
base=\${CTYS_SOCKBASE:-/var/tmp}
if [ ! -d "$base" ] || [ ! -w "$base" ]; then stop nodir "$base"; fi
# shellcheck disable=SC2012 # the mode of one directory
case $(ls -ldL "$base/.") in
  d???????w[!tT]*) stop unsafe "$base" ;;
esac
sock=\${QEMUMONSOCK:-$base/qemumon.ACTUALLABEL.ACTUALPID.$user}
case $sock in *ACTUALLABEL*) sock=\${sock%%ACTUALLABEL*}$label\${sock#*ACTUALLABEL} ;; esac
[ "\${#sock}" -le ${maxSocketPath} ] || stop socket "$sock"

${leaseStep}
${inspectStep}
${launchStep}
${waitStep}`,
}
