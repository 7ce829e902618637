/** A part of the look script (net-look.ts): programs of networks with their words, and what ctys wrote of networks. */
export const processesPart = `\
# process KIND DIRECTORY UID: what it is, and its words
process() {
  stat=$(first "$2/stat")
  kind=$1 d=$2 uid=$3
  # shellcheck disable=SC2086 # the fields of proc(5) behind the name
  set -- \${stat##*) }
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
    # shellcheck disable=SC2012 # the owner of one directory
    process server "/proc/$pid" "$(ls -ldn "/proc/$pid" 2>/dev/null | awk '{ print $3 }')"
  fi
done

# anybody may call a process so, and have many of them: KIND PID UID of some of each user
called() {
  for d in /proc/[0-9]*; do
    comm=''
    { IFS= read -r comm <"$d/comm"; } 2>/dev/null
    case $comm in
      vde_switch) echo "switch \${d#/proc/}" ;;
      wirefilter | vde_plug) echo "filter \${d#/proc/}" ;;
      qemu* | kvm | vde*) echo "other \${d#/proc/}" ;;
    esac
  done
}
some_of_each() {
  {
    printf '%s\\n' "$1"
    printf '%s\\n' "$1" | sed 's|.* |/proc/|' | xargs ls -ldn 2>/dev/null
  } | awk '
    NF == 2 { kind[$2] = $1; next }
    { pid = substr($NF, 7) }
    pid in kind && ++count[$3 " " kind[pid]] <= ($3 ? 64 : 4096) { print kind[pid], pid, $3 }'
}
some_of_each "$(called)" | while read -r kind pid uid; do
  began=''
  case $kind in switch | filter) process "$kind" "/proc/$pid" "$uid" ;; esac
  if [ "$kind" = switch ] && [ -n "$began" ] && [ "$((up - began))" -lt "$((5 * ticks))" ]; then say young "$pid"; fi
  grep -s -h '^iff:' "/proc/$pid"/fdinfo/* 2>/dev/null | while read -r _ link; do say open "$pid" "$link"; done
done

# records_of: UID USER of each directory of records that is its user's own; of one owner not many are asked about
records_of() {
  (cd "$base" && for d in ctys-net.*; do
    if [ -d "$d" ] && [ ! -h "$d" ]; then printf '%s\\n' "$d"; fi
  done | sed 's/[^A-Za-z0-9]/\\\\&/g' | xargs ls -ldn 2>/dev/null) |
    awk '$NF ~ /^ctys-net\\../ && count[$3]++ < 16 { print $3, substr($NF, 10) }' |
    while read -r uid user; do
      if [ "$(id -u -- "$user" 2>/dev/null)" = "$uid" ]; then echo "$uid $user"; fi
    done
}
records_of | while read -r uid user; do
  d=$base/ctys-net.$user count=0
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
