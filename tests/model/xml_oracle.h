#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

// What libxml2 itself says of XML texts, to hold ours against.
namespace gnc::test {

enum class Canonical { inclusive, exclusive };

// C14N 1.0 without comments and without blank text between elements; empty where it is not well-formed.
std::string canonical_xml(std::string_view text, Canonical kind = Canonical::inclusive);

class XmlSchema {
 public:
  explicit XmlSchema(const std::filesystem::path& file);
  ~XmlSchema();
  // Empty where valid, else what is wrong.
  std::string fault(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::test
