#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/run_plan.h"
#include "scenarios/virtual/gateway_process.h"
#include "scenarios/virtual/node_process.h"
#include "scenarios/virtual/simulation.h"
#include "scenarios/virtual/virtual_bare_peer.h"
#include "scenarios/virtual/virtual_network.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios {

struct WorldSettings {
  // Monday morning, 2026-01-05T08:00:00Z: what a run shows does not depend on when it is played.
  Instant start{1'767'600'000'000'000};
  CostProfile costs;
  bool real_signatures = false;
  std::filesystem::path pki;   // where the certificates of real ones are kept
  bool read_receipts = false;  // of each, what it says about the end of its exchange
  // How what goes along with documents is found.
  AttachmentBook::Look look_at_attachment = payload::digest_of_attachment;
  gateway::GatewayConfig gateway{.name = *PartyName::from_text("gateway/hub")};
  nodes::NodeConfig node{.party = *PartyName::from_text("XX"),
                         .gateway = *PartyName::from_text("gateway/hub")};
};

// A gateway, the administrations' nodes and the links between them, in simulated time on one thread. The same
// plan, settings and seed give the same events, to the byte.
class VirtualWorld final : private NetworkEnds {
 public:
  static Result<std::unique_ptr<VirtualWorld>> create(const RunPlan&, const WorldSettings&, NodeListener&);
  ~VirtualWorld() override;

  void start();
  // The next event happens. False where there is none.
  bool happen();
  const Simulation& simulation() const { return simulation_; }
  Simulation& simulation() { return simulation_; }

  // Calls for what only its owner can do with an event of these kinds: arrivals, faults, agreements.
  std::function<void(const VirtualEvent&)> on_other;
  // What bare administrations report.
  BarePeer::OnReport on_report;

  std::size_t participants() const { return names_.size(); }
  const PartyName& name(Participant participant) const { return names_[participant]; }
  Participant participant(const PartyName&) const;
  // All parties have been connected at once, once.
  bool is_ready() const;
  // No exchange is open, as far as their senders know, but for so many.
  bool is_quiet(std::uint64_t but_for = 0) const;
  // False where the host is down: what is lodged then is lost.
  bool takes_lodgements(Participant) const;
  void lodge(Participant, v1::Lodge);

  FactBook& facts() { return facts_; }
  const FactBook& facts() const { return facts_; }
  VirtualNetwork& network() { return network_; }
  AttachmentBook& attachments() { return attachments_; }
  VirtualTrust& trust() { return *trust_; }
  GatewayProcess& gateway() { return *gateway_; }
  // Null where the participant has a node.
  VirtualBarePeer* bare(Participant participant) { return bare_[participant].get(); }
  const VirtualBarePeer* bare(Participant participant) const { return bare_[participant].get(); }
  // Of one that is not bare.
  NodeProcess& host_of(Participant participant) { return *hosts_[host_of_[participant]]; }
  const NodeProcess& host_of(Participant participant) const { return *hosts_[host_of_[participant]]; }
  // "gateway", "nodes", "node-CN"; null where there is none of that name.
  VirtualProcess* process(std::string_view name);
  const std::vector<VirtualProcess*>& processes() const { return processes_; }
  // What was done to certificates takes effect at all parties.
  void check_peers();
  // Tells the process of `party` that it has a new certificate.
  void replace_identity(const PartyName& party);

  // How everything stands, for people.
  std::string state_text() const;

 private:
  VirtualWorld(const RunPlan&, const WorldSettings&, std::unique_ptr<VirtualTrust>, NodeListener&);

  bool gateway_listens() const override { return gateway_->is_up(); }
  void hello_came(gateway::SessionId, Participant, const Hello&) override;
  void node_frame_came(gateway::SessionId, NodeFrame) override;
  void node_is_gone(gateway::SessionId) override;
  void gateway_frame_came(Participant, nodes::StreamId, GatewayFrame) override;
  void stream_ended(Participant, nodes::StreamId, Error reason) override;
  void payload_came_up(Participant, const PayloadMessage&) override;
  void payload_came_down(Participant, const PayloadMessage&) override;
  void payload_moves(Participant) override;

  Simulation simulation_;
  std::unique_ptr<VirtualTrust> trust_;
  FactBook facts_;
  const nodes::AgreementIndex agreements_;
  std::vector<PartyName> names_;
  std::map<PartyName, Participant> participants_;
  AttachmentBook attachments_;
  VirtualNetwork network_;
  std::unique_ptr<GatewayProcess> gateway_;
  std::vector<std::unique_ptr<NodeProcess>> hosts_;
  std::vector<std::size_t> host_of_;
  std::vector<std::unique_ptr<VirtualBarePeer>> bare_;  // by participant
  std::vector<VirtualProcess*> processes_;              // by their numbers
  Slots<v1::Lodge> lodging_;                            // on the way to their nodes
};

}  // namespace gnc::scenarios
