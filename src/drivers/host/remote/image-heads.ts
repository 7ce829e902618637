/**
 * The first bytes of files. Arguments: how many bytes, and the paths. Answer: for each path `F`, then its bytes as od(1)
 * prints them in hexadecimal, nothing for one that cannot be read; `Z` when all were looked at.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {headBytes} from '../../image/head.js'

/** Files of one call. */
export const mostHeads = 500

export const imageHeadsScript: RemoteScript = {
  name: 'image-heads',
  text: `\
LC_ALL=C
export LC_ALL
bytes=$1
shift
{
  for file; do
    echo F
    od -A n -v -t x1 -N "$bytes" "$file" 2>/dev/null
  done
  echo Z
} &
wait "$!"
`,
  maxBytes: mostHeads * (headBytes * 4 + 64) + 64,
}
