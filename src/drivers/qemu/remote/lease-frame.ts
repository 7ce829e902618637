/**
 * How a script that works under a lease speaks and ends: `say WORD...` a line of the answer, `stop WORD...` the last one;
 * whatever happens what it made is removed, `mine`, `reserved` and the directory `making`, and the lease that it holds given back when `holding` is
 * set. `owner_of FILE` sets `owner`. Needs `has_lease` (lease-functions.ts).
 */
export const leaseFrame = `\
say() { printf '%s\\n' "$*"; }
stop() {
  say "$*"
  exit 0
}
mine='' reserved='' making='' holding=''
# shellcheck disable=SC2329 # by the trap
leave() {
  rm -f \${mine:+"$mine"} \${reserved:+"$reserved"}
  if [ -n "$making" ]; then rm -rf "$making"; fi
  if [ -n "$holding" ] && has_lease; then rm -f "$lease"; fi
}
trap leave EXIT
trap 'exit 143' HUP INT TERM
# owner_of FILE: sets owner to the name of its user
owner_of() {
  # shellcheck disable=SC2012 # the owner of one file
  owner=$(ls -ld "$1" 2>/dev/null | awk '{ print $3 }')
}
`
