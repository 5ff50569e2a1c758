#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/definition_check.h"
#include "model/yaml/spelling.h"

namespace gnc::model {

inline constexpr std::size_t longest_name = 100;

inline bool is_name(std::string_view text, std::string_view also = "") {
  return !text.empty() && text.size() <= longest_name && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           also.find(c) != std::string_view::npos;
  });
}

// Adds mistakes at the places that their parts were written at.
class Findings {
 public:
  Findings(const Where& where, std::vector<Error>& mistakes) : where_(where), mistakes_(mistakes) {}

  void add(v1::ErrorCode code, std::string_view part, std::string detail, std::string remedy = {}) {
    mistakes_.push_back({code, std::move(detail), where_(part), std::move(remedy)});
  }

  void value(std::string_view part, std::string detail, std::string remedy = {}) {
    add(v1::KEY_VALUE, part, std::move(detail), std::move(remedy));
  }

  void reference(std::string_view part, std::string_view kind, std::string_view name,
                 const std::vector<std::string_view>& known) {
    add(v1::REFERENCE_UNKNOWN, part, fmt::format("no {} \"{}\"", kind, name), spelling_hint(name, known));
  }

  void name(std::string_view part, std::string_view text) {
    if (is_name(text)) return;
    value(part, fmt::format("\"{}\" is no name", text),
          "Use lower-case letters, digits and hyphens, at most 100.");
  }

 private:
  const Where& where_;
  std::vector<Error>& mistakes_;
};

}  // namespace gnc::model
