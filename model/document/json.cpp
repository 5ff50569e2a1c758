#include "model/document/json.h"

#include <google/protobuf/util/json_util.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"
#include "model/xml/encoding.h"
#include "model/yaml/spelling.h"

namespace gnc::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::size_t most_errors = 1000;

// Walks the JSON beside the descriptors before protobuf reads it: protobuf stops at the first key that it
// does not know, and says less.
class KeyCheck : public nlohmann::json_sax<nlohmann::json> {
 public:
  KeyCheck(std::string_view text, std::string_view name, const ParseLimits& limits)
      : text_(text), name_(name), limits_(limits) {}

  std::vector<Error> errors;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }

  bool start_object(std::size_t) override {
    if (!room()) return false;
    const bool root = levels_.empty();
    const Level& over = root ? Level{} : levels_.back();
    if (root) {
      levels_.push_back({v1::MetaData::descriptor(), nullptr, false, 0});
    } else {
      if (over.is_array) ++levels_.back().index;
      const Descriptor* type = over.field ? over.field->message_type() : nullptr;
      levels_.push_back({type, nullptr, false, 0});
    }
    return true;
  }

  bool key(string_t& key) override {
    Level& here = levels_.back();
    here.field = nullptr;
    if (!here.type) return true;
    here.field = here.type->FindFieldByCamelcaseName(key);
    if (!here.field) here.field = here.type->FindFieldByName(key);
    if (!here.field) unknown(*here.type, key);
    return true;
  }

  bool end_object() override {
    levels_.pop_back();
    return true;
  }

  bool start_array(std::size_t) override {
    if (!room()) return false;
    const FieldDescriptor* field = levels_.empty() ? nullptr : levels_.back().field;
    levels_.push_back({nullptr, field, true, 0});
    return true;
  }

  bool end_array() override { return end_object(); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& exception) override {
    std::string what = exception.what();
    if (const std::size_t colon = what.find(": "); colon != std::string::npos) what.erase(0, colon + 2);
    const std::size_t at = position == 0 ? 0 : position - 1;
    errors = {{v1::DOCUMENT_NOT_WELL_FORMED, std::move(what), where(name_, LineFinder(text_).at(at)), {}}};
    return false;
  }

 private:
  struct Level {
    const Descriptor* type = nullptr;        // of an object; null where it is not known
    const FieldDescriptor* field = nullptr;  // the key being read
    bool is_array = false;
    int index = 0;
  };

  bool value() {
    if (levels_.empty()) return true;
    if (levels_.back().is_array) ++levels_.back().index;
    return true;
  }

  bool room() {
    if (static_cast<int>(levels_.size()) < 2 * limits_.max_depth) return true;
    errors = {{v1::DOCUMENT_TOO_LARGE,
               fmt::format("objects stand deeper than {}", limits_.max_depth),
               std::string(name_),
               {}}};
    return false;
  }

  void unknown(const Descriptor& type, const std::string& key) {
    if (errors.size() >= most_errors) return;
    std::vector<std::string_view> names;
    names.reserve(static_cast<std::size_t>(type.field_count()));
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->json_name());
    const std::string_view near = nearest_spelling(key, names).value_or("");
    std::string path;
    for (const Level& level : levels_) {
      if (level.is_array) {
        path += fmt::format("[{}]", level.index);
      } else if (level.field) {
        if (!path.empty()) path += '/';
        path += level.field->json_name();
      }
    }
    errors.push_back(
        {v1::ELEMENT_UNKNOWN,
         fmt::format("{}{}{} is not a key that the contract has there", path, path.empty() ? "" : "/", key),
         std::string(name_),
         near.empty() ? std::string() : fmt::format("Write {}, or remove the key.", near)});
  }

  std::string_view text_;
  std::string_view name_;
  ParseLimits limits_;
  std::vector<Level> levels_;
};

}  // namespace

tl::expected<v1::MetaData, std::vector<Error>> read_json(std::string_view bytes, std::string_view name,
                                                         const ParseLimits& limits) {
  KeyCheck check(bytes, name, limits);
  nlohmann::json::sax_parse(bytes, &check);
  if (!check.errors.empty()) return tl::unexpected(std::move(check.errors));
  v1::MetaData document;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(bytes.data(), bytes.size()), &document);
  if (!status.ok()) {
    return tl::unexpected(std::vector<Error>{
        {v1::DOCUMENT_NOT_WELL_FORMED, std::string(status.message()), std::string(name),
         "Write the values as protobuf's JSON mapping has them: every leaf is an object with a value."}});
  }
  return document;
}

std::string write_json(const v1::MetaData& document) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string out;
  const auto status = google::protobuf::util::MessageToJsonString(document, &out, options);
  return status.ok() ? out : std::string();
}

}  // namespace gnc::model
