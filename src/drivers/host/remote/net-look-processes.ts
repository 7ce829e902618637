/** A part of the look script (net-look.ts): programs of networks with their words, and what ctys wrote of networks. */
export const processesPart = `\
# process KIND DIRECTORY: what it is, and its words
process() {
  stat=$(first "$2/stat")
  kind=$1 d=$2
  # shellcheck disable=SC2086 # the fields of proc(5) behind the name
  set -- \${stat##*) }
  # shellcheck disable=SC2012 # the owner of one directory
  uid=$(ls -ldn "$d" 2>/dev/null | awk '{ print $3 }')
  if [ -z "\${20-}" ] || [ -z "$uid" ]; then return; fi
  who "$uid"
  began=\${20}
  say "$kind" "\${d#/proc/}" "$began" "$uid"
  head -c 4096 "$d/cmdline" 2>/dev/null | tr '\\n\\0' '?\\n' | sed 's/^/word /'
}
# the time since the host was started, in ticks (proc(5), uptime)
ticks=$(getconf CLK_TCK 2>/dev/null) || ticks=100
up=0
if { IFS=' .' read -r up _ </proc/uptime; } 2>/dev/null; then up=$((up * ticks)); fi
# root alone writes there
for file in /run/ctys-segments/*.pid; do
  pid=$(first "$file")
  case $pid in '' | *[!0-9]*) continue ;; esac
  if tr '\\n\\0' '?\\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -x -F -e "--pid-file=$file"; then
    process server "/proc/$pid"
  fi
done
count=0
for d in /proc/[0-9]*; do
  comm=''
  { IFS= read -r comm <"$d/comm"; } 2>/dev/null
  case $comm in
    vde_switch)
      # anybody may call a process so
      count=$((count + 1))
      if [ "$count" -gt 256 ]; then continue; fi
      began=''
      process switch "$d"
      if [ -n "$began" ] && [ "$((up - began))" -lt "$((5 * ticks))" ]; then say young "\${d#/proc/}"; fi
      ;;
    wirefilter)
      count=$((count + 1))
      if [ "$count" -gt 256 ]; then continue; fi
      process filter "$d"
      ;;
    qemu* | kvm | vde*) ;;
    *) continue ;;
  esac
  grep -s -h '^iff:' "$d"/fdinfo/* 2>/dev/null | while read -r _ link; do say open "\${d#/proc/}" "$link"; done
done

count=0
for d in "$base"/ctys-net.*; do
  if [ ! -d "$d" ] || [ -h "$d" ]; then continue; fi
  user=\${d##*/ctys-net.}
  # shellcheck disable=SC2012 # the owner of one directory
  uid=$(ls -ldn "$d" 2>/dev/null | awk '{ print $3 }')
  if [ "$(id -u -- "$user" 2>/dev/null)" != "$uid" ]; then continue; fi
  for file in "$d"/*.join; do
    count=$((count + 1))
    if [ "$count" -gt 256 ] || [ ! -f "$file" ] || [ -h "$file" ]; then continue; fi
    joined=\${file##*/}
    joined=\${joined%.join}
    case $joined in '' | *[!A-Za-z0-9_.-]*) continue ;; esac
    id='' pid='' began='' by='' live=dead
    { read -r id pid began by <"$file"; } 2>/dev/null
    case $id$pid$began in '' | *[!0-9a-f]*) continue ;; esac
    stat=$(first "/proc/$pid/stat")
    # shellcheck disable=SC2086 # the fields of proc(5) behind the name
    set -- \${stat##*) }
    if [ "\${20-}" = "$began" ] && [ "\${1-Z}" != Z ]; then live=live; fi
    say join "$uid" "$user" "$joined" "$live" "$pid" "$id" "$by"
  done
  for file in "$d"/*.net; do
    count=$((count + 1))
    if [ "$count" -gt 256 ] || [ ! -f "$file" ] || [ -h "$file" ]; then continue; fi
    record=\${file##*/}
    record=\${record%.net}
    # what anybody may have put there is no line of this answer
    case $record in '' | *[!A-Za-z0-9_.-]*) continue ;; esac
    say record "$uid" "$user" "$record"
    head -c 4096 "$file" 2>/dev/null | sed 's/^/has /'
    echo
  done
done`
