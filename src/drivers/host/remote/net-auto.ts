/** Whether a host has networks that were made for machines: asked after a stop, where a whole look would cost more than the stop. */
import type {RemoteScript} from '../../../domain/ports/ports.js'

/** Arguments: users. Answer: `auto`, where a record of one of theirs says so (remote/net-switch.ts), and `end`. */
export const netAutoScript: RemoteScript = {
  name: 'net-auto',
  maxBytes: 1024,
  text: `\
for user; do
  dir=\${CTYS_SOCKBASE:-/var/tmp}/ctys-net.$user
  if [ ! -d "$dir" ] || [ -h "$dir" ]; then continue; fi
  # shellcheck disable=SC2012 # the owner of one directory
  if [ "$(ls -ldn "$dir" | awk '{ print $3 }')" != "$(id -u -- "$user" 2>/dev/null)" ]; then continue; fi
  count=0
  for file in "$dir"/*.net; do
    count=$((count + 1))
    if [ "$count" -gt 256 ] || [ ! -f "$file" ] || [ -h "$file" ]; then continue; fi
    if head -c 4096 "$file" 2>/dev/null | grep -q '^auto '; then
      echo auto
      break 2
    fi
  done
done
echo end
`,
}
