/**
 * The constant POSIX script that every session feeds to the `sh` it starts (XCU chapter 2; proven under dash, bash,
 * busybox sh and mksh). That sh reads its standard input as script, so one line is one function call and no `read` ever
 * touches it. Data comes only as words made by shellQuote().
 *
 *   ctys_begin MARKER                     once; prints the frame `ready`
 *   ctys_job ID TTL FED INPUT ARGV...     runs ARGV in the background, in a process group of its own; FED is 1 when INPUT
 *                                         is its standard input, 0 for an empty one; TTL is in whole seconds
 *   ctys_done                             the client has seen the last frame: forget the job
 *   ctys_cancel ID                        ends that job if it still runs
 *   ctys_beat                             the client is alive; without it for 60 s everything is ended
 *
 * When a job and the rest of its process group are gone, `\nMARKER ID WORD\n` follows its output on stdout and
 * `\nMARKER ID\n` on stderr. WORD is the exit status, `deadline` or `cancelled`. The end of stdin ends the running job
 * and the sh. Every killing is TERM, then KILL after a second. A process that made a session of its own lives on.
 *
 * Processes of a job: the runner waits for a sleep of TTL seconds; its child, the keeper, waits for the command, prints
 * the frame and ends the sleep. Shells lose a signal that comes while a subshell is born or a `wait` begins, so the
 * normal path uses none but KILL, and every other signal is repeated by ctys_halt until the process is gone, with the
 * birth of an empty subshell for a first pause: what only has to end is gone by then. A keeper or
 * runner that died before its first command shows as a runner with a status, and the main shell prints the frame. The shells'
 * own messages ("Terminated") go to /dev/null; fd 3 is the real stderr. sshd and our local spawn start the sh in a
 * session of its own, so its process group holds nothing but these helpers: that is what `kill -TERM 0` ends.
 * Indentation does not travel. `kill -SIG -PGID` is written without `--`, which busybox does not know, and dash needs the short form for it.
 */
export const supervisor = `\
ctys_id='' ctys_runner='' ctys_watch=''
ctys_nl='
'
if [ -n "\${KSH_VERSION-}" ]; then
  ctys_put() { print -rn -- "$1"; }
else
  ctys_put() { printf %s "$1"; }
fi
ctys_signal() { kill "-$1" "-$ctys_pid"; }
if command -v setsid >/dev/null 2>&1; then
  ctys_own() { exec setsid -- "$@"; }
elif command -v perl >/dev/null 2>&1; then
  ctys_own() { exec perl -e 'setpgrp; exec {$ARGV[0]} @ARGV; print STDERR "$ARGV[0]: $!\\n"; exit 127' -- "$@"; }
else
  ctys_own() { exec "$@"; }
  ctys_signal() {
    ctys_found=1
    for ctys_p in $(ps -A -o pid= -o ppid= | awk -v "r=$ctys_pid" '
      { up[$1] = $2 }
      END { for (p in up) for (q = p; q != "" && q != 0; q = up[q]) if (q == r) { print p; break } }'); do
      kill "-$1" "$ctys_p" && ctys_found=0
    done
    return "$ctys_found"
  }
fi
ctys_frame() {
  ctys_put "$ctys_nl$ctys_marker $1 $2$ctys_nl"
  ctys_put "$ctys_nl$ctys_marker $1$ctys_nl" >&3
}
ctys_end() {
  ctys_signal TERM || return 1
  ctys_n=0
  while ctys_signal 0; do
    [ "$ctys_n" -lt 10 ] || { ctys_signal KILL; break; }
    sleep 0.1 || { sleep 1; ctys_n=9; }
    ctys_n=$((ctys_n + 1))
  done
}
ctys_halt() {
  ctys_n=0
  while [ "$ctys_n" -lt 50 ] && kill "-$2" "$1"; do
    case $ctys_n in
      [0-3]) (:) ;;
      [4-9]) sleep 0.01 || sleep 1 ;;
      *) sleep 0.1 || sleep 1 ;;
    esac
    ctys_n=$((ctys_n + 1))
  done
}
ctys_hit() {
  trap '' USR1 USR2 TERM HUP
  ctys_why=$1
  [ -z "$ctys_pid" ] || ctys_end || kill -KILL "$ctys_pid"
}
ctys_keep() {
  ctys_pid='' ctys_why=''
  trap 'ctys_hit cancelled' USR1 TERM HUP
  trap 'ctys_hit deadline' USR2
  ctys_fed=$3 ctys_input=$4
  shift 4
  if [ "$ctys_fed" = 1 ]; then
    ctys_put "$ctys_input" | ctys_own "$@" 2>&3 3>&- &
  else
    ctys_own "$@" </dev/null 2>&3 3>&- &
  fi
  ctys_pid=$!
  [ -z "$ctys_why" ] || ctys_end || kill -KILL "$ctys_pid"
  wait "$ctys_pid"
  ctys_status=$?
  [ -n "$ctys_why" ] || ctys_end
  trap '' USR1 USR2 TERM HUP PIPE
  ctys_frame "$ctys_id" "\${ctys_why:-$ctys_status}"
  kill -KILL "$ctys_sleep"
  exit 0
}
ctys_run() {
  ctys_how=''
  trap 'ctys_how=USR1' USR1 TERM HUP
  sleep "$2" >/dev/null 3>&- &
  ctys_sleep=$!
  ctys_keep "$@" &
  ctys_keeper=$!
  [ -n "$ctys_how" ] || wait "$ctys_sleep" && ctys_how=\${ctys_how:-USR2}
  [ -z "$ctys_how" ] || ctys_halt "$ctys_keeper" "$ctys_how"
  trap '' USR1 TERM HUP
  kill -KILL "$ctys_sleep"
  wait "$ctys_sleep"
  wait "$ctys_keeper"
  exit "$?"
}
ctys_job() {
  ctys_id=$1
  ctys_run "$@" </dev/null &
  ctys_runner=$!
}
ctys_done() {
  [ -n "$ctys_runner" ] || return 0
  wait "$ctys_runner"
  ctys_runner=''
}
ctys_stop() {
  [ -n "$ctys_runner" ] || return 0
  ctys_halt "$ctys_runner" USR1
  wait "$ctys_runner" || ctys_frame "$ctys_id" cancelled
  ctys_runner=''
}
ctys_cancel() { [ "$1" != "$ctys_id" ] || ctys_stop; }
ctys_guard() {
  ctys_sleep='' ctys_stop=''
  trap 'ctys_stop=1; [ -z "$ctys_sleep" ] || kill -KILL "$ctys_sleep"' USR1
  sleep 60 &
  ctys_sleep=$!
  [ -z "$ctys_stop" ] || kill -KILL "$ctys_sleep"
  wait "$ctys_sleep"
  [ -z "$ctys_stop" ] || { wait "$ctys_sleep"; exit 0; }
  trap '' USR1 TERM
  kill -TERM 0
  sleep 3
  kill -KILL 0
}
ctys_watch() {
  ctys_guard </dev/null >/dev/null 2>/dev/null 3>&- &
  ctys_watch=$!
}
ctys_unwatch() {
  ctys_halt "$ctys_watch" USR1
  wait "$ctys_watch"
}
ctys_beat() {
  ctys_unwatch
  ctys_watch
}
ctys_bye() {
  trap '' HUP TERM PIPE
  ctys_stop
  ctys_unwatch
}
ctys_begin() {
  ctys_marker=$1
  exec 3>&2
  trap ctys_bye EXIT
  trap exit HUP TERM PIPE
  ctys_watch
  exec 2>/dev/null
  ctys_frame ready 0
}
`.replace(/^ +/gm, '')
