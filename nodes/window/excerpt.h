#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "proto/types/result.h"

namespace gnc::window {

// The elements of a declaration that somebody is told, and no others.
class Excerpt {
 public:
  // "Declaration/GoodsShipment/Importer": the element with all that is in it, wherever it occurs. An error as
  // of model::resolve_path, or KEY_VALUE where it is no element of a declaration.
  Result<void> add(std::string_view path);

  // Of these goods items alone: indexes, in their order.
  v1::Declaration of(const v1::Declaration& declaration, const std::vector<std::size_t>& items) const;

 private:
  struct Node {
    std::uint32_t number = 0;  // of the field
    bool whole = false;        // with all that is in it
    std::vector<Node> children;
  };
  static Node& child_of(Node& node, std::uint32_t number);
  static void keep(google::protobuf::Message& message, const Node& node);

  Node declaration_;
};

}  // namespace gnc::window
