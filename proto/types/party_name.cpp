#include "proto/types/party_name.h"

#include <algorithm>

namespace gnc {
namespace {

constexpr std::size_t longest_name = 64;

bool is_label(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_country(std::string_view text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::optional<PartyName> PartyName::from_text(std::string_view text) {
  if (text.size() > longest_name) return std::nullopt;
  const auto slash = text.find('/');
  const auto head = text.substr(0, slash);
  if (head == "gateway") {
    if (slash == std::string_view::npos || !is_label(text.substr(slash + 1))) return std::nullopt;
  } else {
    if (!is_country(head)) return std::nullopt;
    if (slash != std::string_view::npos && !is_label(text.substr(slash + 1))) return std::nullopt;
  }
  return PartyName(std::string(text));
}

std::optional<PartyName> PartyName::from_uri(std::string_view uri) {
  constexpr std::string_view scheme = "gnc://";
  if (!uri.starts_with(scheme)) return std::nullopt;
  return from_text(uri.substr(scheme.size()));
}

}  // namespace gnc
