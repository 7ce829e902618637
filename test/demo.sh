#!/bin/sh
# npm run demo: sets up what is missing and shows the main job for a person to watch. As root on a lab of three hosts,
# otherwise on this machine alone.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -eq 0 ]; then sh test/setup.sh; else sh test/setup.sh npm; fi
node src/build/build.mjs
exec node src/build/run-ts.mjs test/demo.ts
