#!/usr/bin/env bash
# Proves that house_rules.sh finds what it is there to find: each case is a small tree with one breach.
set -euo pipefail
rules=$(cd "$(dirname "$0")" && pwd)/house_rules.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

fresh() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree"/{proto/types,model/agreement,trust/tls,gateway/{core,store,serve},nodes/{core,serve},cli}
  printf '#pragma once\n#include <string>\n' > "$tree/proto/types/instant.h"
  printf '#pragma once\n#include <grpcpp/security/credentials.h>\n' > "$tree/trust/tls/credentials.h"
  printf '#pragma once\n#include "proto/types/instant.h"\n' > "$tree/gateway/core/gateway_core.h"
  printf '#include "gateway/core/gateway_core.h"\n' > "$tree/gateway/serve/server.cpp"
}

# expect WHERE WORDS: the tree has exactly this one breach.
expect() {
  local found
  if found=$("$rules" "$tree"); then
    echo "no breach found where $1 was to be: $2"; failed=1
  elif [ "$(wc -l <<< "$found")" != 1 ] || [[ $found != "$1: "*"$2"* ]]; then
    printf 'wanted %s: …%s…\nfound  %s\n' "$1" "$2" "$found"; failed=1
  fi
}

fresh
found=$("$rules" "$tree") || { echo "breaches in a tree that has none: $found"; failed=1; }

fresh; printf '#include <mutex>\n' > "$tree/gateway/core/step.cpp"
expect gateway/core/step.cpp:1 'includes mutex, which a core may not reach'

fresh; printf '#include "proto/types/instant.h"\n\nauto now() { return std::chrono::steady_clock::now(); }\n' \
  > "$tree/nodes/core/node.cpp"
expect nodes/core/node.cpp:3 'uses _clock::now'

fresh; printf 'std::mutex lock;\n' > "$tree/gateway/core/step.cpp"
expect gateway/core/step.cpp:1 'uses std::mutex'

fresh; printf '#pragma once\n#include "trust/tls/credentials.h"\n' > "$tree/trust/tls/peers.h"
printf '#include "trust/tls/peers.h"\n' > "$tree/nodes/core/node.cpp"
expect trust/tls/credentials.h:2 'includes grpcpp/security/credentials.h, which a core may not reach; reached by nodes/core/node.cpp > trust/tls/peers.h'

fresh; printf '#include "nodes/core/node.h"\n' > "$tree/gateway/serve/server.cpp"
expect gateway/serve/server.cpp:1 'the arrows of gateway point to'

fresh; printf '#include "gateway/serve/server.h"\n' > "$tree/gateway/store/store.cpp"
expect gateway/store/store.cpp:1 'the arrows of gateway/store point to'

fresh; printf '#include "model/agreement/agreement_book.h"\n' > "$tree/trust/tls/verify.cpp"
expect trust/tls/verify.cpp:1 'the arrows of trust point to proto only'

fresh; printf '#include "server.h"\n' > "$tree/gateway/serve/main.cpp"
expect gateway/serve/main.cpp:1 'write the path from the repository root'

fresh; seq 501 | sed 's/^/int a/; s/$/;/' > "$tree/cli/long.cpp"
expect cli/long.cpp:501 'has 501 lines'

fresh; printf 'struct Node{};\nclass Session%s {};\n' Manager > "$tree/cli/sessions.cpp"
expect cli/sessions.cpp:2 'says nothing'

fresh; printf '// %s: later\n' TODO > "$tree/cli/run.cpp"
expect cli/run.cpp:1 'unfinished work'

fresh; printf '// It is enough for %s.\n' now > "$tree/cli/run.cpp"
expect cli/run.cpp:1 'finish it, or say what holds'

fresh; printf 'struct Node{};\n' > "$tree/cli/node.h"
expect cli/node.h:1 'a header begins with #pragma once'

fresh; mkdir "$tree/tests"; printf 'namespace gnc::cli {\n' > "$tree/tests/run_test.cpp"
expect tests/run_test.cpp:1 'namespace gnc::…::run_test'
rm -r "$tree/tests"

fresh; mkdir "$tree/scenarios"; echo 'scenario: x' > "$tree/scenarios/lone.yaml"; echo '# gncsim' > "$tree/README.md"
expect scenarios/lone.yaml:1 'README.md does not lead to it'
rm -r "$tree/scenarios" "$tree/README.md"

[ "$failed" = 0 ] && echo "every rule finds its breach"
exit "$failed"
