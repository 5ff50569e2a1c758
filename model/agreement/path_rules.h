#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/agreement/contract_shape.h"
#include "proto/types/result.h"

namespace gnc::model {

// A rule about paths, and where it was written.
struct PathRule {
  std::string says;           // the sentence that a refusal begins with
  std::string part;           // of the definition, by its YAML keys: "clusters/0/paths/1"
  bool of_agreement = false;  // and not of its block
};

// What may, must and must not be in a document, compiled to field numbers and checked in one pass over its
// serialised bytes.
class PathRules {
 public:
  static constexpr std::size_t max_required = 256;

  PathRules();

  // `path` is what resolve_path made of `text`.
  void forbid(const std::vector<ElementPath>& path, const PathRule& rule);
  // False beyond max_required.
  bool require(const std::vector<ElementPath>& path, std::string text, PathRule rule);
  void permit(const std::vector<ElementPath>& path);
  // From now on, what is neither permitted nor required may not be there.
  void close(PathRule rule);

  // Whether anything depends on what is in the document.
  bool ask_for_content() const { return closed_ || !forbidden_.empty() || !required_.empty(); }

  // `document_type` is "DEC" or "RES"; paths required below the other one's root are not asked for.
  // TYPE_OF_VALUE where the bytes are not a serialised MetaData, DOCUMENT_TYPE_NOT_IN_MESSAGE where they are
  // of the other type, CLUSTER_FORBIDDEN and CLUSTER_MISSING with rule and path. Allocates only for a
  // refusal.
  Result<void> check(std::string_view serialised, std::string_view document_type) const;

  struct Fault {
    Error error;
    const PathRule* rule = nullptr;  // null where none was asked
  };
  // Everything that is wrong, the one that check() gives first.
  std::vector<Fault> check_all(std::string_view serialised, std::string_view document_type) const;

 private:
  struct Node {
    std::vector<std::uint16_t> children;  // by field number; 0: none
    int forbidden = -1;
    int required = -1;
    bool permitted = false;
  };
  struct Required {
    std::string path;
    PathRule rule;
  };
  struct Scan;

  Node& node_at(const ElementPath& path);
  // `every`: what may not be there is noted and passed over. Else the walk stops at the first of it.
  template <bool every>
  bool walk(std::string_view bytes, const MessageShape& shape, const Node* node, bool permitted,
            Scan& scan) const;
  Fault fault_of(const Scan& scan) const;
  void add_faults_of_whole(const Scan& scan, std::string_view document_type, std::size_t most,
                           std::vector<Fault>& faults) const;

  std::vector<Node> nodes_;
  std::vector<PathRule> forbidden_;
  std::vector<Required> required_;
  std::bitset<max_required> required_of_declaration_;
  std::bitset<max_required> required_of_response_;
  bool closed_ = false;
  PathRule closing_rule_;
};

}  // namespace gnc::model
