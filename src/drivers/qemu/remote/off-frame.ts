/**
 * What the scripts share that work on a machine that is off, under its lease (alter.ts, clone.ts): their functions, and of
 * the path `config` the directory `home` and the `stem` of its files. Ends the script with `failed` where the directory has
 * a line end in its name.
 */
import {imagesFunction} from './images.js'
import {leaseFrame} from './lease-frame.js'
import {leaseFunctions} from './lease-functions.js'
import {setKeysFunction} from './set-keys.js'
import {startFunctions} from './start-functions.js'

export const offFrame = `\
nl='
'
# shellcheck disable=SC2034 # of the lease
uuid='' known='' monitor=''
${startFunctions}
${leaseFunctions}
${imagesFunction}
${setKeysFunction}
${leaseFrame}home=\${config%/*}
case $home in *"$nl"*) stop failed 'directory with a line end' ;; esac
stem=\${config%.*}
`
