#pragma once

#include "gnc/v1/datamodel.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/document/document.h"
#include "scenarios/explain/explanation.h"

// What is wrong, from each who says so, as an explanation tells it.
namespace gnc::scenarios {

GateFault fault_of(const Error& error);
// Of the document called `name`.
GateFault fault_of(const model::Fault& fault, std::string_view name);
// With pointers to the elements of `document` that it is about.
GateFault fault_of(const model::CrossingFault& fault, const v1::MetaData& document);
// What to do about a fault that only the recipient's own profile knows.
inline constexpr const char* remedy_of_own = "Give the element what the recipient's profile asks for.";
// Of a response.
GateFault fault_of(const v1::Error& error);

}  // namespace gnc::scenarios
