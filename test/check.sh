#!/bin/sh
# What every commit must pass: the static checks and the fast tests (unit, contract, golden).
set -eu
cd "$(dirname "$0")/.."
sh test/setup.sh npm
sh test/static-checks.sh
node src/build/build.mjs
node_modules/.bin/vitest run --project fast "$@"
