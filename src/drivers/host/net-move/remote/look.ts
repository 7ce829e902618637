/** What there is of changes of the network: the pending one, the last one, and those that stay. Needs no privilege. */
import type {RemoteScript} from '../../../../domain/ports/ports.js'
import {netCommon} from './common.js'

export const lookScript: RemoteScript = {
  name: 'net-moves',
  text: `\
${netCommon}
[ -r /proc/uptime ] || stop refused linux
say 'looked'
if load "$base/pending"; then tell_change pending; fi
tell_last ''
count=0
for moved in "$base/moved"/*; do
  if [ "$count" -ge 64 ] || ! load "$moved/facts"; then continue; fi
  dir=$moved
  tell_change moved
  count=$((count + 1))
done
exit 0
`,
}
