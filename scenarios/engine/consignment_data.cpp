#include "scenarios/engine/consignment_data.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "model/document/document.h"
#include "model/document/plan.h"

namespace gnc::scenarios {
namespace {

using google::protobuf::Message;
using model::LeafKind;
using Value = ConsignmentData::Value;

constexpr std::string_view reference_path = "GoodsShipment/UCR/ID";

// Of the declaration itself. Whoever declares writes them anew, whatever a partner holds.
constexpr std::array<std::string_view, 8> heading{
    "AcceptanceDateTime", "FunctionCode", "FunctionalReferenceID", "ID", "IssueDateTime",
    "TypeCode",           "VersionID",    reference_path};

// What exports and imports are matched by. Without the numbers of occurrences.
constexpr std::array<std::string_view, 11> matched_by{
    "GoodsItemQuantity",
    "TotalGrossMassMeasure",
    "TotalPackageQuantity",
    "GoodsShipment/Consignment/TransportEquipment/ID",
    "GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Classification/ID",
    "GoodsShipment/GovernmentAgencyGoodsItem/Commodity/GoodsMeasure/GrossMassMeasure",
    "GoodsShipment/GovernmentAgencyGoodsItem/Commodity/GoodsMeasure/NetNetWeightMeasure",
    "GoodsShipment/GovernmentAgencyGoodsItem/Commodity/GoodsMeasure/TariffQuantity",
    "GoodsShipment/GovernmentAgencyGoodsItem/Commodity/InvoiceLine/ItemChargeAmount",
    "GoodsShipment/GovernmentAgencyGoodsItem/Origin/CountryCode",
    "GoodsShipment/GovernmentAgencyGoodsItem/Packaging/QuantityQuantity"};

bool is_number(LeafKind kind) {
  return kind == LeafKind::amount || kind == LeafKind::measure || kind == LeafKind::numeric ||
         kind == LeafKind::quantity;
}

// "0041000.50" and "41000.5" are one number.
std::string plain_number(std::string text) {
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
  return text.starts_with('.') ? "0" + text : text;
}

Value value_of(const Message& leaf, const model::LeafPlan& plan) {
  Value value{model::leaf_value(leaf, plan.kind), {}};
  if (!is_number(plan.kind) || value.text.empty()) return value;
  value.text = plain_number(std::move(value.text));
  for (const model::AttributePlan& attribute : plan.attributes) {
    if (!plan.reflection->HasField(leaf, attribute.field)) continue;
    value.attribute = plan.reflection->GetString(leaf, attribute.field);
    break;
  }
  return value;
}

void collect(const Message& message, const model::ClassPlan& plan, const std::string& at,
             std::map<std::string, Value>& into) {
  for (const model::FieldPlan& field : plan.fields) {
    if (field.xml_name == "SequenceNumeric") continue;
    const int count = model::occurrences(message, field);
    for (int i = 0; i < count; ++i) {
      std::string path = at + std::string(field.xml_name);
      if (field.repeated) path += fmt::format("[{}]", i + 1);
      const Message& element = model::occurrence(message, field, i);
      if (field.leaf != nullptr) {
        into.emplace(std::move(path), value_of(element, *field.leaf));
      } else {
        collect(element, *field.child, path + "/", into);
      }
    }
  }
}

std::map<std::string, Value> elements_of(const v1::MetaData& document) {
  std::map<std::string, Value> elements;
  for (const model::FieldPlan& field : model::document_plan().fields) {
    if (field.xml_name == "Declaration" && model::occurrences(document, field) == 1) {
      collect(model::occurrence(document, field, 0), *field.child, {}, elements);
    }
  }
  return elements;
}

std::string without_numbers(std::string_view path) {
  std::string plain;
  bool in_number = false;
  for (const char c : path) {
    in_number |= c == '[';
    if (!in_number) plain += c;
    in_number &= c != ']';
  }
  return plain;
}

// A unit that only one of them writes out is taken to be the other's.
bool same(const Value& one, const Value& other) {
  return one.text == other.text &&
         (one.attribute.empty() || other.attribute.empty() || one.attribute == other.attribute);
}

}  // namespace

std::optional<ConsignmentData> consignment_of(const SourceDocument& source) {
  // Most documents of a large workload have none: reading them is spared.
  if (!source.captures.empty() || source.bytes.find("UCR") == std::string::npos) return std::nullopt;
  const auto form = model::guess_form(source.bytes, source.form_hint.empty() ? "" : "." + source.form_hint);
  if (!form) return std::nullopt;
  const auto document = model::parse(source.bytes, *form, source.name);
  if (!document) return std::nullopt;
  ConsignmentData data;
  data.elements = elements_of(*document);
  const auto text_of = [&](std::string_view path) {
    const auto found = data.elements.find(std::string(path));
    return found == data.elements.end() ? std::string() : found->second.text;
  };
  const std::string type = text_of("TypeCode");
  data.reference = text_of(reference_path);
  if (data.reference.empty() || (!type.starts_with("EX") && !type.starts_with("IM"))) return std::nullopt;
  data.way = type.starts_with("EX") ? ConsignmentData::Way::leaves : ConsignmentData::Way::comes_in;
  for (const std::string_view path : heading) data.elements.erase(std::string(path));
  return data;
}

ConsignmentComparison compare(const ConsignmentData& import_data, const ConsignmentData& export_data) {
  ConsignmentComparison found;
  bool any = false, differ = false;
  for (const auto& [path, value] : import_data.elements) {
    ++found.stated;
    const auto other = export_data.elements.find(path);
    if (other == export_data.elements.end()) continue;
    const bool is_same = same(value, other->second);
    found.held += is_same;
    if (std::ranges::find(matched_by, without_numbers(path)) == matched_by.end()) continue;
    any = true;
    differ |= !is_same;
  }
  found.matches = any && !differ;
  return found;
}

}  // namespace gnc::scenarios
