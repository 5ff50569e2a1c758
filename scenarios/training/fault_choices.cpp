#include "scenarios/training/fault_choices.h"

#include <fmt/format.h>

#include "scenarios/training/json_text.h"

namespace gnc::scenarios {
namespace {

class Choices {
 public:
  void add(const char* group, std::string title, PageJson fault) {
    list_.push_back({{"title", std::move(title)}, {"group", group}, {"fault", std::move(fault)}});
  }
  // What is done on the wire of the virtual world, and to nobody's real connections.
  void add_virtual(const char* group, std::string title, PageJson fault, bool live) {
    add(group, std::move(title), std::move(fault));
    if (live) list_.back()["only"] = "virtual";
  }
  std::string json() const { return text_of(list_); }

 private:
  PageJson list_ = PageJson::array();
};

void add_links(const Scenario& scenario, Choices& choices) {
  for (const PartyName& party : scenario.topology.administrations) {
    const std::string link = link_name(party);
    choices.add("links", fmt::format("Cut the link {}", link), {{"cut", link}, {"for", "2s"}});
    choices.add("links", fmt::format("Make the link {} slow", link),
                {{"degrade", link}, {"latency", "500ms"}, {"jitter", "100ms"}, {"for", "5s"}});
    choices.add("links", fmt::format("Let nothing pass on the link {}", link),
                {{"black-hole", link}, {"for", "2s"}});
    choices.add("links", fmt::format("Reset the connections of the link {}", link), {{"reset", link}});
    choices.add("links", fmt::format("Let the link {} come and go", link),
                {{"flap", link}, {"up", "300ms"}, {"down", "300ms"}, {"for", "3s"}});
  }
}

void add_process(const char* group, const std::string& process, const std::string& called, Choices& choices) {
  choices.add(group, fmt::format("Kill {}", called), {{"kill", process}, {"for", "2s"}});
  choices.add(group, fmt::format("Freeze {}", called), {{"freeze", process}, {"for", "2s"}});
  choices.add(group, fmt::format("Fill the disk of {}", called), {{"disk-error", process}});
  choices.add(group, fmt::format("Set the clock of {} an hour ahead", called),
              {{"skew", process}, {"by", "1h"}, {"for", "5s"}});
}

}  // namespace

std::string fault_choices_json(const Recording& recording) {
  Choices choices;
  const bool live = recording.live;
  if (!recording.can_fork && !live) return choices.json();
  const Scenario& scenario = recording.scenario;
  add_links(scenario, choices);
  add_process("gateway", "gateway", "the gateway", choices);
  if (!scenario.processes.node_each) add_process("nodes", "nodes", "all nodes", choices);
  for (const PartyName& party : scenario.topology.administrations) {
    if (scenario.processes.node_each) {
      add_process("nodes", "node-" + party.text(), "the node of " + party.text(), choices);
    }
    choices.add("nodes", fmt::format("Let the business of {} be slow", party.text()),
                {{"slow", party.text()}, {"delay", "500ms"}, {"for", "5s"}});
  }
  for (const PartyName& party : scenario.topology.administrations) {
    choices.add("certificates", fmt::format("Revoke the certificate of {}", party.text()),
                {{"revoke", party.text()}});
    choices.add("certificates", fmt::format("Let the certificate of {} expire", party.text()),
                {{"expire", party.text()}});
    choices.add("certificates", fmt::format("Give {} a new certificate", party.text()),
                {{"rotate", party.text()}});
  }
  for (const PartyName& party : scenario.topology.administrations) {
    choices.add_virtual("envelopes", fmt::format("Alter one byte of the next envelope from {}", party.text()),
                        {{"tamper", party.text()}}, live);
    choices.add_virtual("envelopes", fmt::format("Send {}'s next envelope a second time", party.text()),
                        {{"replay", party.text()}}, live);
  }
  for (const RunCast::Agreement& agreement : recording.cast.agreements) {
    choices.add_virtual("agreements", fmt::format("Let the agreement {} lapse", agreement.id),
                        {{"lapse", agreement.id}}, live);
  }
  return choices.json();
}

}  // namespace gnc::scenarios
