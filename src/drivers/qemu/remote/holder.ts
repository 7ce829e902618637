/**
 * Whether the holder of a lease still lives on this host. Arguments: PLACE HOST USER PID START STARTER, as the lease has
 * them (lease-functions.ts). Prints one word: `alive`, `dead`, or `unknown`: this is another host, it has the kernel of the
 * lease but other pids, or it shows this account only its own processes.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {leaseFunctions} from './lease-functions.js'
import {startFunctions} from './start-functions.js'

export const holderScript: RemoteScript = {
  name: 'holder',
  text: `\
LC_ALL=C
export LC_ALL
${startFunctions}
${leaseFunctions}
here
if [ "$node" != "$2" ] || [ -z "$boot" ]; then
  echo unknown
elif [ "$place" != "$1" ]; then
  if [ "\${1%%/*}" = "$boot" ]; then echo unknown; else echo dead; fi
elif lives "$4" "$5" || { [ -n "$6" ] && lives "\${6%% *}" "\${6#* }"; }; then
  echo alive
elif [ -z "$linux" ] || [ -r /proc/1/stat ] || [ "$3" = "$(id -un)" ]; then
  echo dead
else
  echo unknown
fi
`,
}
