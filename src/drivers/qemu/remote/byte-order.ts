/**
 * Shell function: `byte_order` sets `swapped`, in front of an address of /proc/net/tcp, to `big:` on a host whose words
 * begin with the highest byte (s390x, ppc64, mips), and to nothing elsewhere. The kernel prints an address as the host
 * reads it (net/ipv4/tcp_ipv4.c), and uname -m does not tell the order of mips.
 */
export const byteOrderFunction = `\
# byte_order: sysfs tells it since Linux 6.2
byte_order() {
  swapped=''
  order=''
  { IFS= read -r order </sys/kernel/cpu_byteorder; } 2>/dev/null
  if [ -z "$order" ]; then
    # shellcheck disable=SC2046 # columns
    set -- $(printf '\\001\\000' | od -d 2>/dev/null)
    case \${2-} in *256) order=big ;; esac
  fi
  # shellcheck disable=SC2034 # told to the caller
  if [ "$order" = big ]; then swapped=big:; fi
}
`
