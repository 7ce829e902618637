/**
 * The lease of a start that is over goes to the QEMU that came of it. Arguments: LEASE TOKEN AGAIN CONFIG CALLED FS PID;
 * TOKEN is that of the start, AGAIN one that was never used. Changes nothing where somebody else has the lease by now.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {leaseFunctions} from './lease-functions.js'
import {startFunctions} from './start-functions.js'

export const leaseFollowScript: RemoteScript = {
  name: 'lease-follow',
  text: `\
LC_ALL=C
export LC_ALL
umask 077
lease=$1 token=$2 config=$4 called=$5 fs=$6 pid=$7 dead=''
nl='
'
${startFunctions}
${leaseFunctions}
has_lease && started_at "$pid" || exit 0
began=$start
token=$3
user=$(id -un)
since=$(date +%s)
shown=$config
case $shown in *"$nl"*) shown='' ;; esac
here
write_lease "$lease-$token" "$pid" "$began" running '' || exit 0
take_lease "$lease-$token"
rm -f "$lease-$token"
`,
}
