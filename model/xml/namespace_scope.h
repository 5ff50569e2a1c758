#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "gnc/v1/options.pb.h"

namespace gnc::model {

// The namespace declarations in scope while a document is read or written. Prefixes are not copied.
class NamespaceScope {
 public:
  void bind(std::string_view prefix, v1::XmlNamespace known, int depth) {
    bindings_.push_back({prefix, known, depth});
    found_.fill(Found{});
  }

  // The element at `depth` has ended.
  void leave(int depth) {
    if (bindings_.empty() || bindings_.back().depth < depth) return;
    while (!bindings_.empty() && bindings_.back().depth >= depth) bindings_.pop_back();
    found_.fill(Found{});
  }

  // The prefix declared innermost for a known namespace and still bound to it.
  std::optional<std::string_view> prefix_of(v1::XmlNamespace known) {
    Found& found = found_[static_cast<std::size_t>(known)];
    if (!found.searched) found = search(known);
    return found.bound ? std::optional(found.prefix) : std::nullopt;
  }

  bool binds(std::string_view prefix, v1::XmlNamespace known) const {
    for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
      if (binding->prefix == prefix) return binding->known == known;
    }
    return false;
  }

 private:
  struct Binding {
    std::string_view prefix;
    v1::XmlNamespace known;
    int depth;
  };
  struct Found {
    bool searched = false;
    bool bound = false;
    std::string_view prefix;
  };

  Found search(v1::XmlNamespace known) const {
    for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
      // An attribute's namespace cannot be the default one.
      if (known == v1::XML_NAMESPACE_SCHEMA_INSTANCE && binding->prefix.empty()) continue;
      if (binding->known == known && binds(binding->prefix, known)) return {true, true, binding->prefix};
    }
    return {true, false, {}};
  }

  std::vector<Binding> bindings_;
  std::array<Found, v1::XmlNamespace_ARRAYSIZE> found_{};
};

}  // namespace gnc::model
