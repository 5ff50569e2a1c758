#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gnc/v1/datamodel.pb.h"

namespace gnc::model {

// One line of a document laid out as a form: a class, or an element with its value.
struct FormLine {
  std::string pointer;        // as pointer_text() gives it: "42A/67A/68A[2]/R144"
  std::string_view xml_name;  // refers to static storage, as the next two do
  std::string_view id;        // WCO class or element id; empty where the contract gives none
  std::string_view name;      // the dictionary's name
  std::string_view in_class;  // the xml_name of the class that it stands in; empty at the top
  std::size_t depth = 0;
  bool is_class = false;
  std::string value;
  std::vector<std::pair<std::string, std::string>> attributes;  // "currencyID", "NZD"
};

// Every class and element that the document has, in its order.
std::vector<FormLine> form_of(const v1::MetaData& document);

}  // namespace gnc::model
