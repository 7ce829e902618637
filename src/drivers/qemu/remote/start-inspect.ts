/** Part of the start script (start.ts): the last look at the processes, under the lease, and a display that is free. */
export const inspectStep = `\
dashed=$(printf %s "$uuid" | sed 's/^\\(.\\{8\\}\\)\\(.\\{4\\}\\)\\(.\\{4\\}\\)\\(.\\{4\\}\\)/\\1-\\2-\\3-\\4-/')
# words_us: reads the words of a process, one a line; says us where they are those of this machine, asks where they
# only ask QEMU for something
words_us() {
  us_label=$label us_uuid=$uuid us_dashed=$dashed us_stem=\${config%.*} awk '
    function has(text) { return text != "" && index(tolower($0), tolower(text)) }
    before ~ /^--?name$/ {
      name = $0
      sub(/^(.*,)?guest=/, "", name)
      sub(/,.*/, "", name)
      if (name == ENVIRON["us_label"]) us = 1
    }
    has(ENVIRON["us_uuid"]) || (ENVIRON["us_uuid"] != "" && has(ENVIRON["us_dashed"])) { us = 1 }
    index($0, ENVIRON["us_stem"]) { us = 1 }
    /^--?(version|h|help)$/ || (before ~ /^-/ && /(^|[,=])(help|\\?)$/) { asks = 1 }
    { before = $0 }
    END { if (us) print "us"; else if (asks) print "asks" }'
}
words_of() { dd if="/proc/$1/cmdline" bs=65536 count=1 2>/dev/null | tr '\\000\\n' '\\n\\001' | words_us; }
# says PID: what words_us tells of a process of this account
says() {
  if [ -n "$linux" ]; then words_of "$1"; else ps -ww -o args= -p "$1" 2>/dev/null | tr ' ' '\\n' | words_us; fi
}
# names_us PID: it has the name or the UUID of this machine, or files or the directory of it: the caller judges it then.
# What hangs and does not say so is not waited for, nor is what others have by the hundred.
strangers=0
names_us() {
  if [ -z "$linux" ]; then
    us=$(says "$1")
  else
    # shellcheck disable=SC3067 # dash, bash, busybox and mksh have it
    [ -O "/proc/$1" ] || strangers=$((strangers + 1))
    [ "$strangers" -le 256 ] || return 1
    us=$(watched words_of "$1")
    if [ "$us" != us ] && [ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$dir" ]; then us=us; fi
  fi
  [ "$us" = us ]
}
judge() {
  case $2 in
    *qemu-system-* | qemu | qemu-kvm | kvm | kvm-spice) ;;
    ld-linux* | ld-musl-* | ld64.so* | ld.so* | ld-[0-9]*) is_qemu "$1" || return 0 ;;
    *) return 0 ;;
  esac
  case " $known " in *" $1 "*) return 0 ;; esac
  if names_us "$1"; then stop changed; fi
}
if [ -n "$linux" ]; then
  for file in /proc/[0-9]*/comm; do
    { IFS= read -r name <"$file"; } 2>/dev/null || continue
    file=\${file%/comm}
    judge "\${file##*/}" "$name"
  done
  # one that was given another name (-name process=) is seen by its executable
  # shellcheck disable=SC2010 # a name that breaks the line can only make a candidate
  links=$(echo /proc/[0-9]*/exe | xargs ls -ln 2>/dev/null | grep -E -e '-> .*/[^/]*(qemu|kvm)')
  while read -r link; do
    pid=\${link#*' /proc/'}
    pid=\${pid%%/*}
    case $pid in '' | *[!0-9]*) continue ;; esac
    if is_qemu "$pid"; then judge "$pid" qemu; fi
  done <<LINKS
$links
LINKS
else
  while read -r pid name; do judge "$pid" "$name"; done <<TABLE
$(ps -A -o pid= -o comm=)
TABLE
fi

ports() {
  if [ -r /proc/net/tcp ]; then
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
      $4 == "0A" {
        port = $2
        sub(/.*:/, "", port)
        n = 0
        for (i = 1; i <= length(port); i++) n = n * 16 + index("0123456789ABCDEF", substr(port, i, 1)) - 1
        print n
      }'
  else
    netstat -an 2>/dev/null | awk '/LISTEN/ { n = split($4, part, /[.:]/); print part[n] }'
  fi
}
# listens PORT: nothing is said with certainty on a host that shows no sockets
listens() {
  for port in $(ports); do
    if [ "$port" = "$1" ]; then return 0; fi
  done
  return 1
}
free() {
  case " $taken " in *" $1 "*) return 1 ;; esac
  case "$busyports" in *" $((5900 + $1)) "*) return 1 ;; esac
  take "$private/vnc.$1.lock" || return 1
  reserved=$private/vnc.$1.lock
}
if [ -n "$display" ]; then
  busyports=" $(ports | tr '\\n' ' ') "
  if [ "$display" = auto ]; then
    display=''
    n=$first
    while [ -z "$display" ] && [ "$n" -lt $((first + 1000)) ]; do
      if free "$n"; then display=$n; fi
      if [ -n "$full" ]; then stop full "$private"; fi
      n=$((n + 1))
    done
  elif ! free "$display"; then
    display=''
  fi
  [ -n "$display" ] || stop nodisplay
  set -- "$@" "--vncaccessdisplay=$display"
fi
`
