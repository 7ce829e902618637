/**
 * What a machine needs to be started, looked at and nothing changed. Arguments: the configuration file, the wrapper
 * beside it, the hypervisor it asks for (may be empty: then any QEMU will do).
 *
 * Answer: `wrapper WHICH`, which is sh (the wrapper), self (the configuration is executable itself), locked (the wrapper
 * is there but not executable) or none; then `qemu yes` or `qemu no`; then `release WORDS` if that hypervisor says one.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

/** Where QEMU lives on hosts whose sshd gives a short PATH. */
export const searchPath = `\${PATH:-/usr/bin:/bin}:/opt/qemu/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/usr/libexec:/usr/pkg/bin`

export const locateScript: RemoteScript = {
  name: 'locate',
  text: `\
PATH=${searchPath}
config=$1 wrapper=$2 starter=$3
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
look() {
  if [ -f "$wrapper" ] && [ -x "$wrapper" ]; then
    echo wrapper sh
  elif [ -f "$config" ] && [ -x "$config" ]; then
    echo wrapper self
  elif [ -f "$wrapper" ]; then
    echo wrapper locked
  else
    echo wrapper none
  fi
  if has_qemu; then echo qemu yes; else echo qemu no; fi
  starter=\${starter%% *}
  case \${starter##*/} in
    qemu-system-* | qemu | qemu-kvm | kvm) echo "release $("$starter" -version 2>/dev/null </dev/null | head -n 1)" ;;
  esac
}
look &
wait "$!"
`,
}
