#!/usr/bin/env bash
# Installs what the node in Node.js needs into a folder of the build tree. Usage: install.sh FOLDER
# Without Node.js it skips (status 77), but for where CI is true: there it must not be missing.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)/node
folder=$1

for tool in node npm; do
  command -v "$tool" > /dev/null && continue
  echo "no $tool here: the node of others cannot be played (Debian packages nodejs and npm)"
  [ "${CI:-}" = true ] && exit 1
  exit 77
done

mkdir -p "$folder"
if [ -e "$folder/node_modules" ] && cmp -s "$source/package-lock.json" "$folder/package-lock.json"; then
  echo "installed already"
  exit 0
fi
# The lock is copied last: what is there by its name is whole.
rm -rf "$folder/node_modules" "$folder/package-lock.json"
mkdir -p "$folder/new"
cp "$source/package.json" "$source/package-lock.json" "$folder/new"
(cd "$folder/new" && npm ci --ignore-scripts --no-audit --no-fund)
mv "$folder/new/node_modules" "$folder/node_modules"
cp "$source/package-lock.json" "$folder/package-lock.json"
rm -rf "$folder/new"
