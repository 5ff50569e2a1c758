#include "scenarios/engine/capture_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {

bool is_capture_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

CaptureText::CaptureText(std::string_view written) {
  const auto add_text = [this](std::string_view text, std::size_t offset) {
    if (text.empty()) return;
    if (!pieces_.empty() && !pieces_.back().is_name) {
      pieces_.back().text += text;
    } else {
      pieces_.push_back({false, std::string(text), offset});
    }
  };
  std::size_t at = 0;
  while (at < written.size()) {
    const std::size_t dollar = std::min(written.find('$', at), written.size());
    add_text(written.substr(at, dollar - at), at);
    at = dollar;
    if (at == written.size()) break;
    const std::string_view rest = written.substr(at);
    if (rest.starts_with("$${")) {
      add_text("${", at);
      at += 3;
      continue;
    }
    const std::size_t end = rest.starts_with("${") ? rest.find('}') : std::string_view::npos;
    if (end != std::string_view::npos) {
      pieces_.push_back({true, std::string(rest.substr(2, end - 2)), at});
      at += end + 1;
    } else {
      add_text("$", at);
      ++at;
    }
  }
}

bool CaptureText::has_names() const {
  return std::ranges::any_of(pieces_, [](const Piece& piece) { return piece.is_name; });
}

Result<std::string> CaptureText::filled(const Captures& values) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    if (!piece.is_name) {
      text += piece.text;
      continue;
    }
    const auto found = values.find(piece.text);
    if (found == values.end()) {
      return failure(v1::REFERENCE_UNKNOWN, fmt::format("nothing was captured as ${{{}}}", piece.text));
    }
    text += found->second;
  }
  return text;
}

}  // namespace gnc::scenarios
