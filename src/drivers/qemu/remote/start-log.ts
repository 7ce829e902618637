/**
 * Keeps what comes on stdin in a log of limited size: `keep LOG`. The head goes to LOG; of what follows the last parts are
 * kept, in LOG.older, LOG.tail and LOG.next, and put at the end of LOG when the last writer has closed. A part is 2,048
 * reads of 512 bytes (dd(1)): as many lines where they are written one by one, at most 1 MiB.
 *
 * It ends with its input alone, so no writer ever gets SIGPIPE; on a full disk it reads on and keeps nothing. QEMU writes
 * to stderr for as long as it lives, and what a guest does can make it write.
 *
 * No single quotes: the script is handed on as one quoted word.
 */
export const keepLog = `\
log=$1
trap "" HUP INT TERM
part() { dd bs=512 count=2048 2>/dev/null; }
drain() {
  cat >/dev/null
  exit
}
part >>"$log" || drain
parts=0
while part >"$log.next" || drain; do
  [ -s "$log.next" ] || break
  if [ "$parts" -gt 0 ]; then mv -f "$log.tail" "$log.older"; fi
  mv -f "$log.next" "$log.tail" || drain
  parts=$((parts + 1))
done
if [ "$parts" -gt 2 ]; then printf "\\n[some output is left out here]\\n" >>"$log"; fi
cat "$log.older" "$log.tail" >>"$log" 2>/dev/null
rm -f "$log".*
`
