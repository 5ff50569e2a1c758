#include "tests/nodes/window/window_world.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "model/document/document.h"

namespace gnc::window {
namespace {

std::string file_text(const std::string& path) {
  std::ostringstream text;
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  text << file.rdbuf();
  return text.str();
}

std::string pointer_of(const google::protobuf::RepeatedPtrField<v1::AmendmentPointer>& pointer) {
  std::string text;
  for (const v1::AmendmentPointer& step : pointer) {
    text += (text.empty() ? "" : "/") + step.document_section_code().value();
    if (step.has_sequence_numeric()) text += "[" + step.sequence_numeric().value() + "]";
    if (step.has_tag_id()) text += "/" + step.tag_id().value();
  }
  return text;
}

// Whatever is answered is a document that the data model allows.
void expect_conformant(const std::vector<v1::Response>& responses) {
  v1::MetaData answer;
  answer.mutable_wco_type_name()->set_value("RES");
  for (const v1::Response& response : responses) *answer.add_response() = response;
  for (const model::Fault& fault : model::check(answer)) ADD_FAILURE() << fault.path << ": " << fault.detail;
}

}  // namespace

Profile profile_of(std::string_view yaml) {
  auto profile = parse_profile(yaml, "profile.yaml");
  if (!profile) {
    for (const Error& error : profile.error()) ADD_FAILURE() << describe(error);
    return {};
  }
  return std::move(*profile);
}

Profile profile_at(const std::string& path) { return profile_of(file_text(path)); }

Profile profile_file(const std::string& name) {
  return profile_at(std::string(GNC_SOURCE_DIR "/tests/nodes/window/profiles/") + name);
}

v1::MetaData document_of(std::string_view xml) {
  const std::size_t end = xml.rfind('>');
  auto parsed =
      model::parse(xml.substr(0, end == std::string_view::npos ? 0 : end + 1), model::Form::xml, "test");
  if (!parsed) {
    for (const Error& error : parsed.error()) ADD_FAILURE() << describe(error);
    return {};
  }
  return std::move(*parsed);
}

v1::MetaData document_file(const std::string& path) { return document_of(file_text(path)); }

std::string said(const v1::Response& response) {
  std::string text = response.function_code().value();
  for (const v1::Status& status : response.status()) text += "/" + status.name_code().value();
  for (const v1::Error& error : response.error()) {
    text += " " + error.validation_code().value();
    if (error.pointer_size() > 0) text += " " + pointer_of(error.pointer());
  }
  for (const v1::Amendment& amendment : response.amendment()) {
    text += " " + amendment.change_reason_code().value() + " " + pointer_of(amendment.pointer());
  }
  for (const auto& item : response.declaration().goods_shipment().government_agency_goods_item()) {
    for (const v1::CommodityDutyTaxFee& fee : item.commodity().duty_tax_fee()) {
      text += " " + fee.type_code().value() + " " + fee.tax_rate_numeric().value() + " " +
              fee.payment().payment_amount().value();
    }
  }
  return text;
}

std::vector<std::string> said(const v1::MetaData& answer) {
  std::vector<std::string> all;
  for (const v1::Response& response : answer.response()) all.push_back(said(response));
  return all;
}

std::vector<std::string> WindowWorld::lodge(const v1::MetaData& document, std::uint64_t draw) {
  ++count_;
  const Uuid id = Uuid::from_parts(now, count_, count_ * 0x9e3779b97f4a7c15ull);
  last = window.lodge({document, id, "NZ", fmt::format("{:032}", count_), now, draw});
  expect_conformant(last.responses);
  std::vector<std::string> all;
  for (const v1::Response& response : last.responses) {
    all.push_back(said(response));
    number = response.declaration().id().value();
  }
  return all;
}

void WindowWorld::start_again() {
  for (const nodes::NoteRecord& note : window.notes()) {
    if (note.bytes) {
      kept[note.name] = *note.bytes;
    } else {
      EXPECT_EQ(kept.erase(note.name), 1u) << note.name;
    }
  }
  std::vector<nodes::NoteRecord> notes;
  for (const auto& [name, bytes] : kept) notes.push_back({name, bytes});
  std::destroy_at(&window);
  std::construct_at(&window, profile_, office_);
  const auto recalled = window.recall(notes);
  EXPECT_TRUE(recalled) << describe(recalled.error());
}

std::vector<std::string> WindowWorld::wait(Duration duration) {
  now = now + duration;
  std::vector<std::string> all;
  for (const FollowUp& follow_up : window.time_passed(now)) {
    last = follow_up.answer;
    expect_conformant(last.responses);
    for (const v1::Response& response : follow_up.answer.responses) all.push_back(said(response));
  }
  return all;
}

}  // namespace gnc::window
