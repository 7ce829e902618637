#!/bin/sh
# npm run long: the tests that repeat what chance decides, with all their rounds (test/lab/rounds.ts). Needs root.
set -eu
cd "$(dirname "$0")/.."
export CTYS_LONG=1
sh test/setup.sh
node src/build/build.mjs
# shellcheck disable=SC2046 # names of files of this project
exec node_modules/.bin/vitest run $(grep -rlE '\brounds\([0-9]|runFuzz\(|CTYS_LONG ===' test --include='*.test.ts') "$@"
