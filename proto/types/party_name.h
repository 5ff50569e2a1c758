#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace gnc {

// The name of a party: an administration "NZ" (ISO 3166-1 alpha-2 shape), an agency or trader under
// one "NZ/health" (lower-case letters, digits, hyphens), or a gateway "gateway/hub".
// In a certificate it stands as the one URI SAN: "gnc://NZ/health".
class PartyName {
 public:
  static std::optional<PartyName> from_text(std::string_view text);
  static std::optional<PartyName> from_uri(std::string_view uri);

  const std::string& text() const { return text_; }
  std::string uri() const { return "gnc://" + text_; }
  bool is_gateway() const { return text_.starts_with("gateway/"); }
  // "NZ" of "NZ/health"; empty for a gateway.
  std::string_view administration() const {
    return is_gateway() ? std::string_view{} : std::string_view(text_).substr(0, 2);
  }

  auto operator<=>(const PartyName&) const = default;

 private:
  explicit PartyName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace gnc
