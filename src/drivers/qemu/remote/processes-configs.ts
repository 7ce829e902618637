/**
 * Shell functions that look for the configurations of processes, beside their images and in their directories, and for
 * what speaks for a process being such a machine: `look_at PID` does it for one process of Linux. They touch what the
 * words of a stranger point to, so they can hang, and whatever they print must be bounded.
 */
import {holdsFunction} from './holds.js'

export const configFunctions = `\
soh=$(printf '\\001')
${holdsFunction}
# look PATH: prints the configuration files the naming rules allow for an image, and what speaks for this process
look() {
  path=$1
  # a line end in a word came as this
  case $path in *"$soh"*)
    path=$(printf '%s.' "$path" | tr '\\001' '\\n')
    path=\${path%.}
    ;;
  esac
  called=$path
  case $path in
    /*) ;;
    *)
      case $cwd in
        /*) path=$cwd/$path ;;
        *) return ;;
      esac
      ;;
  esac
  dir=\${path%/*}
  base=\${path##*/}
  config=''
  for prefix in "\${dir##*/}" "\${base%.*}" "$label"; do
    case $prefix in '' | */*) continue ;; esac
    for file in "$dir/$prefix.ctys" "$dir/$prefix.conf"; do
      case $seen in *"$nl$file$nl"*) continue ;; esac
      if [ -f "$file" ] && [ -r "$file" ]; then
        config=$file
        case $printed in *"$nl$file$nl"*) continue ;; esac
        printed=$printed$file$nl
        printf '%s\\000' config "$file"
        dd if="$file" bs=65536 count=1 2>/dev/null
        part
      else
        seen=$seen$file$nl
      fi
    done
  done
  # root needs no evidence
  if [ -z "$config" ] || [ "$uid" = 0 ]; then return; fi
  if holds "$path"; then
    printf '%s\\000' holds "$pid" "$called"
    part
    return
  fi
  # shellcheck disable=SC2012 # the owners of two files
  for id in $(ls -lLnd "$config" "$path" 2>/dev/null | awk '/^[-b]/ { print $3 }'); do
    printf '%s\\000' belongs "$config" "$id"
    part
  done
}

# plain TEXT: sets value to the path behind the protocols that stand before plain files
plain() {
  value=$1
  while :; do
    case $value in
      file:* | host_device:* | host_cdrom:*) value=\${value#*:} ;;
      *) return ;;
    esac
  done
}

# started_in: QEMU leaves its directory (-daemonize, -chroot); an open file that a word names without a directory tells
# which it was: sets cwd to it and says so
started_in() {
  case $cwd in /*) ;; *) return ;; esac
  case $wide in *" \${pid:-none} "*) return ;; esac
  links=''
  for hint in $hints$opened; do
    plain "$hint"
    value=\${value#./}
    case $value in '' | /* | -*) continue ;; esac
    if [ -e "$cwd/$value" ]; then return; fi
    # shellcheck disable=SC2012 # where they lead
    [ -n "$links" ] || links=$(ls -ln "/proc/\${pid:-none}/fd/" 2>/dev/null | sed -n 's/^l.* -> \\//\\//p')$nl
    case $links in *"/$value$nl"*) ;; *) continue ;; esac
    start_dir=\${links%%"/$value$nl"*}
    start_dir=\${start_dir##*"$nl"}
    if [ -z "$start_dir" ] || [ ! -e "$start_dir/$value" ]; then continue; fi
    cwd=$start_dir
    printf '%s\\000' place "$pid" "$cwd"
    part
    return
  done
}

# its name, the file of its pid and 64 places to look at, in the words of an argv, one a line; no machine has more images
# shellcheck disable=SC2016 # for awk
read_hints='
function add(path) { if (path != "" && count++ < 64) hints = hints "\\nh" path }
# up to the first single comma
function value(text) {
  gsub(/,,/, "\\002", text)
  sub(/,.*/, "", text)
  gsub(/\\002/, ",", text)
  return text
}
function behind(text, key) { return substr(text, index(text, key) + length(key)) }
{
  if (before ~ /^--?name$/) {
    label = $0
    sub(/.*,guest=/, "", label)
    sub(/^guest=/, "", label)
    label = value(label)
  }
  if (before ~ /^--?pidfile$/) opened = $0
  if (before ~ /^--?readconfig$/) configs = configs "\\nc" $0
  if (before ~ /^--?(hda|kernel|cdrom)$/) add($0)
  if ($0 ~ /(^|[,.])filename=/) add(value(behind($0, "filename=")))
  else if (index($0, "\\"filename\\":")) {
    # a node as JSON object; the writers of QEMU escape no slash
    text = behind(behind($0, "\\"filename\\":"), "\\"")
    sub(/".*/, "", text)
    add(text)
  } else if ($0 ~ /(^|,)file=/) add(value(behind($0, "file=")))
  # a bare word; the value of an option is none, nor is the next option
  if (before != "" && before !~ /^-/ && $0 !~ /^-/) add($0)
  before = $0
}
END {
  if (before !~ /^-/) add(before)
  print "l" label "\\no" opened configs hints
}'

# read_config FILE: what QEMU read there (-readconfig), where that is a file of this user, or one of root that everybody
# may read, and has not changed since: tells it, and adds what it names to hints and label
booted=''
read_config() {
  case $1 in *"$soh"*) return ;; esac
  case $1 in
    /*) file=$1 ;;
    *)
      case $cwd in
        /*) file=$cwd/$1 ;;
        *) return ;;
      esac
      ;;
  esac
  [ -n "$pid" ] || return
  facts=$(stat -L -c '%F:%u:%a:%Z' "$file" 2>/dev/null)
  case $facts in "regular file:$uid:"* | "regular file:0:"*[4567]:*) ;; *) return ;; esac
  if [ -z "$booted" ]; then
    booted=$(awk '$1 == "btime" { print $2 }' /proc/stat 2>/dev/null)
    ticks=$(getconf CLK_TCK 2>/dev/null) || ticks=100
  fi
  stat_of "$pid" || return
  # the clock of files and the one of processes are a second apart at times
  [ "\${facts##*:}" -le "$((\${booted:-0} + start / ticks + 2))" ] || return
  printf '%s\\000' readconfig "$pid" "$1"
  dd if="$file" bs=65536 count=1 2>/dev/null
  part
  rows=$(dd if="$file" bs=65536 count=1 2>/dev/null | awk '
    /^\\[/ {
      group = substr($0, 2)
      sub(/[] ].*/, "", group)
      next
    }
    match($0, /"[^"]*"/) {
      value = substr($0, RSTART + 1, RLENGTH - 2)
      if ($1 ~ /(^|\\.)(file|filename)$/ && count++ < 64) print "file " value
      if (group == "name" && $1 == "guest") print "name " value
    }')
  while IFS= read -r row; do
    case $row in
      'name '*) label=\${row#name } ;;
      'file '*) hints=$hints\${row#file }$nl ;;
    esac
  done <<ROWS
$rows
ROWS
}

# look_around: reads the words of an argv, one a line
look_around() {
  label='' hints='' opened='' configs=''
  found=$(awk "$read_hints")
  IFS=$nl
  for line in $found; do
    case $line in
      l*) label=\${line#l} ;;
      o*) opened=\${line#o}$nl ;;
      c*) configs=$configs\${line#c}$nl ;;
      *) hints=$hints\${line#h}$nl ;;
    esac
  done
  started_in
  for line in $configs; do
    IFS=$blanks
    read_config "$line"
    IFS=$nl
  done
  for hint in $hints; do
    plain "$hint"
    look "$value"
  done
  # a machine whose disks lie elsewhere is started in the directory of its configuration
  case $cwd in /*) look "$cwd/" ;; esac
}

# words_of PID BYTES: the first of its words; whoever started a process may have given it millions
words_of() { dd if="/proc/$1/cmdline" bs="$2" count=1 2>/dev/null; }

# look_at PID
look_at() {
  pid=$1
  # the paths of another mount namespace are not those of this host
  case $strange in *" $pid "*) return ;; esac
  [ -r "/proc/$pid/cmdline" ] || return
  place_of "$pid"
  # an empty word points to no file, and shells read byte by byte
  { words_of "$pid" 32768 | tr -s '\\000\\n' '\\n\\001' | look_around; } 2>/dev/null
}
`
