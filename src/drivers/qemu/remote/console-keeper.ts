/**
 * A ctys that is on a console, or shows a screen, says so on its host: a process that lasts as long as it, whose words name
 * the QEMU and the user. Who wants the console sends it USR1, which the host allows to that account and root only, and it tells its ctys to
 * let go. What other processes call themselves is a claim: it is shown, and what they are sent does no harm.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

/** What of a machine a ctys has: its console, one that the machine ends with, or its screen. */
type Kind = 'ctys-console' | 'ctys-coupled' | 'ctys-screen'

/** Shell function `keepers KIND QEMU`: PID NAME of each, one a line. */
export const consoleKeepersFunction = `\
keepers() {
  # shellcheck disable=SC2013 # names of files without blanks
  for file in $(echo /proc/[0-9]*/cmdline | xargs grep -lF -e "$1" 2>/dev/null); do
    words=$(tr '\\0' '\\n' 2>/dev/null <"$file" | tail -n 3)
    case $words in
      "$1
$2
"*)
        pid=\${file#/proc/}
        echo "\${pid%/cmdline} \${words##*
}"
        ;;
    esac
  done
}
`

/**
 *   ctys-console QEMU NAME
 *   ctys-screen QEMU NAME
 *
 * Prints `on` at once, and `off NAME` when it is told to let go; NAME of whoever asked, or empty. Ends then, and with its
 * input.
 */
const keeperText = `\
set -u
LC_ALL=C
export LC_ALL
asker() {
  # shellcheck disable=SC2013 # names of files without blanks
  for file in $(grep -lF -e ctys-take /proc/[0-9]*/cmdline 2>/dev/null); do
    words=$(tr '\\0' '\\n' 2>/dev/null <"$file" | tail -n 3)
    case $words in
      "ctys-take
$1
"*)
        printf '%s' "\${words##*
}"
        return
        ;;
    esac
  done
}
exec 3<&0
# without a name of its own the input of a background command is empty
cat >/dev/null <&3 &
cat=$!
trap 'kill "$cat" 2>/dev/null; echo "off $(asker "$1")"; exit' USR1
trap 'kill "$cat" 2>/dev/null; exit' HUP INT TERM
echo on
wait "$cat"
`

export const consoleKeeperScript: RemoteScript = {name: 'ctys-console' satisfies Kind, text: keeperText}
export const screenKeeperScript: RemoteScript = {name: 'ctys-screen' satisfies Kind, text: keeperText}

const endFunctions = `\
is_same() { [ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20)" = "$2" ]; }
# end_process PID START: TERM, and KILL when it is there after two seconds
end_process() {
  kill "$1" || return 1
  n=0
  while is_same "$1" "$2"; do
    if [ "$n" = 10 ]; then kill -s KILL "$1"; fi
    if [ "$n" = 20 ]; then return 1; fi
    n=$((n + 1))
    sleep 0.2 2>/dev/null || sleep 1
  done
}
`

/**
 *   ctys-coupled QEMU NAME        its first line of input is when the QEMU was started, in ticks since the host was
 *
 * Of a machine that ends with its console: prints `on` at once. At the end of its input, whatever the reason, the QEMU is
 * ended, if it is still the one that was seen, and `ended` is printed. It lets nobody else have the console.
 */
export const coupledKeeperScript: RemoteScript = {
  name: 'ctys-coupled' satisfies Kind,
  text: `\
set -u
LC_ALL=C
export LC_ALL
trap '' HUP INT TERM USR1 PIPE
${endFunctions}
IFS= read -r start || exit 1
is_same "$1" "$start" || exit 1
echo on
cat >/dev/null
if is_same "$1" "$start"; then end_process "$1" "$start" || exit 1; fi
echo ended
`,
}

/**
 *   ctys-take QEMU NAME
 *
 * Asks every ctys that has those KINDS of that QEMU to let go, and waits up to five seconds until they have ended. Prints
 * how many were asked.
 */
function takeScript(...kinds: readonly Kind[]): RemoteScript {
  return {
    name: 'ctys-take',
    text: `\
set -u
LC_ALL=C
export LC_ALL
${consoleKeepersFunction}
all_keepers() { ${kinds.map((kind) => `keepers ${kind} "$1"`).join('; ')}; }
asked=0
for pid in $(all_keepers "$1" | cut -d ' ' -f 1); do
  kill -s USR1 "$pid" 2>/dev/null && asked=$((asked + 1))
done
echo "$asked"
n=0
while [ "$asked" -gt 0 ] && [ "$n" -lt 25 ] && [ -n "$(all_keepers "$1")" ]; do
  n=$((n + 1))
  sleep 0.2 2>/dev/null || sleep 1
done
`,
  }
}

export const consoleTakeScript = takeScript('ctys-console')
export const clientsTakeScript = takeScript('ctys-console', 'ctys-screen')

/**
 *   end-client PID START
 *
 * Ends a client of a console, if it is still the process that was seen: TERM, and KILL when it is there after two seconds.
 */
export const endClientScript: RemoteScript = {
  name: 'end-client',
  text: `\
set -u
${endFunctions}
is_same "$1" "$2" || exit 0
end_process "$1" "$2"
`,
}
