#!/bin/sh
# npm run bench: measures start-up, fan-out and create on the lab against yardsticks of the same run and writes the
# table into docs/benchmarks.md. Needs root, for the lab and for the tools it compares with.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ]; then
  printf 'npm run bench needs root for its lab: sudo npm run bench\n' >&2
  exit 3
fi
sh test/setup.sh
missing=
for pair in hyperfine:hyperfine pdsh:pdsh; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086 # the packages are separate words
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
node src/build/build.mjs
exec node src/build/run-ts.mjs test/bench/bench.ts "$@"
