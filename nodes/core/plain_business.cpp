#include "nodes/core/plain_business.h"

#include <chrono>

#include <fmt/format.h>

#include "model/document/document.h"

namespace gnc::nodes {
namespace {

// Message function, coded: UN/EDIFACT 1225.
constexpr std::string_view cancellation = "1";

// Date format 304 in UTC: "20191113172216Z".
std::string date_format_304(Instant at) {
  const std::chrono::sys_seconds second{std::chrono::seconds(at.microseconds / 1'000'000)};
  const auto midnight = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss time{second - midnight};
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

void set_date(v1::DateTime& date, Instant at) {
  date.set_value(date_format_304(at));
  date.set_format_code("304");
}

// RES formats: ValidationCode an..8, Description an..512 characters.
std::string_view first_characters(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (std::size_t n = 0; at < text.size() && n < characters; ++n) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
  }
  return text.substr(0, at);
}

void add_error(v1::Response& response, const model::Fault& fault) {
  v1::Error& error = *response.add_error();
  error.mutable_validation_code()->set_value(label(fault.code));
  if (!fault.detail.empty()) {
    error.mutable_description()->set_value(std::string(first_characters(fault.detail, 512)));
  }
  for (const v1::PointerStep& step : fault.pointer) {
    v1::AmendmentPointer& pointer = *error.add_pointer();
    if (step.sequence() != 0) pointer.mutable_sequence_numeric()->set_value(std::to_string(step.sequence()));
    pointer.mutable_document_section_code()->set_value(step.document_section());
    if (!step.tag().empty()) pointer.mutable_tag_id()->set_value(step.tag());
  }
}

v1::MetaData make_response(const v1::MetaData& lodged, const std::vector<model::Fault>& faults,
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

}  // namespace

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
  if (document.answer_type == "RES") decision.answer = make_response(lodged, faults, document.answer_id, now);
  return decision;
}

}  // namespace gnc::nodes
