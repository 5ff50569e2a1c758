#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/options.pb.h"

// The contract's field options, compiled once: what the codecs and the conformance check walk along.
namespace gnc::model {

enum class LeafKind { amount, code, date_time, identifier, measure, numeric, quantity, text };

// A WCO format: "an..35" is {alphanumeric, 35, variable}, "n..16,6" {numeric, 16, variable, 6}.
struct Format {
  enum class Characters { any, alphabetic, numeric };
  Characters characters = Characters::any;
  std::uint32_t length = 0;  // 0: no bound
  bool fixed_length = false;
  std::uint32_t decimals = 0;
};

struct AttributePlan {
  std::string xml_name;
  const google::protobuf::FieldDescriptor* field = nullptr;
};

struct LeafPlan {
  LeafKind kind{};
  const google::protobuf::Reflection* reflection = nullptr;
  std::vector<AttributePlan> attributes;
};

struct ClassPlan;

// One element: a class (child is set) or a leaf (leaf is set).
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  const google::protobuf::Reflection* reflection = nullptr;  // of the class that the field is in
  const v1::WcoElement* element = nullptr;
  std::string_view xml_name;
  bool repeated = false;
  const ClassPlan* child = nullptr;
  const LeafPlan* leaf = nullptr;
  Format format;
};

// The elements of a class, in the order in which they stand.
struct ClassPlan {
  const google::protobuf::Descriptor* descriptor = nullptr;
  std::vector<FieldPlan> fields;
};

// The plan of MetaData, from which all others are reached. Built at first use; never changes.
const ClassPlan& document_plan();

std::string_view namespace_uri(v1::XmlNamespace);
// XML_NAMESPACE_OTHER where it is none that the contract names.
v1::XmlNamespace known_namespace(std::string_view uri);

const std::string& leaf_value(const google::protobuf::Message& leaf, LeafKind);
std::string* mutable_leaf_value(google::protobuf::Message& leaf, LeafKind);
// Whether any attribute is present: most leaves have none, and asking for each takes its time.
bool has_attributes(const google::protobuf::Message& leaf, LeafKind);

// The occurrences of a field, whether it is repeated or not.
int occurrences(const google::protobuf::Message&, const FieldPlan&);
const google::protobuf::Message& occurrence(const google::protobuf::Message&, const FieldPlan&, int index);

}  // namespace gnc::model
