#!/usr/bin/env bash
# Format, the rules of the house, clang-tidy, and documents that are generated. Usage: lint.sh BUILD [all|changed|FILE…]
# all (without a word too): every source. changed: those that differ from the main branch.
set -uo pipefail
cd "$(dirname "$0")/.."
build=$1; shift
what=${1:-all}
failed=0

step() {  # step NAME COMMAND…
  local name=$1; shift
  if "$@"; then echo "ok: $name"; else echo "FAILED: $name"; failed=1; fi
}

chosen_sources() {
  case $what in
    all) git ls-files '*.cpp' '*.h' ;;
    changed)
      local base
      base=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null || echo HEAD)
      { git diff --name-only --diff-filter=d "$base"; git ls-files --others --exclude-standard; } |
        grep -E '\.(cpp|h)$' | sort -u ;;
    *) printf '%s\n' "$@" ;;
  esac
}
mapfile -t files < <(chosen_sources "$@")

check_format() {
  [ ${#files[@]} = 0 ] || clang-format --dry-run -Werror "${files[@]}"
}

# What is compiled together is read source by source: an entry for each that a unity source includes.
apart() {
  awk -v root="$PWD" '
    function put(text) { printf "%s%s}", separator, text; separator = ",\n" }
    function with(text, from, to,  at, done) {
      while ((at = index(text, from)) > 0) {
        done = done substr(text, 1, at - 1) to
        text = substr(text, at + length(from))
      }
      return done text
    }
    BEGIN { print "[" }
    /^{/ { entry = "" }
    /^}/ {
      if (match(entry, /"file": "[^"]*\/Unity\/[^"]*"/)) {
        unity = substr(entry, RSTART + 9, RLENGTH - 10)
        while ((getline line < unity) > 0)
          if (split(line, part, "\"") == 3 && part[1] == "#include ")
            put(with(entry, unity, part[2] ~ /^\// ? part[2] : root "/" part[2]))
        close(unity)
      } else put(entry)
      next
    }
    { entry = entry $0 "\n" }
    END { print "\n]" }' "$1"
}

# clang cannot read the compiler's precompiled headers, so it gets their text under another name.
tidy_database() {
  local folder=$build/tidy header
  mkdir -p "$folder"
  while read -r header; do
    cp "$header" "$folder/$(basename "$(dirname "$header")" .dir).hxx"
  done < <(find "$build" -name cmake_pch.hxx)
  sed -E "s#-include [^ ]*/([A-Za-z_0-9]+)\.dir/cmake_pch\.hxx#-include $(realpath "$folder")/\1.hxx#g" \
    <(apart "$build/compile_commands.json") > "$folder/compile_commands.json"
}

check_tidy() {
  tidy_database
  printf '%s\n' "${files[@]}" | grep '\.cpp$' | grep -F -x -f <(
    sed -n "s#^ *\"file\": \"$PWD/\(.*\)\".*#\1#p" "$build/tidy/compile_commands.json") |
    xargs -r -P "$(nproc)" -n 1 clang-tidy --quiet -p "$build/tidy" \
      --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument \
      --extra-arg=-Wno-ignored-optimization-argument 2> "$build/tidy/errors" |
    grep -v -e '^$' -e 'warnings generated'
  local -a status=("${PIPESTATUS[@]}")
  [ "${status[3]}" = 0 ] && return
  grep -h 'error:' "$build/tidy/errors"
  return 1
}

check_catalogue() {
  cmake --build "$build" --target gncsim -- --quiet >&2 || return 1
  diff docs/errors.md <("$build/gncsim" errors --format markdown) && return
  echo "docs/errors.md:1: differs from the catalogue; write it again: $build/gncsim errors --format markdown > docs/errors.md"
  return 1
}

step "format (./dev fmt mends it)" check_format
step "rules of the house" tests/house_rules.sh
step "the rules find their breaches" tests/house_rules_test.sh
step "docs/errors.md" check_catalogue
step "clang-tidy" check_tidy
exit "$failed"
