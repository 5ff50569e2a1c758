#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "nodes/window/register.h"
#include "proto/types/instant.h"

// Text with ${…} in what desks write: ${status}, a column of the entry; ${Declaration/ID}, what the document
// says there; ${now} and ${today}, the time in formats 304 and 102. $${ stands for ${.
namespace gnc::window {

struct DeskValues {
  const v1::MetaData* document = nullptr;  // null: there is none
  const RegisterEntry& entry;
  Instant now;
};

// What permits are lacking, for a desk that wants some.
inline constexpr std::string_view lacking_name = "lacking";

// A name that stands for nothing leaves nothing.
std::string filled(std::string_view text, const DeskValues& values);

// The names in it, for the reader to look at.
std::vector<std::string> names_in(std::string_view text);

// "…AuthorisationHolder[each]/ID" of the n-th entry, from 1.
std::string with_occurrence(std::string_view path, std::size_t number);

}  // namespace gnc::window
