#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/repeated_ptr_field.h>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/types/instant.h"

// What the RES documents of every business are made of.
namespace gnc::nodes {

// In date format 304, UTC: "20191113172216Z".
void set_date(v1::DateTime& date, Instant at);

// What a document says in format 304 (without a zone: UTC) or 102. Empty where it says neither.
std::optional<Instant> read_date(const v1::DateTime& date);

// At most that many characters of UTF-8: RES formats bound text.
std::string_view first_characters(std::string_view text, std::size_t characters);

void add_pointer(google::protobuf::RepeatedPtrField<v1::AmendmentPointer>& into,
                 const std::vector<v1::PointerStep>& pointer);

}  // namespace gnc::nodes
