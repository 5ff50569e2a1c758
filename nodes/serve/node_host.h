#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "model/agreement/agreement_book.h"
#include "nodes/core/business.h"
#include "nodes/core/node_core.h"
#include "nodes/serve/host_listener.h"

namespace gnc::nodes {

struct HostParty {
  PartyName name;
  std::filesystem::path identity;  // node.crt, node.key
  std::string gateway_address;     // host:port
};

struct NodeHostConfig {
  std::vector<HostParty> parties;
  PartyName gateway;
  std::filesystem::path trust = {};
  std::filesystem::path store = {};
  std::shared_ptr<const model::AgreementBook> agreements;
  EventDetail events = EventDetail::full;
  std::uint64_t seed = 0;
  Duration default_life = Duration::from_seconds(3600);
  // Envelopes that the gateway may have under way to each party.
  std::uint32_t delivery_credit = 4096;
  // How long ready() waits for parties that the gateway does not welcome.
  Duration ready_patience = Duration::from_seconds(10);
  // Empty: PlainBusiness for every party.
  std::function<std::unique_ptr<Business>(const PartyName&)> business = {};
  // Empty: the system's clock.
  std::function<Instant()> clock = {};
  // What the reported events are dated by; empty: the same clock. Where that is put wrong on purpose, what is
  // measured must not be.
  std::function<Instant()> event_clock = {};
};

// The nodes of some parties in one process: a core for each, one core thread, one store, one channel for each
// party. Starts with what its store holds, and goes on from there.
class NodeHost {
 public:
  // `listener` must outlive the host.
  static Result<std::unique_ptr<NodeHost>> start(NodeHostConfig config, HostListener& listener);
  // Stops: writes what waits to the gateway, commits what has come, ends.
  ~NodeHost();

  // All but ask_document return at once; the listener is told the outcome. Any thread.
  void lodge(v1::Lodge lodge);
  void await_quiet(std::uint64_t token);
  void ask_status(std::uint64_t token);
  // Reads the store before it returns.
  void ask_document(const v1::AskDocument& question);
  // From now on the party's business takes this long for each document; zero: as quick as it is.
  void pace_business(const PartyName& party, Duration for_each);
  void command(v1::Command command);

 private:
  class State;
  explicit NodeHost(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::nodes
