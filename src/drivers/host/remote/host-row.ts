/**
 * What LIST of the classic call shows of the host itself, in lines `P key value` (remote/host-facts.ts), and besides
 *
 *   P exact RELEASE           Debian's own number, which is longer than the one in os-release
 *   P virtual 1               the processors can run guests of their own (vmx, svm)
 *   F                         the rest is /etc/ctys.d/pm.conf, at most 64 KiB
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {hostFacts} from './host-facts.js'

export const hostRowScript: RemoteScript = {
  name: 'host-row',
  maxBytes: 256 * 1024,
  text: `\
LC_ALL=C
export LC_ALL
try() { "$@" >/dev/null 2>&1; }
mark() { :; }
${hostFacts}
tell_facts
if [ -r /etc/debian_version ]; then printf 'P exact %s\\n' "$(dd if=/etc/debian_version bs=64 count=1 2>/dev/null)"; fi
if grep -E -q -e '^flags.* (vmx|svm)( |$)' /proc/cpuinfo 2>/dev/null; then echo 'P virtual 1'; fi
if [ -f /etc/ctys.d/pm.conf ] && [ -r /etc/ctys.d/pm.conf ]; then
  echo F
  dd if=/etc/ctys.d/pm.conf bs=65536 count=1 2>/dev/null
fi
exit 0
`,
}
