#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "nodes/window/money.h"
#include "nodes/window/tariff.h"

// What a declaration says of its goods, as duty, agencies and permits need it.
namespace gnc::window {

struct DeclaredPaper {
  std::string type;  // category and type as one: "N954"
  std::string number;
  std::optional<Quantity> quantity;  // to be written off
};

struct DeclaredItem {
  std::uint32_t position = 0;  // from 1, as the items stand
  std::string sequence;        // its SequenceNumeric
  std::string commodity;       // digits of the tariff classification and its TARIC extension
  std::string description;
  std::string origin;
  std::string regime;  // "100"; empty where none is claimed
  std::string quota;   // order number; empty where none is claimed
  std::string payment_method;
  std::optional<Money> value;
  // Net mass in KGM, gross mass in KGM#G, the supplementary quantity in its own unit.
  std::vector<Quantity> quantities;
  std::vector<DeclaredPaper> papers;

  const Quantity* quantity(std::string_view unit) const;
};

// Numbers that cannot be read are left out; the checks of the data model fault them. An amount without a
// currency is in `currency`.
std::vector<DeclaredItem> declared_items(const v1::Declaration& declaration, std::string_view currency);

// Importer, exporter and declarant, as far as they are named by an id.
std::vector<std::string> traders_of(const v1::Declaration& declaration);

}  // namespace gnc::window
