#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"

namespace google::protobuf {
class Descriptor;
}

namespace gnc::model {

// The data model's nesting as plain tables, read once from the contract's descriptors: what a scan of
// serialised bytes needs to know.
struct MessageShape {
  struct Field {
    enum class Kind : std::uint8_t { unknown, text, message, other };
    Kind kind = Kind::unknown;
    std::uint16_t message = 0;  // index of its shape
    std::string_view xml_name;  // empty for an attribute of a leaf
  };

  std::string_view name;      // "MetaData"
  std::vector<Field> fields;  // by field number
};

// Index 0 is MetaData.
const std::vector<MessageShape>& contract_shapes();

// Field numbers from MetaData on.
using ElementPath = std::vector<std::uint32_t>;

// What "Declaration/GoodsShipment/Buyer" names: one element, or more where the contract has an XML name in
// two namespaces. Never empty. An error says which step is not in the contract, with the nearest right
// spelling as its remedy.
Result<std::vector<ElementPath>> resolve_path(std::string_view path);

}  // namespace gnc::model
