#include "tests/processes/node_host_process.h"

#include <stdexcept>

#include "proto/wire/wire_writer.h"

namespace gnc::processes {
namespace {

std::vector<std::string> arguments(const NodeHostPlace& place) {
  std::vector<std::string> words{"node",      "--gateway-name", "gateway/hub",
                                 "--control", "--events",       place.events};
  for (const auto& party : place.parties) {
    words.insert(words.end(), {"--party", party.name + ",identity=" + party.identity.string() +
                                              ",gateway=" + place.gateway_address});
  }
  words.insert(words.end(), {"--trust", place.trust, "--store", place.store});
  for (const auto& profile : place.profiles) words.insert(words.end(), {"--profile", profile});
  place.definitions.append_to(words);
  return words;
}

}  // namespace

NodeHostProcess::NodeHostProcess(const NodeHostPlace& place)
    : process_(gncsim_binary(), arguments(place), place.store.string() + ".log") {
  follow([](const v1::Event&) {}, [](const v1::Report& report) { return report.has_ready(); });
}

void NodeHostProcess::command(const v1::Command& command) {
  const auto content = command.SerializeAsString();
  std::string bytes;
  wire::append_varint(bytes, content.size());
  process_.write(bytes + content);
}

void NodeHostProcess::follow(const OnEvent& see, const std::function<bool(const v1::Report&)>& until,
                             std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto message = process_.read_delimited(std::max(left, std::chrono::milliseconds(0)));
    v1::Report report;
    if (!message || !report.ParseFromString(*message)) {
      throw std::runtime_error("the node host gave no report\n" + process_.log_words());
    }
    if (report.has_fault()) throw std::runtime_error("the node host faults: " + report.fault().detail());
    for (const auto& event : report.events()) see(event);
    if (until(report)) return;
  }
}

}  // namespace gnc::processes
