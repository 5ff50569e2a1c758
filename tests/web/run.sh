#!/usr/bin/env bash
# Runs tests of the training page. Usage: run.sh WEB OUT TEST…
# WEB holds node_modules and dist, as the build has made them; OUT is a folder for bundles and screenshots; a TEST is a
# file's name here, without .test.ts. Without Node.js or Chromium it skips (status 77), but for where CI is true.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
web=$1 out=$2
shift 2
for tool in node "${GNC_CHROMIUM:-/usr/bin/chromium}"; do
  command -v "$tool" > /dev/null && continue
  echo "no $tool here: the page cannot be tested (Debian packages nodejs, npm and chromium)"
  [ "${CI:-}" = true ] && exit 1
  exit 77
done

mkdir -p "$out"
bundles=$(mktemp -d "$out/bundle.XXXXXX")
trap 'rm -rf "$bundles"' EXIT
for name in "$@"; do
  "$web/node_modules/.bin/esbuild" "$here/$name.test.ts" --bundle --platform=node --format=cjs --log-level=warning \
    --external:playwright-core --external:axe-core --alias:svelte="$web/node_modules/svelte" \
    "--outfile=$bundles/$name.test.cjs"
done
export GNC_WEB=$web GNC_OUT=$out NODE_PATH=$web/node_modules
node --test --test-reporter=spec "$bundles"/*.test.cjs
