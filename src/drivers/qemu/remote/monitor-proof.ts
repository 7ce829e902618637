/**
 * Which sockets a process itself listens on: a command line says what it likes. Reads only.
 *
 *   monitor-proof MARK PID...       questions on stdin, one a line: INDEX KIND PID UID ARGUMENT
 *
 *   unix PATH       followed by a line with the path as the command line has it, which is how the kernel shows it
 *   tcp PORT LAST   ports as four upper-case hexadecimal digits
 *   fd NUMBER       a listening socket by its descriptor
 *   run             no socket: the state letter of the process and the number of its threads (proc(5))
 *
 * Answers, one a line: INDEX WORD [REST]. `held` with the path, or with ADDRESS:PORT as /proc/net/tcp has it (`big:` before it: byte-order.ts), by the
 * descriptors of the process; `taken` with the path, the same of a `fd` whose one client is there already; `own` with the same, by its user; `other`: the process does not listen there; `missing`: it does, but the file is gone; `elsewhere`: its path is of another mount
 * namespace; `closed`: this account may not connect to it; `hidden`: it is not shown the descriptors; `run LETTER THREADS`.
 *
 * Proof is a descriptor of the process (/proc/PID/fd) whose socket the kernel lists as listening there. A path may be
 * listed twice, because a file can be removed while its socket lives on, and a path with a line end can forge a line: the
 * file must then belong to the process's user. So it must where the descriptors cannot be read, and without /proc. What a
 * listing of descriptors says is asked again with readlink, since a file name in it can forge a line too.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {byteOrderFunction} from './byte-order.js'
import {statFunction} from './processes-stat.js'

export const monitorProofScript: RemoteScript = {
  name: 'monitor-proof',
  text: `\
set -u
set -f
LC_ALL=C
export LC_ALL
mark=$1
shift
# shellcheck disable=SC2034 # not all of it is asked for here
${statFunction}
${byteOrderFunction}
# owner_of PATH: sets owner
owner_of() {
  # shellcheck disable=SC2012,SC2046 # columns
  set -- $(ls -lnd -- "$1" 2>/dev/null)
  owner=\${3-}
}

# hidden PATH: it lies behind a directory that this account may not enter
hidden() {
  dir=\${1%/*}
  while [ -n "$dir" ] && [ ! -d "$dir" ]; do dir=\${dir%/*}; done
  [ ! -x "\${dir:-/}" ]
}

# confined WORD PID PATH: QEMU took the path of this host before it went into its -chroot
# shellcheck disable=SC3013
confined() {
  [ "$1" = held ] && [ ! -S "/proc/$2/root$3" ] && [ "/proc/$2/ns/mnt" -ef /proc/self/ns/mnt ]
}

# judge INDEX WORD PID FD INODE UID REST: prints the answer
judge() {
  case $2 in
    run)
      stat_of "$3" || state='' threads=''
      echo "$1 run $state $threads"
      return
      ;;
    held | shared | heldtcp | heldfd | takenfd)
      if [ "$(readlink "/proc/$3/fd/$4" 2>/dev/null)" != "socket:[$5]" ]; then
        echo "$1 other"
        return
      fi
      ;;
  esac
  case $2 in
    heldtcp | owntcp)
      [ -n "\${swapped+set}" ] || byte_order
      echo "$1 \${2%tcp} $swapped$7"
      ;;
    held | shared | heldfd | takenfd | unread)
      if [ ! -S "$7" ]; then
        if hidden "$7"; then echo "$1 closed"; else echo "$1 missing"; fi
        return
      fi
      # shellcheck disable=SC3013 # dash, busybox, mksh and bash have it
      if [ -r "/proc/$3/root" ] && [ ! "/proc/$3/root$7" -ef "$7" ] && ! confined "$2" "$3" "$7"; then
        echo "$1 elsewhere"
        return
      fi
      owner_of "$7"
      case $2 in held | heldfd) word=held ;; takenfd) word=taken ;; *) word=own ;; esac
      case $2:$owner in
        *":$6" | held:0 | heldfd:* | takenfd:*) if [ -w "$7" ]; then echo "$1 $word $7"; else echo "$1 closed"; fi ;;
        *) echo "$1 other" ;;
      esac
      ;;
    hidden) echo "$1 hidden" ;;
    *) echo "$1 other" ;;
  esac
}

if [ -r /proc/net/unix ]; then
  for pid in self "$@"; do
    set -- "$@" "/proc/$pid/fd"
    [ "$pid" = self ] || shift
  done
  {
    cat
    echo "$mark tcp"
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
    echo "$mark unix"
    cat /proc/net/unix
    echo "$mark fds"
    ls -l "$@" 2>/dev/null
  } | awk -v mark="$mark" '
    $1 == mark { part = $2; next }
    part == "" && path != "" { raw[path] = $0; path = ""; next }
    part == "" {
      n++
      index_of[n] = $1; kind[n] = $2; pid[n] = $3; uid[n] = $4; first[n] = $5; last[n] = $6
      if ($2 == "unix") {
        path = n
        text = $0
        for (i = 0; i < 4; i++) sub(/^[^ ]* /, "", text)
        at[n] = text
      }
      next
    }
    part == "tcp" && $4 == "0A" {
      t++
      where[t] = $2; owner[t] = $8; socket[t] = $10
      port[t] = substr($2, length($2) - 3)
      next
    }
    part == "unix" && $4 == "00010000" && $6 == "01" {
      text = $0
      for (i = 0; i < 7; i++) sub(/^ *[^ ]+/, "", text)
      sub(/^ /, "", text)
      path_of[$7] = text
      inodes[text] = inodes[text] " " $7
      next
    }
    part == "unix" && $6 == "03" && $8 ~ /^\\// { accepted[$7] = $8 }
    part == "fds" && /^\\/proc\\/[^\\/]*\\/fd:$/ { split($0, words, "/"); now = words[3]; next }
    part == "fds" && NF > 2 && $(NF - 1) == "->" {
      seen[now] = 1
      if ($NF !~ /^socket:\\[[0-9]+\\]$/) next
      inode = substr($NF, 9, length($NF) - 9)
      fd[now, inode] = $(NF - 2)
      if (inode in accepted) client[now, accepted[inode]]
      inode_of[now, $(NF - 2)] = inode
    }
    END {
      for (n = 1; n in kind; n++) {
        p = pid[n]
        head = index_of[n] " "
        tail = " " uid[n] " "
        if (kind[n] == "run") print head "run " p " 0 0" tail
        if (kind[n] == "fd") {
          inode = inode_of[p, first[n]]
          word = !(p in seen) ? "hidden " : path_of[inode] !~ /^\\// ? "other " : (p, path_of[inode]) in client ? "takenfd " : "heldfd "
          print head word p " " first[n] " " inode + 0 tail path_of[inode]
        }
        if (kind[n] == "tcp") {
          found = 0
          for (t = 1; t in port; t++) {
            if (port[t] < first[n] || port[t] > last[n]) continue
            if ((p, socket[t]) in fd) print head "heldtcp " p " " fd[p, socket[t]] " " socket[t] tail where[t]
            else if (!(p in seen) && owner[t] == uid[n]) print head "owntcp " p " 0 0" tail where[t]
            else continue
            found = 1
          }
          if (!found) print head "other " p " 0 0" tail
        }
        if (kind[n] == "unix") {
          count = split(inodes[raw[n]], list, " ")
          own = ""
          for (i = 1; i <= count; i++) if ((p, list[i]) in fd) own = list[i]
          word = !(p in seen) ? "unread" : own == "" ? "other" : count > 1 ? "shared" : "held"
          print head word " " p " " (own == "" ? 0 : fd[p, own]) " " own + 0 tail at[n]
        }
      }
    }' | while IFS=' ' read -r number word pid descriptor inode uid rest; do
    judge "$number" "$word" "$pid" "$descriptor" "$inode" "$uid" "$rest"
  done
  exit 0
fi
while IFS=' ' read -r number word pid uid rest; do
  case $word in
    unix)
      IFS= read -r _
      judge "$number" unread "$pid" 0 0 "$uid" "$rest"
      ;;
    *) echo "$number other" ;;
  esac
done
exit 0
`,
}
