#include "tests/model/random_document.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "gnc/v1/options.pb.h"

namespace gnc::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string some(Random& random, std::size_t length, std::initializer_list<const char*> from) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out += from.begin()[random.below(from.size())];
  return out;
}

std::string digits(Random& random, std::size_t length) {
  return some(random, length, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
}

std::size_t up_to(Random& random, std::size_t most) { return 1 + random.below(most); }

struct Shape {
  char characters = 'x';  // 'a', 'n', or 'x' for any
  std::size_t length = 40;
  bool fixed = false;
  std::size_t decimals = 0;
};

Shape shape_of(const std::string& format) {
  Shape shape;
  if (format.empty()) return shape;
  std::size_t at = format.starts_with("an") ? 2 : 1;
  shape.characters = at == 2 ? 'x' : format[0];
  shape.fixed = format.compare(at, 2, "..") != 0;
  if (!shape.fixed) at += 2;
  const char* end = format.data() + format.size();
  const auto read = std::from_chars(format.data() + at, end, shape.length);
  if (read.ptr != end) std::from_chars(read.ptr + 1, end, shape.decimals);
  return shape;
}

std::string number(Random& random, const Shape& shape) {
  const std::size_t decimals = shape.decimals == 0 ? 0 : random.below(shape.decimals + 1);
  const std::size_t whole = up_to(random, std::max<std::size_t>(1, shape.length - decimals));
  std::string out = digits(random, std::min(whole, shape.length - decimals));
  if (out.empty()) out = "0";
  return decimals == 0 ? out : out + "." + digits(random, decimals);
}

// What XML has to escape, keep apart or carry in several bytes, among plain letters.
std::string text(Random& random, const Shape& shape) {
  const std::size_t length =
      shape.fixed ? shape.length : up_to(random, std::min<std::size_t>(shape.length, 40));
  if (shape.characters == 'n') return digits(random, length);
  if (shape.characters == 'a') return some(random, length, {"A", "b", "Z"});
  const std::string first = some(random, 1, {"A", "x", "7", "é", "<"});
  return first + some(random, length - 1,
                      {"A", "x", "7", "<", ">", "&", "\"", "'", "\r", "\n", "\t", " ", "é", "货", "😀", "]"});
}

void fill_leaf(Message& leaf, const v1::WcoElement& element, Random& random) {
  const auto* reflection = leaf.GetReflection();
  const auto* type = leaf.GetDescriptor();
  const auto set = [&](const std::string& field, const std::string& value) {
    reflection->SetString(&leaf, type->FindFieldByName(field), value);
  };
  const std::string& kind = type->name();
  if (kind == "DateTime") {
    const std::string day =
        "20" + digits(random, 2) + "0" + std::to_string(1 + random.below(9)) + "1" + digits(random, 1);
    switch (random.below(3)) {
      case 0:
        set("value", day), set("format_code", "102");
        break;
      case 1:
        set("value", day + "2359"), set("format_code", "203");
        break;
      default:
        set("value", day + (random.below(2) ? "000000Z" : "235959+01")), set("format_code", "304");
        break;
    }
    return;
  }
  const Shape shape = shape_of(element.format());
  if (kind == "Amount" || kind == "Measure" || kind == "Numeric" || kind == "Quantity") {
    set("value", number(random, shape));
  } else if (element.code_list() == v1::CODE_LIST_ISO_3166_1) {
    set("value", some(random, 1, {"NZ", "CN", "GB", "SG"}));
  } else if (element.code_list() == v1::CODE_LIST_ISO_4217) {
    set("value", some(random, 1, {"NZD", "CNY", "GBP"}));
  } else {
    set("value", text(random, shape));
  }
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->name() == "value" || random.below(8) != 0) continue;
    set(field->name(), field->name() == "currency_id" ? "GBP" : text(random, Shape{}));
  }
}

bool is_leaf(const FieldDescriptor& field) {
  return field.message_type()->FindFieldByName("value") != nullptr;
}

void fill_class(Message& message, Random& random, std::uint64_t one_in) {
  const auto* reflection = message.GetReflection();
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (!field->options().HasExtension(v1::wco)) continue;
    const v1::WcoElement& element = field->options().GetExtension(v1::wco);
    const bool stands = element.min_occurs() > 0 || random.below(one_in) == 0;
    const std::uint64_t count = !stands ? 0 : field->is_repeated() ? up_to(random, 3) : 1;
    for (std::uint64_t n = 0; n < count; ++n) {
      Message* child = field->is_repeated() ? reflection->AddMessage(&message, field)
                                            : reflection->MutableMessage(&message, field);
      if (is_leaf(*field))
        fill_leaf(*child, element, random);
      else
        fill_class(*child, random, one_in);
    }
  }
}

}  // namespace

v1::MetaData random_document(Random& random) {
  v1::MetaData document;
  const std::uint64_t one_in = 1 + random.below(4);
  if (random.below(2)) document.mutable_wco_type_name()->set_value("WCO");
  if (random.below(2)) document.mutable_responsible_country_code()->set_value("NZ");
  if (random.below(2)) {
    fill_class(*document.mutable_declaration(), random, one_in);
  } else {
    for (std::uint64_t i = up_to(random, 2); i > 0; --i) fill_class(*document.add_response(), random, one_in);
  }
  switch (random.below(4)) {
    case 0:
      document.mutable_xml_rendition()->set_without_namespaces(true);
      break;
    case 1:
      if (document.response_size() < 2 && !document.has_wco_type_name() &&
          !document.has_responsible_country_code()) {
        document.mutable_xml_rendition()->set_without_metadata(true);
      }
      break;
    default:
      break;
  }
  return document;
}

}  // namespace gnc::test
