#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"

namespace gnc::scenarios {

// Values by the names that scenarios give them.
using Captures = std::map<std::string, std::string>;

// Letters, digits, '-', '_', '.', not empty: the name of a captured value.
bool is_capture_name(std::string_view name);

// A text with ${name} in it. A dollar sign without braces is text as it stands; "$${" stands for "${".
class CaptureText {
 public:
  struct Piece {
    bool is_name = false;
    std::string text;        // the name without ${}, or text as it stands
    std::size_t offset = 0;  // of its first byte in what was written
    bool operator==(const Piece&) const = default;
  };

  explicit CaptureText(std::string_view written);

  const std::vector<Piece>& pieces() const { return pieces_; }
  bool has_names() const;
  // With every name's value; REFERENCE_UNKNOWN where there is none.
  Result<std::string> filled(const Captures& values) const;

 private:
  std::vector<Piece> pieces_;
};

}  // namespace gnc::scenarios
