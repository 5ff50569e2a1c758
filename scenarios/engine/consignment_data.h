#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "scenarios/engine/document_source.h"

namespace gnc::scenarios {

// What an export or an import declaration says of its consignment, element by element.
struct ConsignmentData {
  enum class Way { leaves, comes_in };
  struct Value {
    std::string text;
    std::string attribute;  // its unit or currency; empty where it has none
  };

  Way way = Way::leaves;
  std::string reference;  // GoodsShipment/UCR/ID (WCO 016): both declarations bear it
  // By the path below Declaration, "GoodsShipment/GovernmentAgencyGoodsItem[2]/Origin/CountryCode"; without
  // what is about the declaration and not the goods (its own ids, dates, type and numbering).
  std::map<std::string, Value> elements;
};

// Empty where it is no export or import declaration that can be read and has a reference, or where captured
// values are yet to go into it.
std::optional<ConsignmentData> consignment_of(const SourceDocument&);

// An import declaration beside the export declaration of the same consignment.
struct ConsignmentComparison {
  std::uint32_t stated = 0;  // elements that the import declaration has
  std::uint32_t held = 0;    // of these, that the export declaration has with the same value
  // In none of goods codes, quantities, weights, value, origin and containers that both state they differ.
  bool matches = false;
};
ConsignmentComparison compare(const ConsignmentData& import_data, const ConsignmentData& export_data);

}  // namespace gnc::scenarios
