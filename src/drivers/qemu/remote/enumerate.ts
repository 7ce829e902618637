/**
 * Lists the configuration files below each base and gives the contents of those that are new; it does not judge them.
 * Arguments: SINCE, DIGEST, FACTS, then the bases; an absolute one is taken as it is, any other starts at $HOME. A base
 * may also be one file, whatever its name.
 *
 * Answer, line by line (where `%` is %25 and a line feed %0A the path is marked with *):
 *   C seconds                     the clock of this host
 *   =                             the listing has this DIGEST (as cksum(1) prints it); nothing more follows
 *   B path*                       a base begins
 *   M, N, U, K                    it is missing, neither file nor directory, not readable; the search was killed
 *   D path*                       a directory in it that cannot be read
 *   S inode size mtime ctime path a file that may be a configuration; T: the same, and it was asked for by its name
 *   O path*                       the same, with a line feed in its path
 *   L line                        its content, when mtime or ctime is not before SINCE; then E = complete, R = it could
 *                                 not be read, X = it is no configuration (given instead of the content)
 *   G, P key value                with FACTS: this host begins, a fact of it
 *   Z                             everything was said
 * The listing is all of that from the first B to Z, without L, E, R and X.
 *
 * Names: *.ctys, *-qemud.rc (qemu-init), and *.conf, *.cfg and names without a dot below a directory xen when a look
 * inside shows a configuration of QEMU or Xen. Symbolic links are followed for the base alone, so there are no loops;
 * mounts are entered. What find(1) and stat(1) say goes to stderr. stat(1) is in no standard: GNU and busybox know -c,
 * the BSDs -f; where neither is, cksum(1) stands in for inode and times, and where that is missing too, files are given
 * as O, always with their content.
 *
 * The work is done by a child, so that a wedged mount stops the child and this shell can still be ended. find starts
 * its helpers for many files at once: a thousand machines cost a handful of processes.
 */
import type {RemoteScript} from '../../../domain/ports.js'
import {hostFacts} from './host-facts.js'

export const enumerateScript: RemoteScript = {
  name: 'enumerate',
  text: `\
LC_ALL=C
export LC_ALL
nl='
'
since=$1
known=$2
facts=$3
shift 3
paths='
BEGIN {
  for (i = 2; i < ARGC; i++) {
    gsub(/%/, "%25", ARGV[i])
    gsub(/\\n/, "%0A", ARGV[i])
    print ARGV[1] " " ARGV[i]
  }
}'
# shellcheck disable=SC2016 # a program of awk
give='
function look(path, always,   n, k, got, line, named, xen) {
  n = named = xen = 0
  while ((got = (getline line < path)) > 0) {
    lines[n++] = line
    if (always) continue
    if (line ~ /^#@#MAGICID-(QEMU|XEN)/) always = 1
    else if (line ~ /^[ \\t]*name[ \\t]*=/) named = 1
    else if (line ~ /^[ \\t]*(kernel|bootloader|builder|type|firmware|disk|vif)[ \\t]*=/) xen = 1
    if (named && xen) always = 1
  }
  close(path)
  if (got < 0) {
    print "R"
  } else if (always) {
    for (k = 0; k < n; k++) print "L" lines[k]
    print "E"
  } else {
    print "X"
  }
}
{ print }
/^[ST] / {
  split($0, part, " ")
  if (part[3] + 0 > 262144 || (part[4] + 0 < since && part[5] + 0 < since)) next
  path = $0
  for (i = 0; i < 5; i++) path = substr(path, index(path, " ") + 1)
  look(path, part[1] == "T" || path ~ /(\\.ctys|-qemud\\.rc)$/)
}
/^O / {
  path = substr($0, 3)
  gsub(/%0A/, "\\n", path)
  gsub(/%25/, "%", path)
  look(path, path ~ /(\\.ctys|-qemud\\.rc)$/)
}'
put() {
  case $2 in
    *%* | *"$nl"*) awk "$paths" "$1" "$2" ;;
    *) printf '%s %s\\n' "$1" "$2" ;;
  esac
}
# shellcheck disable=SC2016 # expanded by the shell it is given to
closed='
paths=$1
shift
for d in "$@"; do
  if [ ! -r "$d" ] || [ ! -x "$d" ]; then awk "$paths" D "$d"; fi
done'
# shellcheck disable=SC2016
sums='
tag=$1
shift
for f in "$@"; do
  if [ -r "$f" ]; then cksum "$f"; else printf "0 0 %s\\n" "$f"; fi
done | sed "s/^\\([0-9]* [0-9]*\\) /$tag \\1 0 0 /"'
# mark TAG FIND-ARGUMENT...: an S or T line for each of these files
if stat -c %i / >/dev/null 2>&1; then
  mark() { tag=$1; shift; find "$@" -exec stat -c "$tag %i %s %Y %Z %n" {} +; }
elif stat -f %i / >/dev/null 2>&1; then
  mark() { tag=$1; shift; find "$@" -exec stat -f "$tag %i %z %m %c %N" {} +; }
elif command -v cksum >/dev/null 2>&1; then
  mark() { tag=$1; shift; find "$@" -exec sh -c "$sums" sh "$tag" {} +; }
else
  mark() { shift; find "$@" -exec awk "$paths" O {} +; }
fi
${hostFacts}
list() {
  for base in "$@"; do
    case $base in
      /*) ;;
      '') base=\${HOME:-/nonexistent} ;;
      *) base=\${HOME:-/nonexistent}/$base ;;
    esac
    put B "$base"
    if [ -d "$base" ]; then
      if [ -r "$base" ] && [ -x "$base" ]; then
        mark S -H "$base" \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o \\
          -type d -exec sh -c "$closed" sh "$paths" {} + -o ! -type f -o \\
          ! -name '*.ctys' ! -name '*-qemud.rc' ! -name '*.conf' ! -name '*.cfg' \\
          ! \\( -path '*/xen/*' ! -name '*.*' ! -size +512 \\) -o \\
          -path "*$nl*" -exec awk "$paths" O {} + -o
        if [ $? -gt 125 ]; then echo K; fi
      else
        echo U
      fi
    elif [ -f "$base" ]; then
      case $base in
        *"$nl"*) put O "$base" ;;
        *) mark T -H "$base" ;;
      esac
    elif [ -e "$base" ]; then
      echo N
    else
      echo M
    fi
  done
  if [ -n "$facts" ]; then tell_facts; fi
  echo Z
}
work() {
  date '+C %s'
  if [ -n "$known" ] && command -v cksum >/dev/null 2>&1 && [ "$(list "$@" | cksum)" = "$known" ]; then
    echo '='
  else
    list "$@" | awk -v since="$since" "$give"
  fi
}
work "$@" &
wait "$!"
`,
}
