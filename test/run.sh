#!/bin/sh
# npm test: sets up what is missing, then runs everything. Without root the tests that need the lab are skipped, said
# loudly, and under CI=true that is a failure. The last line counts the tests.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -eq 0 ]; then
  sh test/setup.sh
else
  sh test/setup.sh npm
  printf '\n*** SKIPPED: the lab tests (real hosts, real guests) need root: sudo npm test\n\n'
  if [ "${CI:-}" = true ]; then exit 1; fi
fi
sh test/static-checks.sh
node src/build/build.mjs
mkdir -p node_modules/.cache
result=node_modules/.cache/test-result.json
rm -f "$result"
status=0
node_modules/.bin/vitest run --reporter=default --reporter=./test/second-tries.mjs --reporter=json --outputFile.json="$result" || status=$?
node test/count-tests.mjs "$result" "$status"
