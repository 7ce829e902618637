/**
 * Finds the configuration files below each base and prints them; it does not judge them. Arguments: the bases; an
 * absolute one is taken as it is, any other starts at $HOME. A base may also be one file, whatever its name.
 *
 * Answer, line by line (in paths `%` is %25 and a line feed %0A, so every frame is one line):
 *   B path   a base begins        M, N, U  it is missing, neither file nor directory, not readable
 *   D path   a directory in it that cannot be read
 *   H path   a *.ctys file that is too large
 *   F path   a file; its lines follow, each behind an `L`; then E = complete, R = it could not be read
 *   Z        everything was said
 * *.ctys files are always given, *.conf files only with a line that begins with `#@#MAGICID-QEMU`. What find(1) says
 * goes to stderr. Symbolic links are followed for the base alone, so there are no loops; mounts are entered.
 *
 * The work is done by a child, so that a wedged mount stops the child and this shell can still be ended. find starts
 * awk for many files at once: a thousand machines cost a handful of processes.
 */
import type {RemoteScript} from '../../../domain/ports.js'

export const enumerateScript: RemoteScript = {
  name: 'enumerate',
  text: `\
LC_ALL=C
export LC_ALL
nl='
'
encode='
function put(tag, path) {
  gsub(/%/, "%25", path)
  gsub(/\\n/, "%0A", path)
  print tag " " path
}
'
one=$encode'BEGIN { put(ARGV[1], ARGV[2]) }'
huge=$encode'BEGIN { for (i = 1; i < ARGC; i++) put("H", ARGV[i]) }'
give=$encode'BEGIN {
  for (i = 1; i < ARGC; i++) {
    path = ARGV[i]
    always = !(path ~ /\\.conf$/)
    wanted = always
    n = 0
    while ((got = (getline line < path)) > 0) {
      lines[n++] = line
      if (index(line, "#@#MAGICID-QEMU") == 1) wanted = 1
    }
    close(path)
    if (wanted) {
      put("F", path)
      for (k = 0; k < n; k++) print "L" lines[k]
      print (got < 0 ? "R" : "E")
    }
  }
}'
put() {
  case $2 in
    *%* | *"$nl"*) awk "$one" "$1" "$2" ;;
    *) printf '%s %s\\n' "$1" "$2" ;;
  esac
}
# shellcheck disable=SC2016 # expanded by the shell it is given to
closed='
one=$1
shift
for d in "$@"; do
  if [ ! -r "$d" ] || [ ! -x "$d" ]; then awk "$one" D "$d"; fi
done'
look() {
  for base in "$@"; do
    case $base in
      /*) ;;
      '') base=\${HOME:-/nonexistent} ;;
      *) base=\${HOME:-/nonexistent}/$base ;;
    esac
    put B "$base"
    if [ -d "$base" ]; then
      if [ -r "$base" ] && [ -x "$base" ]; then
        find -H "$base" \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o \\
          -type d -exec sh -c "$closed" sh "$one" {} + -o \\
          -type f -name '*.ctys' -size +512 -exec awk "$huge" {} + -o \\
          -type f \\( -name '*.ctys' -o -name '*.conf' \\) ! -size +512 -exec awk "$give" {} +
      else
        echo U
      fi
    elif [ -f "$base" ]; then
      find -H "$base" -size +512 -exec awk "$huge" {} + -o -exec awk "$give" {} +
    elif [ -e "$base" ]; then
      echo N
    else
      echo M
    fi
  done
  echo Z
}
look "$@" &
wait "$!"
`,
}
