/**
 * Whether the holder of a lease still lives on this host. Arguments: PLACE HOST MACHINE USER PID START STARTER, as the
 * lease has them (lease-functions.ts). Prints one word: `alive`, `dead`, or `unknown`: this is another host (many call
 * themselves localhost: machine-id(5) tells them apart), it has the kernel of the lease but other pids, or it shows this
 * account only its own processes.
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
if [ "$node" != "$2" ] || [ "$machine" != "$3" ] || [ -z "$boot" ]; then
  echo unknown
elif [ "$place" != "$1" ]; then
  if [ "\${1%%/*}" = "$boot" ]; then echo unknown; else echo dead; fi
elif lives "$5" "$6" || { [ -n "$7" ] && lives "\${7%% *}" "\${7#* }"; }; then
  echo alive
elif [ -z "$linux" ] || [ -r /proc/1/stat ] || [ "$4" = "$(id -un)" ]; then
  echo dead
else
  echo unknown
fi
`,
}
