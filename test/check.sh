#!/bin/sh
# What every commit must pass: the static checks and the tests that start no process (unit, golden).
set -eu
cd "$(dirname "$0")/.."
sh test/setup.sh npm
sh test/static-checks.sh
node src/build/build.mjs
node_modules/.bin/vitest run --project fast "$@"
