#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/core/gateway_core.h"
#include "scenarios/virtual/gateway_records.h"
#include "scenarios/virtual/virtual_process.h"

namespace gnc::scenarios {

// The virtual shell of the gateway's core.
class GatewayProcess final : public VirtualProcess {
 public:
  GatewayProcess(Simulation&, std::uint32_t number, Random chance, gateway::GatewayConfig,
                 std::shared_ptr<const model::AgreementBook>, std::vector<PartyName> participants,
                 VirtualTrust&, VirtualNetwork&, FactBook&, bool read_receipts);

  // From the network.
  void hello_came(gateway::SessionId, Participant, const Hello&);
  void frame_came(gateway::SessionId, const NodeFrame&);
  void node_is_gone(gateway::SessionId);
  void payload_came(Participant, const PayloadMessage&);
  void payload_moves(Participant);

  // Ends the sessions of those whose certificates do not hold any more.
  void check_peers();
  // It has a new certificate, and a new key with it.
  void replace_identity();
  void replace_agreements(std::shared_ptr<const model::AgreementBook>);

  // Is told what the core made of submissions that somebody tampered with or sent again on their way: no node
  // gives an event of that.
  std::function<void(const std::vector<nodes::NodeEvent>&, Instant at)> on_meddling;

  // Null while it is down.
  const gateway::GatewayCore* core() const { return core_.get(); }
  GatewayRecords& records() { return records_; }
  const GatewayRecords& records() const { return records_; }
  std::size_t sessions() const { return sessions_.size(); }

 private:
  struct Session {
    Participant participant = 0;
  };
  struct OutFrame {
    gateway::SessionId session = 0;
    GatewayFrame frame;
    std::size_t bytes = 0;
  };

  void restore() override;
  bool has_events() const override { return !waiting_.empty(); }
  CpuWork step() override;
  void stepped() override;
  bool has_steps() const override { return !steps_.empty(); }
  Group take_group() override;
  void make_group_durable() override;
  CpuWork perform_group() override;
  void lose_memory() override;
  void network_hears_of_death() override { network_.gateway_died(); }
  void frame_opened(std::uint64_t slot) override;
  void clock_stepped(Duration by) override { waiting_.emplace_back(gateway::ClockStepped{by}); }

  // What comes again, and how often it is among the events that wait.
  struct Again {
    PartyName sender;
    std::uint64_t now = 0;
  };
  void expect_again(Participant, const gateway::FrameReceived&);
  void count_what_waits();
  void note_meddling(std::uint64_t duplicates);
  void tell_meddling(std::uint64_t up_to_step, Instant at);

  void perform(gateway::Send&, std::vector<OutFrame>&);
  OutFrame& frame_for(gateway::SessionId, std::vector<OutFrame>&);
  void flush(OutFrame&);
  CpuWork sending_;  // of the group that is performed
  void refuse(gateway::SessionId, Error reason);

  const gateway::GatewayConfig config_;
  std::shared_ptr<const model::AgreementBook> book_;
  const std::vector<PartyName> participants_;
  VirtualTrust& trust_;
  VirtualNetwork& network_;
  GatewayRecords records_;
  std::unique_ptr<gateway::GatewayCore> core_;
  std::map<gateway::SessionId, Session> sessions_;
  struct PayloadCame {
    Participant participant = 0;
    PayloadMessage message;
  };
  using Opened = std::variant<gateway::FrameReceived, PayloadCame>;
  void take(gateway::FrameReceived);
  void take(const PayloadCame&);
  Result<void> take_offer(const PayloadCame&, const PayloadOffer&);
  Result<void> take_request(const PayloadCame&, const PayloadRequest&);
  void take_piece(std::uint64_t transfer, const PayloadPiece&);

  Slots<Opened> opening_;
  PayloadPlaces payloads_;
  std::map<std::uint64_t, std::pair<PartyName, PayloadOffer>> offered_;  // under way, by transfer
  std::vector<gateway::Event> waiting_;
  std::map<Uuid, Again> again_;
  struct Meddling {
    std::uint64_t step = 0;
    nodes::NodeEvent event;
  };
  std::deque<Meddling> meddling_;  // to be told when its step is durable
  gateway::Effects making_;
  std::vector<gateway::Effects> steps_;       // wait for the disk
  std::vector<gateway::Effects> committing_;  // at the disk
  bool durable_ = false;                      // committing_ is
};

}  // namespace gnc::scenarios
