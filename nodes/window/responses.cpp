#include "nodes/window/responses.h"

#include <algorithm>

#include <fmt/format.h>

#include "nodes/core/response_parts.h"

namespace gnc::window {
namespace {

void set_amount(v1::Amount& into, const Decimal& amount, const Tariff& tariff) {
  into.set_value(amount.text(tariff.rounding.places));
  into.set_currency_id(tariff.currency);
}

void write_line(v1::CommodityDutyTaxFee& fee, const DutyLine& line, const Tariff& tariff) {
  if (line.base_value) set_amount(*fee.mutable_ad_valorem_tax_base_amount(), *line.base_value, tariff);
  set_amount(*fee.mutable_deduct_amount(), Decimal(), tariff);
  fee.mutable_duty_regime_code()->set_value(line.regime);
  if (line.base_quantity) {
    fee.mutable_specific_tax_base_quantity()->set_value(line.base_quantity->amount.text());
    fee.mutable_specific_tax_base_quantity()->set_unit_code(line.base_quantity->unit);
  }
  fee.mutable_tax_rate_numeric()->set_value(line.rate.text(2));
  fee.mutable_type_code()->set_value(line.type);
  set_amount(*fee.mutable_payment()->mutable_tax_assessed_amount(), line.assessed, tariff);
  set_amount(*fee.mutable_payment()->mutable_payment_amount(), line.assessed, tariff);
}

}  // namespace

v1::Response& Responses::begin(std::string_view function, const About& about) {
  v1::Response& response = responses_.emplace_back();
  response.mutable_function_code()->set_value(std::string(function));
  ++count_;
  response.mutable_functional_reference_id()->set_value(
      count_ == 1 ? reference_ : fmt::format("{}-{}", reference_, count_));
  nodes::set_date(*response.mutable_issue_date_time(), now_);
  v1::ResponseDeclaration& declaration = *response.mutable_declaration();
  if (!about.local_reference.empty())
    declaration.mutable_functional_reference_id()->set_value(about.local_reference);
  if (!about.number.empty()) declaration.mutable_id()->set_value(about.number);
  if (about.version > 0) declaration.mutable_version_id()->set_value(std::to_string(about.version));
  return response;
}

void Responses::state(v1::Response& response, const std::string& code, const std::string& type,
                      std::string_view text) const {
  v1::ResponseAdditionalInformation& information = *response.add_additional_information();
  if (!code.empty()) information.mutable_statement_code()->set_value(code);
  if (!text.empty()) {
    information.mutable_statement_description()->set_value(std::string(nodes::first_characters(text, 512)));
  }
  information.mutable_statement_type_code()->set_value(type);
}

void Responses::accepted(const About& about, Instant acceptance) {
  v1::Response& response = begin(function::accepted, about);
  nodes::set_date(*response.mutable_declaration()->mutable_acceptance_date_time(), acceptance);
}

void Responses::received(const About& about) { begin(function::received, about); }

void Responses::rejected(const About& about, const std::vector<Rejection>& rejections) {
  v1::Response& response = begin(function::rejected, about);
  nodes::set_date(*response.mutable_declaration()->mutable_rejection_date_time(), now_);
  for (const Rejection& rejection : rejections) {
    v1::Error& error = *response.add_error();
    error.mutable_validation_code()->set_value(rejection.code);
    if (!rejection.says.empty())
      error.mutable_description()->set_value(std::string(nodes::first_characters(rejection.says, 512)));
    nodes::add_pointer(*error.mutable_pointer(), rejection.pointer);
  }
}

void Responses::under_control(const About& about, const std::string& why) {
  v1::Response& response = begin(function::under_control, about);
  if (!why.empty()) state(response, {}, profile_.answers.statement, why);
}

void Responses::documents_wanted(const About& about, const std::vector<AgencyFinding>& findings,
                                 Instant until) {
  v1::Response& response = begin(function::documents_wanted, about);
  for (const AgencyFinding& finding : findings) {
    state(response, profile_.answers.documents, profile_.answers.documents,
          finding.item == 0 ? fmt::format("{}: {}", finding.agency, finding.why)
                            : fmt::format("{}: item {}: {}", finding.agency, finding.item, finding.why));
    nodes::set_date(*response.mutable_additional_information()->rbegin()->mutable_limit_date_time(), until);
  }
}

void Responses::amended(const About& about, const v1::Declaration& request) {
  v1::Response& response = begin(function::amended, about);
  for (const v1::Amendment& asked : request.amendment()) {
    v1::Amendment& done = *response.add_amendment();
    *done.mutable_change_reason_code() = asked.change_reason_code();
    for (const v1::AmendmentPointer& step : asked.pointer()) {
      v1::AmendmentPointer& written = *done.add_pointer() = step;
      // Declaration and shipment occur once: the answer does not number them.
      const std::string& section = step.document_section_code().value();
      if (section == "42A" || section == "67A") written.clear_sequence_numeric();
    }
  }
  v1::Declaration& content = *response.mutable_original_declaration();
  content.mutable_function_code()->set_value("9");
  if (request.has_goods_shipment()) *content.mutable_goods_shipment() = request.goods_shipment();
}

void Responses::cleared(const About& about) {
  state(begin(function::cleared, about), profile_.answers.cleared, profile_.answers.statement);
}

void Responses::invalidated(const About& about, const v1::Declaration& request) {
  v1::Response& response = begin(function::invalidated, about);
  std::string reason;
  if (request.amendment_size() > 0) reason = request.amendment(0).change_reason_code().value();
  state(response, reason, profile_.answers.statement);
  nodes::set_date(*response.mutable_declaration()->mutable_cancellation_date_time(), now_);
}

void Responses::request_answered(const About& about, bool granted, const std::string& why) {
  v1::Response& response = begin(function::request_answered, about);
  state(response, {}, profile_.answers.statement, why);
  response.add_status()->mutable_name_code()->set_value(granted ? profile_.answers.granted
                                                                : profile_.answers.refused);
}

void Responses::duty(const About& about, const v1::Declaration& declaration, const Assessment& assessment,
                     const std::string& status) {
  v1::Response& response = begin(function::duty, about);
  const Offices& offices = profile_.offices;
  if (!offices.appeal.empty()) response.mutable_appeal_office()->mutable_id()->set_value(offices.appeal);
  if (!offices.bank.empty()) {
    response.mutable_bank()->mutable_reference_id()->set_value(offices.bank);
    response.mutable_bank()->mutable_id()->set_value(offices.account);
  }
  if (!offices.contact.empty()) {
    v1::ContactOffice& contact = *response.add_contact_office();
    contact.mutable_id()->set_value(offices.contact);
    for (const Communication& each : offices.communications) {
      v1::Communication& communication = *contact.add_communication();
      communication.mutable_id()->set_value(each.id);
      communication.mutable_type_code()->set_value(each.type);
    }
  }
  for (const std::string& note : assessment.notes) state(response, {}, profile_.answers.statement, note);
  response.add_status()->mutable_name_code()->set_value(status);
  v1::ResponseGoodsShipment& shipment = *response.mutable_declaration()->mutable_goods_shipment();
  std::uint32_t item = 0;
  v1::ResponseGovernmentAgencyGoodsItem* goods = nullptr;
  for (const DutyLine& line : assessment.lines) {
    if (line.item != item) {
      item = line.item;
      goods = shipment.add_government_agency_goods_item();
      const auto& declared = declaration.goods_shipment().government_agency_goods_item();
      goods->mutable_sequence_numeric()->set_value(
          declared.Get(static_cast<int>(item) - 1).sequence_numeric().value());
    }
    write_line(*goods->mutable_commodity()->add_duty_tax_fee(), line, *profile_.tariff);
  }
}

void Responses::insufficient(const About& about, const Settlement& settlement) {
  v1::Response& response = begin(function::insufficient, about);
  if (!profile_.offices.bank.empty()) {
    response.mutable_bank()->mutable_reference_id()->set_value(profile_.offices.bank);
    response.mutable_bank()->mutable_id()->set_value(profile_.offices.account);
  }
  v1::ResponsePayment& payment = *response.mutable_declaration()->add_duty_tax_fee()->mutable_payment();
  set_amount(*payment.mutable_payment_amount(), settlement.due, *profile_.tariff);
  if (!settlement.account.empty())
    payment.add_obligation_guarantee()->mutable_reference_id()->set_value(settlement.account);
}

void Responses::departed(const About& about, const v1::Declaration& request) {
  v1::Response& response = begin(function::departed, about);
  v1::ResponseAdditionalInformation& information = *response.add_additional_information();
  if (request.has_exit_office())
    information.mutable_statement_description()->set_value(request.exit_office().id().value());
  information.mutable_statement_type_code()->set_value("CEX");
  v1::Status& status = *response.add_status();
  status.mutable_name_code()->set_value("A1");
  nodes::set_date(*status.mutable_effective_date_time(), now_);
}

void Responses::exit_enquiry(const About& about, Instant until) {
  v1::Response& response = begin(function::exit_enquiry, about);
  v1::ResponseAdditionalInformation& information = *response.add_additional_information();
  nodes::set_date(*information.mutable_limit_date_time(), until);
  information.mutable_statement_type_code()->set_value("CEX");
}

}  // namespace gnc::window
