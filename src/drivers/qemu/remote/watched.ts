/**
 * Shell function for Linux: `watched COMMAND ARG...` runs a command that may hang for good, on a file system that is gone
 * or at the memory of a process that is stuck, in the background. When neither it nor anything it started ran, was
 * scheduled or was born for a while, all of them are killed, and it fails. Needs `stat_of` (processes-stat.ts).
 *
 * The usual case costs no more than a sleep of one second that the command ends when it is done. The time to wait is
 * shared by all calls of one script: where several users make theirs hang, the later ones have a second and one look, and
 * after eight of those none.
 */
export const watchedFunction = `\
# in looks, three for a second
patience=8
# the last command of a pipeline that is watched, which is left to print what it has and to end by itself
spare=''
# family PID: prints what it and its descendants did so far, a line for each, a parent before its children. A name cannot
# hold twenty fields. The files come on stdin: some awks end at one that is gone, and execve(2) takes only so many.
family() {
  echo /proc/[0-9]*/stat | awk -v root="$1" -v spare="$spare" '{
    count = split($0, files, " ")
    for (n = 1; n <= count; n++) {
      line = ""
      getline line < files[n]
      close(files[n])
      pid = line
      sub(/ .*/, "", pid)
      name = line
      sub(/^[^(]*/, "", name)
      sub(/[^)]*$/, "", name)
      sub(/^.*\\) /, "", line)
      if (split(line, field, " ") < 20) continue
      parent[pid] = field[2]
      own[pid] = spare != "" && (pid == root || name == "(" spare ")") ? " spared" : ""
      did[pid] = field[8] " " field[9] " " field[12] " " field[13]
      if (field[1] == "R") did[pid] = "at work"
    }
    for (pid in parent) {
      up = pid
      for (i = 0; i < 32 && up != root && up in parent; i++) up = parent[up]
      if (up != root) continue
      file = "/proc/" pid "/status"
      while ((getline line < file) > 0) if (line ~ /ctxt_switches/) did[pid] = did[pid] " " line
      close(file)
      level[i] = level[i] pid own[pid] " " did[pid] "\\n"
    }
    for (i = 0; i <= 32; i++) printf "%s", level[i]
  }' 2>/dev/null
}
# end_all FAMILY: those of a moment ago, by their numbers, a parent before its children: one that outlives what it waits
# for would start the next, which nobody ends. The spared are given two seconds.
end_all() {
  kill_those ' spared ' "$1"
  n=0
  while [ "$n" -lt 20 ] && stat_of "$worker"; do
    case $state in Z | X | x) break ;; esac
    n=$((n + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  if [ "$n" = 20 ]; then kill_those none "$1"; fi
}
kill_those() {
  IFS=$nl
  for line in $2; do
    case $line in *"$1"*) ;; *) kill -KILL "\${line%% *}" 2>/dev/null ;; esac
  done
  IFS=$blanks
}
watched() {
  if [ "$patience" -le -8 ]; then return 1; fi
  sleep 1 >/dev/null 2>&1 &
  timer=$!
  stat_of "$timer"
  timer_start=$start
  {
    "$@"
    if stat_of "$timer" && [ "$start" = "$timer_start" ]; then kill -KILL "$timer"; fi
  } &
  worker=$!
  before='' still=0
  # a timer that was killed says that the work is done
  if { wait "$timer"; } 2>/dev/null; then
    while stat_of "$worker"; do
      case $state in Z | X | x) break ;; esac
      now=$(set +f && family "$worker")
      case $now in
        '' | *'at work'*) still=0 ;;
        "$before") still=$((still + 1)) patience=$((patience - 1)) ;;
        *) still=0 before=$now ;;
      esac
      if [ "$still" = 4 ] || { [ "$still" -gt 0 ] && [ "$patience" -le 0 ]; }; then
        end_all "$now"
        return 1
      fi
      sleep 0.3 2>/dev/null || sleep 1
    done
  fi
  { wait "$worker"; } 2>/dev/null
  return 0
}
`
