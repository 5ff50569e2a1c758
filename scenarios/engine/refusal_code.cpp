#include "scenarios/engine/refusal_code.h"

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "proto/types/error.h"

namespace gnc::scenarios {
namespace {

// Label and name of each code, in turn.
std::vector<std::string> read_catalogue() {
  std::vector<std::string> all;
  const auto* codes = v1::ErrorCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    if (codes->value(i)->number() == v1::ERROR_CODE_UNSPECIFIED) continue;
    const CatalogueEntry& entry = catalogue_entry(static_cast<v1::ErrorCode>(codes->value(i)->number()));
    all.push_back(entry.label);
    all.emplace_back(entry.name);
  }
  return all;
}

}  // namespace

const std::vector<std::string>& refusal_code_spellings() {
  static const std::vector<std::string> all = read_catalogue();
  return all;
}

std::optional<std::string> refusal_code(std::string_view text) {
  const auto& all = refusal_code_spellings();
  const auto found = std::ranges::find(all, text);
  if (found == all.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(found - all.begin());
  return all[at - at % 2];
}

}  // namespace gnc::scenarios
