#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/indicator.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/report_fields.h"

namespace gnc::scenarios {
namespace {

using Written = nlohmann::ordered_json;
using Read = nlohmann::json;

template <class Value>
constexpr bool is_rows = false;
template <class Row>
constexpr bool is_rows<std::vector<Row>> = true;
template <class Value>
constexpr bool is_optional = false;
template <class Value>
constexpr bool is_optional<std::optional<Value>> = true;

// ---- Writing ------------------------------------------------------------------------------------

template <class Value>
Written written(const Value& value);

struct Writer {
  Written& object;

  template <class Value>
  void operator()(const char* name, const Value& value, const char*) {
    object[name] = written(value);
  }
  template <class Value>
  void later(const char* name, const Value& value, const char*) {
    object[name] = written(value);
  }
  template <class Value>
  void derived(const char* name, const Value& value, const char*) {
    object[name] = written(value);
  }
  template <class Fields>
  void group(const char* name, const char*, Fields fields_of) {
    Written inner = Written::object();
    fields_of(Writer{inner});
    object[name] = std::move(inner);
  }
};

template <class Value>
Written written(const Value& value) {
  if constexpr (std::is_same_v<Value, double>) {
    // JSON has no infinities.
    return std::isfinite(value) ? Written(value) : Written(0.0);
  } else if constexpr (std::is_arithmetic_v<Value> || std::is_convertible_v<Value, std::string> ||
                       std::is_same_v<Value, std::map<std::string, std::string>>) {
    return Written(value);
  } else if constexpr (is_rows<Value>) {
    Written array = Written::array();
    for (const auto& row : value) array.push_back(written(row));
    return array;
  } else if constexpr (std::is_same_v<Value, IndicatorValues>) {
    Written object = Written::object();
    for (const Indicator& indicator : indicators()) {
      object[std::string(indicator.name)] = written(indicator.of(value.latency, value.counts));
    }
    return object;
  } else if constexpr (is_optional<Value>) {
    return value ? written(*value) : Written(nullptr);
  } else {
    Written object = Written::object();
    fields(value, Writer{object});
    return object;
  }
}

// ---- Reading ------------------------------------------------------------------------------------

template <class Value>
void read(const Read& json, Value& value);

struct Reader {
  const Read& object;

  template <class Value>
  void operator()(const char* name, Value& value, const char*) {
    read(object.at(name), value);
  }
  template <class Value>
  void later(const char* name, Value& value, const char*) {
    if (object.contains(name)) read(object.at(name), value);
  }
  template <class Value>
  void derived(const char*, const Value&, const char*) {}
  template <class Fields>
  void group(const char* name, const char*, Fields fields_of) {
    fields_of(Reader{object.at(name)});
  }
};

template <class Value>
void read(const Read& json, Value& value) {
  if constexpr (is_rows<Value>) {
    value.clear();
    for (const Read& element : json) read(element, value.emplace_back());
  } else if constexpr (is_optional<Value>) {
    value.reset();
    if (!json.is_null()) read(json, value.emplace());
  } else if constexpr (!std::is_arithmetic_v<Value> && !std::is_same_v<Value, std::string> &&
                       !std::is_same_v<Value, std::map<std::string, std::string>>) {
    fields(value, Reader{json});
  } else {
    json.get_to(value);
  }
}

// ---- The schema ---------------------------------------------------------------------------------

template <class Value>
Written schema_of();

struct Describer {
  Written& properties;
  Written& required;

  template <class Value>
  void operator()(const char* name, const Value& value, const char* meaning) {
    later(name, value, meaning);
    required.push_back(name);
  }
  template <class Value>
  void later(const char* name, const Value&, const char* meaning) {
    Written schema = schema_of<Value>();
    schema["description"] = meaning;
    properties[name] = std::move(schema);
  }
  template <class Value>
  void derived(const char* name, const Value& value, const char* meaning) {
    (*this)(name, value, meaning);
  }
  template <class Fields>
  void group(const char* name, const char* meaning, Fields fields_of);
};

Written object_schema(Written properties, Written required) {
  Written schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

template <class Fields>
void Describer::group(const char* name, const char* meaning, Fields fields_of) {
  Written inner = Written::object(), needed = Written::array();
  fields_of(Describer{inner, needed});
  Written schema = object_schema(std::move(inner), std::move(needed));
  schema["description"] = meaning;
  properties[name] = std::move(schema);
  required.push_back(name);
}

template <class Value>
struct SchemaOf {
  static Written make() {
    Written properties = Written::object(), required = Written::array();
    Value example{};
    fields(example, Describer{properties, required});
    return object_schema(std::move(properties), std::move(required));
  }
};
template <>
struct SchemaOf<bool> {
  static Written make() { return {{"type", "boolean"}}; }
};
template <>
struct SchemaOf<std::string> {
  static Written make() { return {{"type", "string"}}; }
};
template <>
struct SchemaOf<std::uint64_t> {
  static Written make() { return {{"type", "integer"}, {"minimum", 0}}; }
};
template <>
struct SchemaOf<double> {
  static Written make() { return {{"type", "number"}}; }
};
template <>
struct SchemaOf<std::optional<double>> {
  static Written make() { return {{"type", {"number", "null"}}}; }
};
template <>
struct SchemaOf<std::map<std::string, std::string>> {
  static Written make() { return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}; }
};
template <>
struct SchemaOf<IndicatorValues> {
  // Older reports have fewer.
  static Written make() {
    Written properties = Written::object();
    for (const Indicator& indicator : indicators()) {
      properties[std::string(indicator.name)] = {{"type", {"number", "null"}},
                                                 {"description", indicator.title}};
    }
    return object_schema(std::move(properties), Written::array());
  }
};
template <class Row>
struct SchemaOf<std::vector<Row>> {
  static Written make() { return {{"type", "array"}, {"items", SchemaOf<Row>::make()}}; }
};

template <class Value>
Written schema_of() {
  return SchemaOf<Value>::make();
}

}  // namespace

std::string to_json(const RunReport& report) {
  Written json{{"schema", report_schema}};
  fields(report, Writer{json});
  // Text from outside may hold bytes that are no UTF-8.
  return json.dump(2, ' ', false, Written::error_handler_t::replace) + "\n";
}

Result<RunReport> report_from_json(std::string_view text) {
  try {
    const auto json = Read::parse(text);
    if (const int schema = json.at("schema").get<int>(); schema != report_schema) {
      return failure(v1::KEY_VALUE, fmt::format("the report has schema {}, not {}", schema, report_schema),
                     {}, "Read it with the version of gncsim that wrote it.");
    }
    RunReport report;
    fields(report, Reader{json});
    return report;
  } catch (const Read::exception& error) {
    return failure(v1::KEY_VALUE, fmt::format("no report: {}", error.what()), {},
                   "Run the scenario again; the file is not as gncsim wrote it.");
  }
}

std::string report_schema_json() {
  Written properties{{"schema", {{"const", report_schema}, {"description", "The version of this form."}}}};
  Written required = Written::array({"schema"});
  RunReport example;
  fields(example, Describer{properties, required});
  Written schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "What a run of gncsim found (report.json)"}};
  schema.update(object_schema(std::move(properties), std::move(required)));
  return schema.dump(2) + "\n";
}

}  // namespace gnc::scenarios
