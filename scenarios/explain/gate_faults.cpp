#include "scenarios/explain/gate_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "gnc/v1/errors.pb.h"
#include "model/document/wco_path.h"

namespace gnc::scenarios {
namespace {

GateFault of_catalogue(v1::ErrorCode code) {
  const CatalogueEntry& entry = catalogue_entry(code);
  GateFault fault;
  fault.code = entry.label;
  fault.name = entry.name;
  fault.detail = entry.happened;
  fault.remedy = entry.remedy;
  return fault;
}

// The catalogue's code of "GNC-107"; unspecified where it is an administration's own.
v1::ErrorCode code_of(std::string_view text) {
  constexpr std::string_view prefix = "GNC-";
  if (!text.starts_with(prefix)) return v1::ERROR_CODE_UNSPECIFIED;
  text.remove_prefix(prefix.size());
  int number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool known =
      wrong == std::errc{} && end == text.data() + text.size() && v1::ErrorCode_IsValid(number);
  return known ? static_cast<v1::ErrorCode>(number) : v1::ERROR_CODE_UNSPECIFIED;
}

std::uint32_t number_of(const std::string& text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

GateFault fault_of(const Error& error) {
  GateFault fault = of_catalogue(error.code);
  if (!error.detail.empty()) fault.detail = error.detail;
  if (!error.remedy.empty()) fault.remedy = error.remedy;
  fault.where = error.where;
  return fault;
}

GateFault fault_of(const model::Fault& fault, std::string_view name) {
  GateFault made = fault_of(Error{fault.code, fault.detail, {}, {}});
  made.path = fault.path;
  if (!fault.pointer.empty()) made.pointers.push_back(model::pointer_text(fault.pointer));
  made.where = fault.line == 0 ? std::string(name) : fmt::format("{}:{}:{}", name, fault.line, fault.column);
  return made;
}

GateFault fault_of(const model::CrossingFault& fault, const v1::MetaData& document) {
  GateFault made = fault_of(fault.error);
  made.decided_at = fault.decided_at;
  made.path = std::exchange(made.where, {});
  if (made.path.empty()) return made;
  if (const auto path = model::WcoPath::parse(made.path)) {
    for (const auto& pointer : path->pointers(document)) {
      std::string text = model::pointer_text(pointer);
      if (!text.empty()) made.pointers.push_back(std::move(text));
    }
  }
  return made;
}

GateFault fault_of(const v1::Error& error) {
  const std::string& code = error.validation_code().value();
  const v1::ErrorCode known = code_of(code);
  GateFault made;
  if (known == v1::ERROR_CODE_UNSPECIFIED) {
    made.remedy = remedy_of_own;
  } else {
    made = of_catalogue(known);
  }
  made.code = code;
  if (!error.description().value().empty()) made.detail = error.description().value();
  std::vector<v1::PointerStep> pointer;
  for (const v1::AmendmentPointer& written : error.pointer()) {
    v1::PointerStep& step = pointer.emplace_back();
    step.set_document_section(written.document_section_code().value());
    step.set_sequence(number_of(written.sequence_numeric().value()));
    step.set_tag(written.tag_id().value());
  }
  if (!pointer.empty()) made.pointers.push_back(model::pointer_text(pointer));
  return made;
}

}  // namespace gnc::scenarios
