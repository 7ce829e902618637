/**
 * What a machine needs to be started, looked at and nothing changed. Arguments: the hypervisor it asks for (may be empty:
 * then any QEMU will do), its configuration, then what may be its wrapper, best first.
 *
 * Answer: `wrapper N`, the first of them that is an executable file, counted from 1; `locked N`, the first that is a
 * file at all, where none can be executed; or neither. Then what keeps that file from being executed all the same: `crlf`
 * (its first line ends as on Windows), `interpreter PATH` (it is not there) or `noexec DIR` (the file system is mounted
 * so, mount(8)). Then `qemu yes` or `qemu no`; then `release WORDS` if that hypervisor says one; then
 * `missing vde|tap|bridge NAME` for the network its key NET names and the host has not; then
 * `saved DATE IMAGE` for each image in which the machine is suspended (remote/saved.ts; DATE may be `-`).
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {savedFunctions} from './saved.js'

/** Where QEMU lives on hosts whose sshd gives a short PATH. */
export const searchPath = `\${PATH:-/usr/bin:/bin}:/opt/qemu/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/usr/libexec:/usr/pkg/bin`

export const locateScript: RemoteScript = {
  name: 'locate',
  text: `\
PATH=${searchPath}
starter=$1 config=$2
shift 2
LC_ALL=C
export LC_ALL
${savedFunctions}
has_qemu() {
  if [ -n "$starter" ]; then
    command -v "\${starter%% *}" >/dev/null 2>&1
    return
  fi
  IFS=:
  for dir in $PATH; do
    for qemu in "$dir"/qemu-system-* "$dir"/qemu-kvm "$dir"/kvm; do
      if [ -f "$qemu" ] && [ -x "$qemu" ]; then return 0; fi
    done
  done
  return 1
}
# executable FILE: tells what its first line or its mount makes of it
executable() {
  first=''
  { IFS= read -r first <"$1"; } 2>/dev/null
  cr=$(printf '\\r')
  case $first in
    '#!'*"$cr") echo crlf ;;
    '#!'*)
      interpreter=\${first#'#!'}
      interpreter=\${interpreter#"\${interpreter%%[! ]*}"}
      rest=\${interpreter#* }
      interpreter=\${interpreter%% *}
      if [ ! -x "$interpreter" ]; then
        echo "interpreter $interpreter"
      elif [ "\${interpreter##*/}" = env ] && ! command -v "\${rest%% *}" >/dev/null 2>&1; then
        case $rest in -* | *=*) ;; *) echo "interpreter \${rest%% *}" ;; esac
      fi
      ;;
  esac
  mount=$(df -P "$1" 2>/dev/null | awk 'NR == 2 { sub(/.*% */, ""); print }')
  if awk -v at="$mount" '$2 == at { f = $4 ~ /(^|,)noexec(,|$)/ } END { exit !f }' /proc/mounts 2>/dev/null; then
    echo "noexec $mount"
  fi
}
key_of() { sed -n 's/^#@#'"$1"'[[:space:]]*=[[:space:]]*"\\([^"]*\\)".*/\\1/p' "$2" 2>/dev/null | tail -n 1; }
net_of() {
  if [ "$(key_of NIC "$1")" = ';' ]; then return; fi
  net=$(key_of NET "$1")
  where=\${net#*:}
  if [ "$where" = "$net" ]; then where=''; fi
  case $net in
    vde | vde:*)
      where=\${where:-\${QEMUSOCK:-\${CTYS_SOCKBASE:-/var/tmp}/vde_switch0.$(id -un)}}
      # an address of another kind, such as vxvde://
      case $where in *://*) return ;; esac
      [ -e "$where" ] || printf 'missing vde %s\\n' "$where"
      ;;
    tap | tap:* | bridge | bridge:*)
      if [ ! -d /sys/class/net ]; then return; fi
      # a device file: its wrapper says what is wrong with it
      case $where in /*) return ;; esac
      case $net in tap*) where=\${where:-tap0} ;; *) where=\${where:-br0} ;; esac
      [ -e "/sys/class/net/$where" ] || printf 'missing %s %s\\n' "\${net%%:*}" "$where"
      ;;
  esac
}
look() {
  count=0 found='' locked='' file=''
  for wrapper; do
    count=$((count + 1))
    [ -f "$wrapper" ] || continue
    if [ -x "$wrapper" ]; then
      found=$count file=$wrapper
      break
    fi
    [ -n "$locked" ] || file=$wrapper
    locked=\${locked:-$count}
  done
  if [ -n "$found" ]; then echo wrapper "$found"; elif [ -n "$locked" ]; then echo locked "$locked"; fi
  [ -z "$file" ] || executable "$file"
  if has_qemu; then echo qemu yes; else echo qemu no; fi
  starter=\${starter%% *}
  case \${starter##*/} in
    qemu-system-* | qemu | qemu-kvm | kvm) echo "release $("$starter" -version 2>/dev/null </dev/null | head -n 1)" ;;
  esac
  net_of "$config"
  images_of "$config" tell_saved
}
tell_saved() {
  if saved_in "$1"; then printf 'saved %s %s\\n' "$date" "$1"; fi
}

look "$@" &
wait "$!"
`,
}
