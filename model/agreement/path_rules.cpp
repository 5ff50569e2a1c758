#include "model/agreement/path_rules.h"

#include <algorithm>
#include <cstring>

#include <google/protobuf/stubs/common.h>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/errors.pb.h"
#include "proto/wire/wire_reader.h"

namespace gnc::model {
namespace {

constexpr auto declaration_field = static_cast<std::uint32_t>(v1::MetaData::kDeclarationFieldNumber);
constexpr auto response_field = static_cast<std::uint32_t>(v1::MetaData::kResponseFieldNumber);

// As deep as protobuf's own parser goes.
constexpr int deepest = 100;

bool is_utf8(std::string_view text) {
  std::uint64_t high_bits = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    high_bits |= word;
  }
  for (; i < text.size(); ++i) high_bits |= static_cast<std::uint8_t>(text[i]);
  if ((high_bits & 0x8080808080808080ULL) == 0) return true;
  return google::protobuf::internal::IsStructurallyValidUTF8(text.data(), static_cast<int>(text.size()));
}

}  // namespace

// What one pass has seen, and where it stopped.
struct PathRules::Scan {
  const std::vector<MessageShape>& shapes = contract_shapes();
  enum class Stop { none, malformed, forbidden, outside };
  Stop stop = Stop::none;
  int rule = -1;
  std::string path;  // built while the failed walk returns
  std::vector<Fault> passed_over;
  std::vector<std::string_view> steps;  // to where the walk is, where it passes over
  std::bitset<max_required> seen;
  bool declaration = false;
  bool response = false;
  int depth = 0;

  bool stopped(Stop why, std::string_view step = {}) {
    stop = why;
    if (!step.empty()) path = step;
    return false;
  }
};

PathRules::PathRules() : nodes_(1) {}

PathRules::Node& PathRules::node_at(const ElementPath& path) {
  std::size_t at = 0;
  for (const std::uint32_t number : path) {
    if (nodes_[at].children.size() <= number) nodes_[at].children.resize(number + 1, 0);
    if (nodes_[at].children[number] == 0) {
      nodes_[at].children[number] = static_cast<std::uint16_t>(nodes_.size());
      nodes_.emplace_back();
    }
    at = nodes_[at].children[number];
  }
  return nodes_[at];
}

void PathRules::forbid(const std::vector<ElementPath>& path, const PathRule& rule) {
  for (const ElementPath& one : path) {
    Node& node = node_at(one);
    if (node.forbidden >= 0) continue;
    node.forbidden = static_cast<int>(forbidden_.size());
    forbidden_.push_back(rule);
  }
}

bool PathRules::require(const std::vector<ElementPath>& path, std::string text, PathRule rule) {
  const std::size_t index = required_.size();
  if (index == max_required) return false;
  for (const ElementPath& one : path) {
    Node& node = node_at(one);
    node.permitted = true;
    if (node.required >= 0) continue;  // required already, in other words
    node.required = static_cast<int>(index);
    if (one.front() != response_field) required_of_declaration_.set(index);
    if (one.front() != declaration_field) required_of_response_.set(index);
  }
  required_.push_back({std::move(text), std::move(rule)});
  return true;
}

void PathRules::permit(const std::vector<ElementPath>& path) {
  for (const ElementPath& one : path) node_at(one).permitted = true;
}

void PathRules::close(PathRule rule) {
  closed_ = true;
  closing_rule_ = std::move(rule);
}

PathRules::Fault PathRules::fault_of(const Scan& scan) const {
  const auto refused = [&scan](v1::ErrorCode code, std::string detail) {
    return Error{code, std::move(detail), scan.path, {}};
  };
  switch (scan.stop) {
    case Scan::Stop::forbidden: {
      const PathRule& rule = forbidden_[static_cast<std::size_t>(scan.rule)];
      return {refused(v1::CLUSTER_FORBIDDEN, rule.says + "; the document has it"), &rule};
    }
    case Scan::Stop::outside:
      return {refused(v1::CLUSTER_FORBIDDEN, closing_rule_.says + "; the document has " + scan.path),
              &closing_rule_};
    default:
      return {{v1::TYPE_OF_VALUE, "the structured form is not a serialised gnc.v1.MetaData", {}, {}}};
  }
}

