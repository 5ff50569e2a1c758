#include "model/conformance/code_lists.h"

#include <algorithm>

namespace gnc::model {

bool in_code_list(v1::CodeList list, std::string_view code) {
  switch (list) {
    case v1::CODE_LIST_ISO_3166_1:
      return std::ranges::binary_search(tables::countries, code);
    case v1::CODE_LIST_ISO_4217:
      return std::ranges::binary_search(tables::currencies, code);
    default:
      return true;
  }
}

std::string_view code_list_name(v1::CodeList list) {
  switch (list) {
    case v1::CODE_LIST_ISO_3166_1:
      return "ISO 3166-1 (alpha-2)";
    case v1::CODE_LIST_ISO_4217:
      return "ISO 4217 (alphabetic)";
    default:
      return "";
  }
}

}  // namespace gnc::model
