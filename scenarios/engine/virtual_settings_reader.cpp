#include "scenarios/engine/virtual_settings_reader.h"

#include "scenarios/engine/key_table.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;
using Table = KeyTable<VirtualSettings>;

template <class Number>
Table::Reader above_zero(std::optional<Number> VirtualSettings::*member) {
  return [member](VirtualSettings& settings, const YamlNode& node, YamlMistakes& mistakes) {
    Number number = 0;
    if (!model::read_yaml(node, number, mistakes)) return;
    if (number == 0) mistakes.add_value(node, "a number above 0");
    settings.*member = number;
  };
}

Table settings_table() {
  Table table("the virtual world");
  table
      .key({"start", Kind::text, false, "2026-01-05T08:00:00Z", "What clocks show when the run begins."},
           [](VirtualSettings& settings, const YamlNode& node, YamlMistakes& mistakes) {
             const auto start = model::parse_instant(node.text);
             if (!start) mistakes.add_value(node, "a time like 2026-01-05T08:00:00Z");
             settings.start = start.value_or(settings.start);
           })
      .key({"submission-credit", Kind::whole_number, false, "16384",
            "Envelopes that the gateway lets one node have under way; no fewer than a batch has."},
           above_zero(&VirtualSettings::submission_credit))
      .key({"delivery-credit", Kind::whole_number, false, "as the node has it",
            "Envelopes that a node lets the gateway have under way."},
           above_zero(&VirtualSettings::delivery_credit))
      .key({"batch-envelopes", Kind::whole_number, false, "as the node has it", "The most under one seal."},
           above_zero(&VirtualSettings::batch_envelopes))
      .key({"frame-envelopes", Kind::whole_number, false, "512", "The most that are delivered in one frame."},
           above_zero(&VirtualSettings::frame_envelopes))
      .key({"attempts", Kind::whole_number, false, "8", "How often a delivery is tried."},
           above_zero(&VirtualSettings::attempts))
      .key(
          {"queue-limit", Kind::whole_number, false, "2000000", "Envelopes that may wait for one recipient."},
          above_zero(&VirtualSettings::queue_limit))
      .key({"receipt-timeout", Kind::duration, false, "30s",
            "For how long the gateway waits for receipts before it ends a stream."},
           &VirtualSettings::receipt_timeout)
      .key({"default-life", Kind::duration, false, "1h", "How long an envelope lives that says nothing."},
           &VirtualSettings::default_life)
      .key({"commit-time", Kind::duration, false, "as the costs have it",
            "How long a store takes to make durable what it is given."},
           &VirtualSettings::commit_time);
  return table;
}

}  // namespace

void read_virtual_settings(const YamlNode& node, VirtualSettings& into, YamlMistakes& mistakes) {
  settings_table().read(node, into, mistakes);
}

std::vector<SectionDefinition> virtual_language() { return {settings_table().definition()}; }

}  // namespace gnc::scenarios
