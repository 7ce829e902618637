#!/bin/sh
# Everything that can be said about the code without running it: types, lint and format, import direction, dead code
# and unused packages, shell scripts. Two tools at a time, and all of them, also when one finds something.
set -u
cd "$(dirname "$0")/.." || exit
bin=node_modules/.bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p node_modules/.cache

# step NAME COMMAND...: its output under its name, when it has ended
step() {
  name=$1 said=$(mktemp "$work/step.XXXXXX")
  shift
  "$@" >"$said" 2>&1 || : >"$work/failed"
  { printf '== %s\n' "$name" && cat "$said"; } >>"$said.whole"
  cat "$said.whole"
}
scripts() {
  if command -v shellcheck >/dev/null 2>&1; then
    git ls-files -co --exclude-standard '*.sh' .ci/run ':!test/fixtures' | xargs shellcheck -s sh
  else
    echo 'LEFT OUT, no shellcheck here (npm run setup)'
    [ "${CI:-}" != true ]
  fi
}

{
  step 'types' "$bin/tsc" -p . --noEmit --incremental --tsBuildInfoFile node_modules/.cache/types.tsbuildinfo
  step 'schemas of the types' node src/build/schemas.mjs --check
  step 'dead code and unused packages' "$bin/knip" --no-progress
} &
step 'lint and format' "$bin/biome" check --error-on-warnings .
step 'import direction' "$bin/depcruise" --config .dependency-cruiser.cjs src commands inventory test
step 'shell scripts' scripts
wait "$!"
[ ! -e "$work/failed" ]
