#!/usr/bin/env bash
# The rules of the house that a compiler does not check (docs/architecture.md). Prints file:line and why for each
# breach. Usage: house_rules.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

breaches=$(mktemp)
trap 'rm -f "$breaches"' EXIT

# Sources as files of the tree, so that a tree without git can be checked too.
sources() {  # sources FOLDER…
  local folder
  for folder in "$@"; do
    [ ! -d "$folder" ] || find "$folder" -type f \( -name '*.cpp' -o -name '*.h' \)
  done | sort
}

# Arrows point down: which folders a folder may include, itself apart.
check_arrows() {
  local rule folder allowed
  for rule in proto: model:proto trust:proto gateway:trust,model,proto nodes:trust,model,proto \
    scenarios:gateway,nodes,trust,model,proto cli:scenarios,gateway,nodes,trust,model,proto \
    gateway/core:trust,model,proto gateway/store:gateway/core,trust,model,proto \
    nodes/core:trust,model,proto nodes/window:nodes/core,trust,model,proto nodes/store:nodes/core,trust,model,proto; do
    folder=${rule%%:*} allowed=${rule#*:}
    sources "$folder" | xargs -r awk -v folder="$folder" -v allowed="$allowed" '
      BEGIN { count = split(allowed, names, ",") }
      /^[ \t]*#[ \t]*include[ \t]*"/ {
        target = $0; sub(/^[^"]*"/, "", target); sub(/".*$/, "", target)
        if (target !~ /\// || target ~ /^\.\.?\//) {
          print FILENAME ":" FNR ": includes \"" target "\": write the path from the repository root"
          next
        }
        if (target ~ /^gnc\/v1\//) next
        if (index(target, folder "/") == 1) next
        for (i = 1; i <= count; ++i) if (index(target, names[i] "/") == 1) next
        print FILENAME ":" FNR ": includes \"" target "\": the arrows of " folder " point to " \
          (allowed == "" ? "nothing else" : allowed) " only"
      }'
  done >> "$breaches"
}

# Every file of ours that the cores reach, with the way that leads there.
reached_from_cores() {
  sources gateway/core nodes/core nodes/window | awk '
    function visit(file, way,   line, target, next_way) {
      if (file in seen) return
      seen[file] = 1
      print file "\t" way
      while ((getline line < file) > 0) {
        if (line !~ /^[ \t]*#[ \t]*include[ \t]*"/) continue
        target = line; sub(/^[^"]*"/, "", target); sub(/".*$/, "", target)
        next_way = way == "" ? file : way " > " file
        if ((getline ignored < target) >= 0) { close(target); pending[++pendings] = target; ways[pendings] = next_way }
      }
      close(file)
    }
    { pending[++pendings] = $0; ways[pendings] = "" }
    END { for (at = 1; at <= pendings; ++at) visit(pending[at], ways[at]) }'
}

# Cores decide, shells act: neither they nor what they include reach a clock, socket, file, thread, lock or chance.
check_purity() {
  local file way
  while IFS=$'\t' read -r file way; do
    awk -v way="$way" '
      BEGIN { devices = "^(grpc|grpc\\+\\+/|grpcpp/|sqlite3|boost/asio|boost/beast|boost/process|uv\\.h|openssl/rand|" \
          "(thread|mutex|shared_mutex|condition_variable|future|stop_token|semaphore|latch|barrier|random|fstream|" \
          "iostream|ctime|time\\.h|stdio\\.h|unistd\\.h|fcntl\\.h|pthread\\.h|poll\\.h|signal\\.h)>|sys/|netinet/|arpa/)" }
      /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
        target = $0; sub(/^[^<"]*[<"]/, "", target); named = target; sub(/[>"].*$/, "", named)
        if (target ~ devices || named ~ /\.grpc\.pb\.h$/) {
          print FILENAME ":" FNR ": includes " named ", which a core may not reach" \
            (way == "" ? "" : "; reached by " way)
        }
      }' "$file"
    case $file in gateway/core/* | nodes/core/* | nodes/window/*) ;; *) continue ;; esac
    # The precompiled header brings some of these in without an include.
    awk '
      { code = $0; sub(/\/\/.*$/, "", code) }
      match(code, /(_clock::now|std::(this_thread|jthread|thread|async|promise|future|packaged_task|[a-z_]*mutex|lock_guard|unique_lock|scoped_lock|shared_lock|condition_variable[a-z_]*|call_once|atomic[a-z_]*|random_device|mt19937[_0-9]*|default_random_engine|[io]?fstream|c(in|out|err)|fopen|getenv|time|clock|rand)[^a-z_0-9]|(^|[^a-z_0-9:>.])(gettimeofday|clock_gettime|getrandom|socket|usleep|nanosleep)[ ]*\(|thread_local|YAML::|sqlite3_|grpc::|boost::asio)/) {
        found = substr(code, RSTART, RLENGTH); gsub(/^[^a-zA-Z_]+|[^a-zA-Z_0-9:]+$/, "", found)
        print FILENAME ":" FNR ": uses " found ": a core has no clock, socket, file, thread, lock or chance of its own"
      }' "$file"
  done < <(reached_from_cores) >> "$breaches"
}

check_texts() {
  local file lines
  while read -r file; do
    lines=$(wc -l < "$file")
    [ "$lines" -le 500 ] || echo "$file:501: has $lines lines; a file of more than 500 does more than one thing"
    case ${file##*/} in
      *[Mm]anager* | *[Hh]elper* | *[Uu]tils.* | *_util.* | util.*)
        echo "$file:1: a file named so has no subject; name it after what it does" ;;
    esac
    case $file in *.h)
      head -n 1 "$file" | grep -q '^#pragma once$' || echo "$file:1: a header begins with #pragma once" ;;
    esac
  done < <(sources proto model trust gateway nodes scenarios cli bench tests) >> "$breaches"

  { sources proto model trust gateway nodes scenarios cli bench tests
    find . -path ./build -prune -o -path ./.git -prune -o -name node_modules -prune -o -type f \
      \( -name '*.proto' -o -name '*.yaml' -o -name '*.md' -o -name '*.cmake' -o -name CMakeLists.txt \) -print |
      sed -e 's#^\./##' -e '/^runs\//d'
  } | sort -u | xargs -r awk '
    function breach(why) { print FILENAME ":" FNR ": " why }
    !/^[ \t]*#[ \t]*include[ \t]*</ && match($0, /[A-Za-z_0-9]*(Manager|Helper|Utils?|_manager|_helper|_utils?)([^A-Za-z_0-9]|$)/) {
      breach("a name with Manager, Helper or Util says nothing; name what it does")
    }
    /(^|[^A-Za-z_])(TODO|FIXME|XXX|HACK)([^A-Za-z_]|$)/ { breach("unfinished work stands in an issue, not in the tree") }
    /(^|[^a-z])placeholder([^a-z]|$)/ || /\/\/.*[^a-z]for now([^a-z]|$)/ { breach("finish it, or say what holds") }
    /NOLINT/ { breach("mend what the check found") }
    /(^|[^A-Za-z0-9_.])\/(work|tmp\/wt)\// { breach("the project does not know this machine") }' >> "$breaches"
}

# Tests are compiled several at a time: each stands in a namespace of its own.
check_tests() {
  local file name
  while read -r file; do
    name=${file##*/} name=${name%.cpp}
    grep -Eq "^namespace [a-z:]*::$name \\{" "$file" ||
      echo "$file:1: stands in no namespace of its name: namespace gnc::…::$name {"
  done < <(sources tests | grep '_test\.cpp$') >> "$breaches"
}

# Whoever reads the first page finds every scenario and every other page from there.
check_readme() {
  local file
  [ -f README.md ] || return 0
  for file in scenarios/*.yaml docs/*.md; do
    [ ! -f "$file" ] || grep -Fq "]($file)" README.md || echo "$file:1: README.md does not lead to it"
  done >> "$breaches"
}

check_readme
check_arrows
check_purity
check_texts
check_tests
sort -u -t: -k1,1 -k2,2n "$breaches"
[ ! -s "$breaches" ]
