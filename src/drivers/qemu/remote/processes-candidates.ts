/**
 * Shell functions that find the processes that may be QEMU, without a fork for each and without waiting for any of them:
 * who has QEMU's name (proc(5) comm), runs its program or the dynamic loader, which may run it (ld.so(8)), or, where an account is not shown the programs of others, was
 * called by that name. One user can have tens of thousands that look like it, and can make the read of a command line
 * hang; so they are counted by user, and a user whose processes hang is left out by himself.
 *
 * `candidates` prints a line for each user, this account first and root second: UID COUNT PID..., with fewer pids than
 * COUNT where there are too many; `stuck UID` for a user with processes that did not say how they were called; and
 * `odd PID...` for those that run a program from a place where no system keeps its own, and may be a QEMU by another name
 * (renamed.ts).
 */

/** Looked at of one user who is neither root nor this account. */
export const mostOfOneUser = 256
/** Users who are looked at beside them. */
const mostUsers = 128
/** Programs from elsewhere of which the words are read. */
const mostOdd = 1024

export const candidateFunctions = `\
# called FILE...: the pids of those whose first word is a name of QEMU
called() {
  echo "$@" | xargs head -v -c 4096 2>/dev/null | tr '\\000' '\\n' | awk '
    /^==> \\/proc\\/[0-9]+\\/cmdline <==$/ {
      pid = $2
      gsub(/[^0-9]/, "", pid)
      first = 1
      next
    }
    first && /(qemu|kvm)[^\\/]*$/ { print pid }
    { first = 0 }'
}

# called_others: all at once; when one of them hangs, user by user
called_others() {
  watched called /proc/[0-9]*/cmdline && return
  # some awks end at a file that is gone
  echo /proc/[0-9]*/status | xargs awk 'BEGIN {
    for (n = 1; n < ARGC; n++) {
      file = ARGV[n]
      while ((getline line < file) > 0) {
        if (line !~ /^Uid:/) continue
        split(line, field)
        sub(/status$/, "cmdline", ARGV[n])
        files[field[3]] = files[field[3]] " " ARGV[n]
        break
      }
      close(file)
    }
    for (uid in files) print uid files[uid]
  }' 2>/dev/null | while read -r uid files; do
    [ "$uid" != "$me" ] || continue
    # shellcheck disable=SC2086 # these names hold no blanks
    watched called $files || echo "stuck $uid"
  done
}

candidates() {
  {
    set +f
    for entry in /proc/[0-9]*; do
      comm=''
      { IFS= read -r comm <"$entry/comm"; } 2>/dev/null
      case $comm in *qemu* | *kvm* | ld-linux* | ld-musl-* | ld64.so* | ld.so* | ld-[0-9]*) echo "\${entry#/proc/}" ;; esac
    done
    # a name that breaks the line can only make a candidate
    # more names than one call takes where a host has a hundred thousand processes (execve(2))
    echo /proc/[0-9]*/exe | xargs ls -ln 2>/dev/null
    [ "$sees_all" = 1 ] || called_others
  } | awk -v "me=$me" -v most=${mostOfOneUser} -v users=${mostUsers} '
    function add(pid,    file, line, part, uid) {
      if (pid in known) return
      known[pid] = 1
      file = "/proc/" pid "/status"
      while ((getline line < file) > 0) {
        if (line !~ /^Uid:/) continue
        split(line, part)
        uid = part[3]
        break
      }
      close(file)
      if (uid == "") return
      if (!(uid in count)) order[n++] = uid
      count[uid]++
      if (count[uid] <= most || uid == me || uid == 0) pids[uid] = pids[uid] " " pid
    }
    function tell(uid) {
      if (!(uid in count)) return
      print uid, count[uid] pids[uid]
      delete count[uid]
    }
    /^[0-9]+$/ { add($0) }
    /^stuck [0-9]+$/ { print }
    /-> .*\\/(ld-linux|ld-musl-|ld64\\.so|ld\\.so|ld-[0-9]|[^\\/]*(qemu|kvm))/ && match($0, / \\/proc\\/[0-9]+\\/exe -> /) { add(substr($0, RSTART + 7, RLENGTH - 15)); next }
    / -> \\/((usr\\/)?(s?bin|lib|lib32|lib64|libexec)|snap|nix\\/store)\\// { next }
    / -> \\// && match($0, / \\/proc\\/[0-9]+\\/exe -> /) && strange++ < ${mostOdd} { odd = odd " " substr($0, RSTART + 7, RLENGTH - 15) }
    END {
      tell(me)
      tell(0)
      for (i = 0; i < n; i++) {
        uid = order[i]
        if (!(uid in count)) continue
        if (told++ >= users) pids[uid] = ""
        tell(uid)
      }
      if (odd != "") print "odd" odd
    }'
}
`
