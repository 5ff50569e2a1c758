#pragma once

#include <array>
#include <span>
#include <string_view>

#include "gnc/v1/options.pb.h"

namespace gnc::model {

namespace tables {
// Sorted; ISO 3166-1 alpha-2 and ISO 4217, as iso-codes has them.
extern const std::span<const std::string_view> countries;
extern const std::span<const std::string_view> currencies;
}  // namespace tables

// True also for CODE_LIST_NONE.
bool in_code_list(v1::CodeList list, std::string_view code);

// "ISO 3166-1"; for people.
std::string_view code_list_name(v1::CodeList list);

}  // namespace gnc::model