template <bool every>
bool PathRules::walk(std::string_view bytes, const MessageShape& shape, const Node* node, bool permitted,
                     Scan& scan) const {
  using Kind = MessageShape::Field::Kind;
  if (++scan.depth > deepest) return scan.stopped(Scan::Stop::malformed);
  wire::WireReader reader(bytes);
  for (wire::WireField field; reader.next(field);) {
    const std::uint32_t number = field.number_in_message;
    if (field.type != wire::WireType::length_delimited || number >= shape.fields.size()) continue;
    const MessageShape::Field& known = shape.fields[number];
    if (known.kind == Kind::text) {
      if (!is_utf8(field.bytes)) return scan.stopped(Scan::Stop::malformed);
      continue;
    }
    if (known.kind != Kind::message) continue;
    const Node* child = nullptr;
    bool inside = permitted;
    // Whether the walk goes on behind an element that may not be there.
    const auto pass_over = [&](Scan::Stop why) {
      if constexpr (!every) return scan.stopped(why, known.xml_name);
      scan.stop = why;
      scan.path.clear();
      for (const std::string_view step : scan.steps) scan.path.append(step).append("/");
      scan.path += known.xml_name;
      Fault fault = fault_of(scan);
      const auto same = [&](const Fault& other) { return other.error.where == fault.error.where; };
      if (std::ranges::none_of(scan.passed_over, same)) scan.passed_over.push_back(std::move(fault));
      scan.stop = Scan::Stop::none;
      return true;
    };
    if (node != nullptr && number < node->children.size() && node->children[number] != 0) {
      child = &nodes_[node->children[number]];
      if (child->forbidden >= 0) {
        scan.rule = child->forbidden;
        if (!pass_over(Scan::Stop::forbidden)) return false;
        continue;
      }
      if (child->required >= 0) scan.seen.set(static_cast<std::size_t>(child->required));
      inside |= child->permitted;
    } else if (closed_ && !permitted && !known.xml_name.empty() && node != &nodes_[0]) {
      if (!pass_over(Scan::Stop::outside)) return false;
      continue;
    }
    if constexpr (every) scan.steps.push_back(known.xml_name);
    if (!walk<every>(field.bytes, scan.shapes[known.message], child, inside, scan)) {
      if (scan.stop != Scan::Stop::malformed) scan.path = std::string(known.xml_name) + "/" + scan.path;
      return false;
    }
    if constexpr (every) scan.steps.pop_back();
    if (&shape == &scan.shapes[0]) {
      scan.declaration |= number == declaration_field;
      scan.response |= number == response_field;
    }
  }
  --scan.depth;
  return !reader.malformed() || scan.stopped(Scan::Stop::malformed);
}

// What can be told only when all has been seen, at most so many.
void PathRules::add_faults_of_whole(const Scan& scan, std::string_view document_type, std::size_t most,
                                    std::vector<Fault>& faults) const {
  const bool is_response = document_type == "RES";
  if (is_response ? scan.declaration : scan.response) {
    faults.push_back({{v1::DOCUMENT_TYPE_NOT_IN_MESSAGE,
                       is_response ? "the document says RES and holds a Declaration"
                                   : "the document says DEC and holds a Response",
                       {},
                       {}}});
    return;
  }
  const auto missing = (is_response ? required_of_response_ : required_of_declaration_) & ~scan.seen;
  for (std::size_t i = missing._Find_first(); i < missing.size() && faults.size() < most;
       i = missing._Find_next(i)) {
    const Required& one = required_[i];
    faults.push_back(
        {{v1::CLUSTER_MISSING, one.rule.says + "; the document lacks it", one.path, {}}, &one.rule});
  }
}

Result<void> PathRules::check(std::string_view serialised, std::string_view document_type) const {
  Scan scan;
  std::vector<Fault> faults;
  if (!walk<false>(serialised, scan.shapes[0], &nodes_[0], false, scan)) {
    faults.push_back(fault_of(scan));
  } else {
    add_faults_of_whole(scan, document_type, 1, faults);
  }
  if (faults.empty()) return {};
  return tl::unexpected(std::move(faults.front().error));
}

std::vector<PathRules::Fault> PathRules::check_all(std::string_view serialised,
                                                   std::string_view document_type) const {
  Scan scan;
  const bool whole = walk<true>(serialised, scan.shapes[0], &nodes_[0], false, scan);
  std::vector<Fault> faults = std::move(scan.passed_over);
  if (whole) {
    add_faults_of_whole(scan, document_type, faults.size() + max_required, faults);
  } else {
    faults.push_back(fault_of(scan));
  }
  return faults;
}

}  // namespace gnc::model
