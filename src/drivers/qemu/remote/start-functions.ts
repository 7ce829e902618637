/**
 * Shell functions shared by the scripts that start a machine and that end a start. A process is ours when its
 * environment holds the token of our start (proc(5) environ), when the log of our start is its output, when it is the
 * launcher itself by pid and start time, or when it is in the session of a launcher that lives.
 *
 * What belongs to one user of one host alone lies in a directory of his that nobody else can write, and so nobody else
 * can put a FIFO, a link or a false owner there.
 */
import {statFunction} from './processes-stat.js'
import {renamedFunctions} from './renamed.js'

export const startFunctions = `\
${statFunction}
linux=''
if [ -r /proc/self/stat ] && [ -r /proc/self/comm ]; then linux=1; fi
slept=0
nap() {
  sleep 0.05 2>/dev/null || {
    sleep 1
    slept=$((slept + 19))
  }
  slept=$((slept + 1))
}
# clock: sets time, in seconds of a clock that nobody can set: since the host was started, else by how long we slept
# shellcheck disable=SC2034 # told to the caller
clock() {
  if [ -n "$linux" ] && { IFS=' .' read -r time _ </proc/uptime; } 2>/dev/null; then return; fi
  time=$((slept / 20))
}

# started_at PID: sets start; fails when the process is gone or a zombie
started_at() {
  if [ -n "$linux" ]; then
    stat_of "$1" || return 1
    case $state in Z | X | x) return 1 ;; esac
  else
    start=$(ps -o lstart= -p "$1" 2>/dev/null) || return 1
    case $(ps -o stat= -p "$1" 2>/dev/null) in '' | Z*) return 1 ;; esac
  fi
}

renamed=' '
# is_qemu PID
is_qemu() {
  program=''
  if [ -n "$linux" ]; then
    program=$(readlink "/proc/$1/exe" 2>/dev/null) || read -r program 2>/dev/null <"/proc/$1/comm" || return 1
  else
    program=$(ps -o comm= -p "$1" 2>/dev/null) || return 1
  fi
  program=\${program%' (deleted)'}
  case \${program##*/} in
    ld-linux* | ld-musl-* | ld64.so* | ld.so* | ld-[0-9]*) [ -z "$linux" ] || program=$(loaded "$1") ;;
  esac
  case \${program##*/} in *qemu-system-* | qemu | qemu-kvm | kvm | kvm-spice) return 0 ;; esac
  # under another name
  case $renamed in *" $1 "*) return 0 ;; esac
  case $linux$program in 1/usr/bin/* | 1/bin/* | 1/usr/lib* | 1/lib* | 1/usr/sbin/* | 1/sbin/*) return 1 ;; 1/*) ;; *) return 1 ;; esac
  if [ "$(shaped "/proc/$1/cmdline")" != "$1" ] || ! says_qemu "$1"; then return 1; fi
  renamed="$renamed$1 "
}
${renamedFunctions}

# loaded PID: the program that the dynamic loader was told to run (ld.so(8))
loaded() {
  dd if="/proc/$1/cmdline" bs=4096 count=1 2>/dev/null | tr '\\000\\n' '\\n\\001' | awk '
    NR == 1 { next }
    skip { skip = 0; next }
    /^--?(library-path|inhibit-rpath|audit|preload|argv0|glibc-hwcaps-prepend|glibc-hwcaps-mask)$/ { skip = 1; next }
    /^-/ { next }
    { print; exit }'
}

# holders TEXT FILE...: prints the files that hold the text, whose names have no blanks (awk: grep of busybox does not
# look behind a NUL). 64 MiB are read in all: one user can give each of a thousand processes an environment of 6 MiB (execve(2)).
holders() {
  text=$1
  shift
  echo "$@" | awk -v text="$text" '{
    left = 67108864
    count = split($0, files, " ")
    for (i = 1; i <= count && left > 0; i++) {
      found = 0
      while (!found && left > 0 && (getline line < files[i]) > 0) {
        left -= length(line) + 1
        found = index(line, text)
      }
      close(files[i])
      if (found) print files[i]
    }
  }' 2>/dev/null
}

# environments: sets files to what holders reads: our own processes first, so that nobody else uses up its bytes
environments() {
  own='' others=''
  for file in /proc/[0-9]*/environ; do
    # shellcheck disable=SC3067 # dash, bash, busybox and mksh have it
    if [ -O "$file" ]; then own="$own $file"; else others="$others $file"; fi
  done
  files=$own
  # a wrapper of root may have started it as another user; nobody else can read what is not his
  if [ "$(id -u)" = 0 ]; then files="$own$others"; fi
}

# links_to TARGET LINK...: prints the links of /proc that lead there
links_to() {
  to=$1
  shift
  # shellcheck disable=SC2012 # a name that breaks the line has no match
  echo "$@" | xargs ls -ln 2>/dev/null | awk 'BEGIN { to = " -> " ARGV[1]; ARGV[1] = "" }
    length($0) > length(to) && substr($0, length($0) - length(to) + 1) == to {
      sub(/ -> .*/, "")
      print substr($0, index($0, "/proc/"))
    }' "$to" -
}

# in_session SESSION STAT...: prints the pids of that session, some twice: an awk that ends at a process that is gone when
# it reads (mawk) is called again
in_session() {
  for _ in 1 2 3 4 5; do
    if pids_in "$@"; then break; fi
  done
}
pids_in() {
  wanted=$1
  shift
  echo "$@" | awk -v wanted="$wanted" '{
    count = split($0, files, " ")
    for (n = 1; n <= count; n++) {
      text = ""
      while ((getline line < files[n]) > 0) text = text " " line
      close(files[n])
      sub(/^.*\\) /, "", text)
      if (split(text, field, " ") < 20 || field[4] != wanted) continue
      split(files[n], part, "/")
      print part[3]
    }
  }' 2>/dev/null
}

# ours TOKEN LAUNCHER START LOG (start-log.ts): sets pids to the processes of that start; all but the first may be empty
ours() {
  pids='' session=''
  if [ -n "$2" ] && started_at "$2" && [ "$start" = "$3" ]; then pids=" $2" session=$2; fi
  if [ -n "$linux" ]; then
    environments
    # shellcheck disable=SC2013,SC2086 # words: these names hold no blanks
    for file in $(holders "CTYS_START=$1" $files) \
      $([ -z "\${4-}" ] || links_to "$4.pipe (deleted)" /proc/[0-9]*/fd/1 /proc/[0-9]*/fd/2); do
      file=\${file#/proc/}
      pids="$pids \${file%%/*}"
    done
    [ -z "$session" ] || pids="$pids $(in_session "$session" /proc/[0-9]*/stat)"
  elif [ -n "$pids" ]; then
    pids="$pids $(ps -A -o pid= -o sess= 2>/dev/null | awk -v "s=$2" '$2 == s { print $1 }')"
  fi
}

# private_dir PATH: makes the directory where it is missing and sets private to it. Fails where it cannot be made, and
# where something of another user or writable for one is there, with its owner and name in inway.
private=''
inway=''
private_dir() {
  inway=''
  mkdir -m 700 "$1" 2>/dev/null
  # shellcheck disable=SC2012 # type, mode and owner of one directory, links not followed
  facts=$(ls -ldn "$1" 2>/dev/null | awk 'NR == 1 { print $1, $3 }')
  [ -n "$facts" ] || return 1
  case $facts in
    d????-??-?*" $(id -u)")
      case $facts in d???------*) ;; *) chmod 700 "$1" || return 1 ;; esac
      # shellcheck disable=SC2034 # told to the caller
      private=$1
      ;;
    *)
      # shellcheck disable=SC2012,SC2034 # the owner of one file; told to the caller
      inway=$(ls -ld "$1" 2>/dev/null | awk 'NR == 1 { print $3 }')" $1"
      return 1
      ;;
  esac
}

# take LOCK, in a private directory: 0 = it is ours now; 1 = a living process has it, or it cannot be made (full tells).
# It is a file made with O_EXCL (noclobber) that holds pid and start time of its owner, so that the lock of a dead owner is
# taken over: whoever renames it away has it. An owner that ended between making and filling the file left it empty; it
# is taken over after forty looks at an empty one.
empty=0
# shellcheck disable=SC2034 # told to the caller
full=''
take() {
  started_at "$$"
  me="$$ $start"
  for _ in 1 2 3; do
    if (set -C && : >"$1") 2>/dev/null; then
      echo "$me" 2>/dev/null >>"$1"
      owner=''
      { IFS= read -r owner <"$1"; } 2>/dev/null
      if [ "$owner" = "$me" ]; then return 0; fi
      # we were too slow, and it was taken over as an empty one
      [ -z "$owner" ] || return 1
      rm -f "$1"
      # shellcheck disable=SC2034 # told to the caller
      full=1
      return 1
    fi
    owner=''
    { IFS= read -r owner <"$1"; } 2>/dev/null
    case $owner in
      '')
        empty=$((empty + 1))
        [ -e "$1" ] && [ "$empty" -gt 40 ] || return 1
        empty=0
        ;;
      *) if started_at "\${owner%% *}" && [ "$start" = "\${owner#* }" ]; then return 1; fi ;;
    esac
    mv "$1" "$1.$$" 2>/dev/null || continue
    moved=''
    { IFS= read -r moved <"$1.$$"; } 2>/dev/null
    if [ "$moved" != "$owner" ]; then ln "$1.$$" "$1" 2>/dev/null; fi
    rm -f "$1.$$"
  done
  return 1
}
`
