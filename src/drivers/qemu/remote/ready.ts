/**
 * Waits until the console log of a machine, which QEMU itself keeps (`logfile=` of qemu(1)), shows a text. Looks only.
 * Arguments: LOG PID PATTERN SECONDS; PATTERN is an extended regular expression (XBD 9.4).
 *
 * What counts begins with the mark that the start script leaves for this process, where there is one. Answer: `ready`,
 * `fatal` (the guest gave up), `gone` (its QEMU ended), `late` or `nolog`; `bytes N` of this run; then lines `tell TEXT`,
 * in which a guest says what went wrong, and the last ones as `last TEXT`.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

/** What a start script writes into the log when it becomes QEMU; the process id stands behind. */
export const startMark = '==== started as process'

/** Nothing better comes after these: Linux's panic and its initramfs, SeaBIOS, iPXE, GRUB. */
const fatal =
  'Kernel panic - not syncing|Gave up waiting for root|ALERT!.*does not exist|No bootable device|No more network devices|Entering emergency mode|grub rescue>'
/** cloud-init and systemd. */
const telling = `${fatal}|VFS: (Cannot open|Unable to mount) root|Failed loading yaml|cloud-init.*(WARNING|ERROR|CRITICAL)|No DHCPOFFERS|Boot failed:|Failed to start`

export const readyScript: RemoteScript = {
  name: 'ready',
  text: `\
LC_ALL=C
export LC_ALL
log=$1 pid=$2 pattern=$3 seconds=$4
say() { printf '%s\\n' "$*"; }
if [ ! -r "$log" ]; then
  say nolog
  exit 0
fi
from=$(awk -v mark="${startMark} $pid," 'index($0, mark) { n = NR } END { print n + 1 }' "$log")
run() { tail -n "+$from" "$log" 2>/dev/null | tr -d '\\000\\r'; }
alive() { [ -d "/proc/$pid" ] || { [ ! -d /proc/self ] && kill -0 "$pid" 2>/dev/null; }; }
began=$(date +%s)
state=''
while [ -z "$state" ]; do
  lives=''
  if alive; then lives=1; fi
  if run | grep -q -E -e "$pattern"; then
    state=ready
  elif run | grep -q -E -e '${fatal}'; then
    state=fatal
  elif [ -z "$lives" ]; then
    state=gone
  elif [ "$(($(date +%s) - began))" -ge "$seconds" ]; then
    state=late
  else
    sleep 0.5 2>/dev/null || sleep 1
  fi
done
say "$state"
say bytes "$(run | wc -c)"
run | cut -c 1-400 | grep -E -e '${telling}' | head -n 10 | sed 's/^/tell /'
run | tail -c 8192 | cut -c 1-400 | grep -v '^ *$' | tail -n 8 | sed 's/^/last /'
`,
}
