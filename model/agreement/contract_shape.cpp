#include "model/agreement/contract_shape.h"

#include <map>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/options.pb.h"
#include "model/yaml/spelling.h"

namespace gnc::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

class ShapeReader {
 public:
  std::uint16_t add(const Descriptor* type) {
    const auto known = indexes_.find(type);
    if (known != indexes_.end()) return known->second;
    const auto index = static_cast<std::uint16_t>(shapes_.size());
    indexes_[type] = index;
    shapes_.push_back({type->name(), {}});
    std::vector<MessageShape::Field> fields;
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const auto number = static_cast<std::size_t>(field->number());
      if (fields.size() <= number) fields.resize(number + 1);
      fields[number].xml_name = field->options().GetExtension(v1::wco).xml_name();
      if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
        fields[number].kind = MessageShape::Field::Kind::message;
        fields[number].message = add(field->message_type());
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        fields[number].kind = MessageShape::Field::Kind::text;
      } else {
        fields[number].kind = MessageShape::Field::Kind::other;
      }
    }
    shapes_[index].fields = std::move(fields);
    return index;
  }

  std::vector<MessageShape> take() { return std::move(shapes_); }

 private:
  std::vector<MessageShape> shapes_;
  std::map<const Descriptor*, std::uint16_t> indexes_;
};

}  // namespace

const std::vector<MessageShape>& contract_shapes() {
  static const std::vector<MessageShape> shapes = [] {
    ShapeReader reader;
    reader.add(v1::MetaData::descriptor());
    return reader.take();
  }();
  return shapes;
}

Result<std::vector<ElementPath>> resolve_path(std::string_view path) {
  struct Place {
    ElementPath numbers;
    const MessageShape* shape = nullptr;
  };
  const std::vector<MessageShape>& shapes = contract_shapes();
  std::vector<Place> places = {{{}, &shapes[0]}};
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t slash = std::min(path.find('/', begin), path.size());
    const std::string_view step = path.substr(begin, slash - begin);
    std::vector<std::string_view> known;
    std::vector<Place> next;
    for (const Place& place : places) {
      for (std::size_t number = 0; number < place.shape->fields.size(); ++number) {
        const MessageShape::Field& field = place.shape->fields[number];
        if (field.xml_name.empty()) continue;
        known.push_back(field.xml_name);
        if (field.xml_name != step) continue;
        next.push_back({place.numbers, &shapes[field.message]});
        next.back().numbers.push_back(static_cast<std::uint32_t>(number));
      }
    }
    if (next.empty()) {
      const std::string_view parent = begin == 0 ? std::string_view("MetaData") : path.substr(0, begin - 1);
      return failure(v1::REFERENCE_UNKNOWN,
                     fmt::format("the data model has no element \"{}\" in {}", step, parent), {},
                     spelling_hint(step, known));
    }
    places = std::move(next);
    begin = slash + 1;
  }
  std::vector<ElementPath> paths;
  paths.reserve(places.size());
  for (Place& place : places) paths.push_back(std::move(place.numbers));
  return paths;
}

}  // namespace gnc::model
