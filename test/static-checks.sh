#!/bin/sh
# Everything that can be said about the code without running it: types, lint and format, import direction, dead code
# and unused packages, shell scripts. Stops at the first tool that finds something.
set -eu
cd "$(dirname "$0")/.."
bin=node_modules/.bin
step() { printf '== %s\n' "$1"; shift; "$@"; }
step 'types' "$bin/tsc" -p . --noEmit --incremental --tsBuildInfoFile node_modules/.cache/types.tsbuildinfo
step 'lint and format' "$bin/biome" check --error-on-warnings .
step 'import direction' "$bin/depcruise" --config .dependency-cruiser.cjs src commands inventory test
step 'schemas of the types' node src/build/schemas.mjs --check
step 'dead code and unused packages' "$bin/knip" --no-progress
if command -v shellcheck >/dev/null 2>&1; then
  step 'shell scripts' sh -c 'git ls-files -co --exclude-standard "*.sh" .ci/run ":!test/fixtures" | xargs shellcheck -s sh'
else
  printf '== shell scripts: LEFT OUT, no shellcheck here (npm run setup)\n'
  [ "${CI:-}" != true ]
fi
