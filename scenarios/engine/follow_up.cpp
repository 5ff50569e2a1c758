#include "scenarios/engine/follow_up.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

using Kind = FollowUpStep::Kind;

std::string_view function_code(Kind kind) {
  switch (kind) {
    case Kind::amend:
      return "4";
    case Kind::cancel:
      return "1";
    case Kind::query:
      return "13";
  }
  return {};
}

v1::BlockMessage::FollowUp follow_up_of(Kind kind) {
  switch (kind) {
    case Kind::amend:
      return v1::BlockMessage::FOLLOW_UP_AMENDS;
    case Kind::cancel:
      return v1::BlockMessage::FOLLOW_UP_CANCELS;
    case Kind::query:
      return v1::BlockMessage::FOLLOW_UP_QUERIES;
  }
  return v1::BlockMessage::FOLLOW_UP_NONE;
}

void add_amendment(v1::Declaration& declaration, const std::vector<v1::PointerStep>& pointer) {
  v1::Amendment& amendment = *declaration.add_amendment();
  for (const v1::PointerStep& step : pointer) {
    v1::AmendmentPointer& part = *amendment.add_pointer();
    if (step.sequence() != 0) part.mutable_sequence_numeric()->set_value(std::to_string(step.sequence()));
    part.mutable_document_section_code()->set_value(step.document_section());
    if (!step.tag().empty()) part.mutable_tag_id()->set_value(step.tag());
  }
}

// Who speaks, and about what; nothing of what is declared.
v1::Declaration head_of(const v1::Declaration& original) {
  v1::Declaration head;
  if (original.has_type_code()) *head.mutable_type_code() = original.type_code();
  if (original.has_declaration_office_id()) {
    *head.mutable_declaration_office_id() = original.declaration_office_id();
  }
  if (original.has_submitter()) *head.mutable_submitter() = original.submitter();
  if (original.has_declarant()) *head.mutable_declarant() = original.declarant();
  return head;
}

}  // namespace

Result<v1::MetaData> follow_up(const v1::MetaData& original, Kind kind, const std::vector<NewValue>& values,
                               std::string_view reference) {
  if (!original.has_declaration()) {
    return failure(v1::KEY_VALUE, "only a declaration can be amended, cancelled or asked about");
  }
  v1::MetaData document = original;
  // It says how the original's elements stood; here others stand in their places.
  document.clear_xml_rendition();
  v1::Declaration& declaration = *document.mutable_declaration();
  if (kind != Kind::amend) declaration = head_of(original.declaration());
  for (const NewValue& value : values) {
    if (auto set = value.path.set(document, value.value); !set) return tl::unexpected(set.error());
  }
  declaration.mutable_function_code()->set_value(std::string(function_code(kind)));
  const v1::Declaration& about = original.declaration();
  declaration.mutable_id()->set_value(about.has_id() ? about.id().value()
                                                     : about.functional_reference_id().value());
  declaration.mutable_functional_reference_id()->set_value(std::string(reference));
  for (const NewValue& value : values) {
    for (const auto& pointer : value.path.pointers(document)) add_amendment(declaration, pointer);
  }
  return document;
}

const v1::BlockMessage* follow_up_message(const v1::UtilityBlock& block, std::string_view message,
                                          Kind kind) {
  for (const v1::BlockMessage& candidate : block.messages()) {
    if (candidate.follows() == message && candidate.follow_up() == follow_up_of(kind)) return &candidate;
  }
  return nullptr;
}

std::string_view follow_up_key(Kind kind) {
  switch (kind) {
    case Kind::amend:
      return "amends";
    case Kind::cancel:
      return "cancels";
    case Kind::query:
      return "queries";
  }
  return {};
}

std::string_view follow_up_noun(Kind kind) {
  switch (kind) {
    case Kind::amend:
      return "amendment";
    case Kind::cancel:
      return "cancellation";
    case Kind::query:
      return "query";
  }
  return {};
}

}  // namespace gnc::scenarios
