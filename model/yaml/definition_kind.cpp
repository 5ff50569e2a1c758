#include "model/yaml/definition_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "gnc/v1/errors.pb.h"

namespace gnc::model {
namespace {

struct Kind {
  DefinitionKind kind;
  std::string_view key;
  std::string_view name;
  std::string_view use;  // follows "FILE"; what it is for
};

// An agreement names its block, by the key of a block: it comes before.
constexpr std::array kinds{
    Kind{DefinitionKind::scenario, "scenario", "scenario", "gncsim run {} plays it."},
    Kind{DefinitionKind::agreement, "agreement", "agreement",
         "gncsim validate {} checks it together with its block; a scenario names it under agreements:."},
    Kind{DefinitionKind::block, "block", "utility block",
         "gncsim block show {} draws it; an agreement puts it in force, and a scenario names that under "
         "agreements:."},
    Kind{DefinitionKind::profile, "profile", "profile",
         "gncsim validate {} checks it; a scenario gives it to an administration under topology: profiles:."},
    Kind{DefinitionKind::checklist, "checklist", "checklist",
         "gncsim validate {} checks it; a scenario names it under checklist:."},
};

const Kind& of(DefinitionKind kind) { return *std::ranges::find(kinds, kind, &Kind::kind); }

std::string with_file(std::string_view use, const std::string& file) {
  std::string text(use);
  return text.replace(text.find("{}"), 2, file);
}

}  // namespace

std::optional<DefinitionKind> kind_of(const YamlNode& root) {
  const auto found =
      std::ranges::find_if(kinds, [&](const Kind& kind) { return root.find(kind.key) != nullptr; });
  return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

std::string_view key_of(DefinitionKind kind) { return of(kind).key; }

bool expect_kind(DefinitionKind wanted, const YamlNode& root, YamlMistakes& mistakes) {
  const auto kind = kind_of(root);
  // Whoever has the wanted key too means the wanted kind, with a key too many.
  if (!kind || *kind == wanted || root.find(key_of(wanted)) != nullptr) return true;
  const Kind& other = of(*kind);
  mistakes.add(v1::KEY_MISSING, root.place,
               "this is the " + std::string(other.name) + " " + root.find(other.key)->text + ", and no " +
                   std::string(of(wanted).name),
               with_file(other.use, mistakes.file()));
  return false;
}

}  // namespace gnc::model
