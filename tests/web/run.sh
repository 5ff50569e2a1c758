#!/usr/bin/env bash
# Runs tests of the training page. Usage: run.sh WEB OUT TEST…
# WEB holds node_modules and dist, as the build has made them; OUT is a folder for screenshots and what tests leave; a TEST
# is a file's name here, without .test.ts. GNC_BINARY is the gncsim under test, where one is. Without Node.js or Chromium it
# skips (status 77), but for where CI is true.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
web=$1 out=$2
shift 2
# The one without windows takes a quarter less of the processors; the other will do.
[ -n "${GNC_CHROMIUM:-}" ] || GNC_CHROMIUM=$(command -v chromium-headless-shell || echo chromium)
for tool in node "$GNC_CHROMIUM"; do
  command -v "$tool" > /dev/null && continue
  echo "no $tool here: the page cannot be tested (Debian packages nodejs, npm and chromium-headless-shell)"
  [ "${CI:-}" = true ] && exit 1
  exit 77
done

mkdir -p "$out"
bundles=$(mktemp -d "$out/bundle.XXXXXX")
trap 'rm -rf "$bundles"' EXIT
tests=()
for name in "$@"; do
  "$web/node_modules/.bin/esbuild" "$here/$name.test.ts" --bundle --platform=node --format=cjs --log-level=warning \
    --external:playwright-core --external:axe-core "--outfile=$bundles/$name.test.cjs"
  tests+=("$bundles/$name.test.cjs")
done
export GNC_WEB=$web GNC_OUT=$out GNC_TESTS=$here NODE_PATH=$web/node_modules
GNC_CHROMIUM=$(command -v "$GNC_CHROMIUM")
export GNC_CHROMIUM
node --test "${tests[@]}"
