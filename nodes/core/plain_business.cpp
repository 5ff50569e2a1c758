#include "nodes/core/plain_business.h"

#include <fmt/format.h>

#include "model/document/document.h"
#include "nodes/core/response_parts.h"

namespace gnc::nodes {
namespace {

// Message function, coded: UN/EDIFACT 1225.
constexpr std::string_view cancellation = "1";

// RES formats: ValidationCode an..8, Description an..512 characters.
void add_error(v1::Response& response, const model::Fault& fault) {
  v1::Error& error = *response.add_error();
  error.mutable_validation_code()->set_value(label(fault.code));
  if (!fault.detail.empty()) {
    error.mutable_description()->set_value(std::string(first_characters(fault.detail, 512)));
  }
  add_pointer(*error.mutable_pointer(), fault.pointer);
}

}  // namespace

v1::MetaData plain_answer(const v1::MetaData& lodged, const std::vector<model::Fault>& faults,
                          const Uuid& answer_id, Instant now) {
  v1::MetaData answer;
  answer.mutable_wco_data_model_version_code()->set_value("3.6");
  answer.mutable_wco_type_name()->set_value("RES");
  v1::Response& response = *answer.add_response();
  response.mutable_function_code()->set_value(faults.empty() ? "01" : "03");
  std::string reference = answer_id.text();
  std::erase(reference, '-');
  response.mutable_functional_reference_id()->set_value(reference);
  set_date(*response.mutable_issue_date_time(), now);
  for (const model::Fault& fault : faults) add_error(response, fault);

  v1::ResponseDeclaration& about = *response.mutable_declaration();
  const v1::Declaration& declaration = lodged.declaration();
  if (!faults.empty()) {
    set_date(*about.mutable_rejection_date_time(), now);
  } else if (declaration.function_code().value() == cancellation) {
    set_date(*about.mutable_cancellation_date_time(), now);
  } else {
    set_date(*about.mutable_acceptance_date_time(), now);
  }
  if (declaration.has_functional_reference_id()) {
    *about.mutable_functional_reference_id() = declaration.functional_reference_id();
  }
  if (declaration.has_id()) *about.mutable_id() = declaration.id();
  about.mutable_version_id()->set_value("1");
  return answer;
}

Decision PlainBusiness::decide(const ReceivedDocument& document, Instant now) {
  if (!document.answer_due) return {};
  v1::MetaData lodged;
  std::vector<model::Fault> faults;
  if (lodged.ParseFromArray(document.structured.data(), static_cast<int>(document.structured.size()))) {
    faults = model::check(lodged);
  } else {
    faults.push_back({v1::TYPE_OF_VALUE, "the structured form cannot be read", {}, {}});
  }
  Decision decision;
  decision.outcome = faults.empty() ? Outcome::accepted : Outcome::rejected;
  if (document.answer_type == "RES") decision.answer = plain_answer(lodged, faults, document.answer_id, now);
  return decision;
}

}  // namespace gnc::nodes
