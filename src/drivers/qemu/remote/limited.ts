/** Shell function `limited SECONDS COMMAND...`: its status; 137 when it had to be ended. What it says to stderr is lost. */
export const limitedFunction = `\
limited() {
  limit=$1
  shift
  "$@" 2>/dev/null &
  job=$!
  { sleep "$limit" && kill -s KILL "$job"; } >/dev/null 2>&1 &
  watch=$!
  wait "$job" 2>/dev/null
  status=$?
  kill -s KILL "$watch" 2>/dev/null
  wait "$watch" 2>/dev/null
  return "$status"
}
`
