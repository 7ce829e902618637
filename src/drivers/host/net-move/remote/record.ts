/**
 * Shell functions that read and write addresses and routes in the words of ip-address(8) and ip-route(8), of iproute2 or
 * busybox. What was recorded is the text of `ip -o`; `addresses` and `routes` make commands of it, or lines that can be
 * compared. A word that is not known, a next-hop object, and a name with odd letters are reported instead: such a line
 * could not be put back as it was.
 *
 *   addresses WHAT FAMILY DEVICE   reads lines of the device `holder`; WHAT is check, add, del, or same
 *   routes WHAT FAMILY DEVICE      as well
 *
 * Lifetimes go on: what passed since `taken` is taken off. IPv6 lists its latest address first, so those are added from
 * the end. A temporary address (RFC 8981) becomes an ordinary one with its lifetime: only the kernel makes temporary ones.
 */
export const netRecord = `\
batch=''
if ip -V 2>/dev/null | grep -q iproute2; then batch=1; fi
# shellcheck disable=SC2016 # for awk
read_addresses='
function life(word, least, left) {
  if (word == "forever") return word
  left = word - elapsed
  return left < least ? least : left
}
$3 == (family == 6 ? "inet6" : "inet") {
  text = $0
  cut = index($0, "\\\\")
  split(cut ? substr($0, cut + 1) : "", tail, " ")
  if (cut) $0 = substr($0, 1, cut - 1)
  words = $4
  short = $4
  label = ""
  odd = $2 != from
  for (i = 5; i <= NF; i++) {
    if ($i == "any") words = words " anycast " $(++i)
    else if ($i ~ /^(peer|brd|scope|metric|proto)$/) {
      if ($i == "peer") short = short " peer " $(i + 1)
      words = words " " $i " " $(i + 1)
      i++
    } else if ($i ~ /^(nodad|home|mngtmpaddr|noprefixroute|autojoin|optimistic)$/) words = words " " $i
    else if ($i ~ /^(secondary|temporary|dynamic|deprecated|tentative|permanent|stable-privacy)$/) continue
    else if (family == 4 && i == NF) label = $i
    else odd = 1
  }
  if (words !~ /^[A-Za-z0-9_.:\\/ -]+$/ || label !~ /^[A-Za-z0-9_.:@-]*$/) odd = 1
  if (label != "") {
    if (label == from || index(label, from ":") == 1) label = to substr(label, length(from) + 1)
    else odd = 1
  }
  if (length(label) > 15) odd = 1
  if (what == "check") { if (odd) print text; next }
  if (odd) next
  if (what == "del") line = "addr del " short " dev " to
  else {
    line = words (label == "" ? "" : " label " label)
    if (what == "add")
      line = "addr add " line " dev " to (tail[2] tail[4] == "foreverforever" ? "" : \\
        " valid_lft " life(tail[2], 1) " preferred_lft " life(tail[4], 0))
    else line = "address" family " " line
  }
  lines[++count] = line
}
END {
  for (i = 1; i <= count; i++) print lines[family == 6 ? count + 1 - i : i]
}'
# shellcheck disable=SC2016 # for awk
read_routes='
{
  text = $0
  gsub(/\\\\/, " ")
  ours = odd = isLocal = kernel = via = devices = 0
  words = ""
  for (i = 1; i <= NF; i++) {
    if ($i !~ /^[A-Za-z0-9_.:\\/@%+-]+$/) odd = 1
    if ($i ~ /^(linkdown|dead|offload|trap|offload_failed|rt_offload|rt_trap|rt_offload_failed|pervasive)$/) continue
    if ($i == "expires" && !plain) {
      left = $(++i) - elapsed
      if (what == "add") words = words " expires " (left < 1 ? 1 : left)
      continue
    }
    if ($i == "nhid" || $i == "expires") odd = 1
    if ($i == "via") via = 1
    if ($i == "table" && $(i + 1) == "local") isLocal = 1
    if ($i == "proto" && $(i + 1) == "kernel") kernel = 1
    words = words " " $i
    if ($i == "dev") {
      devices++
      i++
      if ($i == from) ours = 1
      words = words " " ($i == from ? to : $i)
    }
  }
  if (!devices && plain && $1 !~ /^(unreachable|blackhole|prohibit|throw)$/) ours = odd = 1
  if (!ours || (isLocal && (kernel || plain))) next
  if (what == "check") { if (odd) print text; next }
  if (odd) next
  line = (what == "same" ? "route" family : "route " what) words
  if (what == "same") sub(/ +$/, "", line)
  if (via) later[++last] = line
  else print line
}
END { for (i = 1; i <= last; i++) print later[i] }'
# shellcheck disable=SC2154 # of the change
addresses() {
  awk -v "what=$1" -v "family=$2" -v "from=\${4-$holder}" -v "to=$3" -v "elapsed=$elapsed" "$read_addresses"
}
# shellcheck disable=SC2154 # of the change
routes() {
  plain=$([ -n "$batch" ] || echo 1)
  awk -v "what=$1" -v "family=$2" -v "from=\${4-$holder}" -v "to=$3" -v "elapsed=$elapsed" -v "plain=$plain" \\
    "$read_routes"
}
show_addresses() { ip -o addr show dev "$1"; }
# is_tentative DEVICE: an address of it is still being proven
is_tentative() { ip -o -6 addr show dev "$1" 2>/dev/null | grep -q ' tentative '; }
show_routes() { ip -o "-$1" route show table all 2>/dev/null; }
# state_of DEVICE: its addresses and routes as lines that can be compared, the device as @
state_of() {
  elapsed=0
  for family in 4 6; do
    show_addresses "$1" | addresses same "$family" @ "$1"
    show_routes "$family" | routes same "$family" @ "$1"
  done
}
# recorded_state: the same of what was recorded
recorded_state() {
  elapsed=0
  for family in 4 6; do
    addresses same "$family" @ <"$dir/addresses"
    routes same "$family" @ <"$dir/routes$family"
  done
}
# missing FILE FILE: lines of the second that the first does not have
missing() { awk 'FILENAME == ARGV[1] { have[$0] = 1; next } !($0 in have)' "$1" "$2"; }
`
