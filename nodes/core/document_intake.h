#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "model/document/document.h"
#include "proto/types/result.h"

// The single window's counter: a document is parsed and checked before anything is done with it.
namespace gnc::nodes {

struct IntakeRefusal {
  Error error;
  std::vector<v1::PointerStep> pointer;
};

// All that keeps a document from being taken in: it cannot be read, or it does not conform.
struct IntakeFaults {
  std::vector<Error> unreadable;
  std::vector<model::Fault> faults;  // of what could be read

  // As one refusal, of which the first says why.
  IntakeRefusal refusal(std::string_view name) const;
};

// Takes in a document as it was lodged. `form_hint` is an extension or media type; "pb" (or the media type
// application/x-protobuf): a serialised MetaData, carried as it is. Any other form is carried as the original
// beside the structured form, with both digests. Every form is checked against the data model, but for code
// lists, which are the importing side's to judge.
tl::expected<v1::CarriedDocument, IntakeRefusal> take_in(std::string document, std::string_view form_hint,
                                                         std::string_view name);
tl::expected<v1::CarriedDocument, IntakeFaults> take_in_or_say_all(std::string document,
                                                                   std::string_view form_hint,
                                                                   std::string_view name);

// The same without the check against the data model, for a party that keeps to none.
tl::expected<v1::CarriedDocument, IntakeRefusal> carry_unchecked(std::string document,
                                                                 std::string_view form_hint,
                                                                 std::string_view name);

// Whether a received document's forms are what their digests say, and say the same. Gives the error that it
// is to be refused with, or one with ERROR_CODE_UNSPECIFIED.
Error check_forms(const v1::CarriedDocument& document);

}  // namespace gnc::nodes
