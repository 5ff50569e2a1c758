#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "nodes/core/agreement_index.h"
#include "nodes/core/business.h"
#include "nodes/core/node_core.h"
#include "scenarios/virtual/node_records.h"
#include "scenarios/virtual/virtual_courier.h"
#include "scenarios/virtual/virtual_process.h"

namespace gnc::scenarios {

// Who hears what a node tells.
class NodeListener {
 public:
  virtual ~NodeListener() = default;
  // `at` stands for the events that have no time of their own.
  virtual void happened(Participant, const std::vector<nodes::NodeEvent>&, Instant at) = 0;
};

// The virtual shell of the nodes of one host: one core for each party, all on one thread.
class NodeProcess final : public VirtualProcess {
 public:
  struct Surroundings {
    const nodes::AgreementIndex& agreements;
    VirtualTrust& trust;
    VirtualNetwork& network;
    FactBook& facts;
    AttachmentBook& attachments;
    NodeListener& listener;
  };
  // `settings` are those of every party, but for its name.
  NodeProcess(Simulation&, std::string name, std::uint32_t number, Random chance, nodes::NodeConfig settings,
              Surroundings);

  // A party of this host; to be called before the first start. Each start makes its business anew, which then
  // recalls what it has noted.
  using MakeBusiness = std::function<std::unique_ptr<nodes::Business>()>;
  void add(Participant, const PartyName&, MakeBusiness);

  void lodge(Participant, v1::Lodge);
  // From the network.
  void frame_came(Participant, nodes::StreamId, GatewayFrame);
  void stream_ended(Participant, nodes::StreamId, Error reason);
  void payload_came(Participant, const PayloadMessage&);

  // Ends the streams whose gateway's certificate does not hold any more.
  void check_peers();
  // The party has a new certificate, and a new key with it.
  void replace_identity(Participant);
  // Business takes this much longer over each document.
  void slow_down(Participant, Duration by);

  // What somebody does, on the way, to what the party submits; the core knows nothing of it. `done` is called
  // when it is done. One byte is changed of the next envelope that the gateway does not have on record.
  void tamper_with_next(Participant, std::function<void()> done);
  // The next batch goes out a second time, behind itself.
  void replay_next(Participant, std::function<void()> done);

  // Nothing is under way in it; and how many exchanges are not at their end, as far as their senders know.
  bool is_quiet() const;
  std::uint64_t open_exchanges() const;
  struct PartyView {
    const PartyName& name;
    const nodes::NodeCore* core;  // null while the host is down
    NodeRecords& records;
    const PayloadPlaces& payloads;
  };
  PartyView party(Participant) const;

 private:
  struct Party {
    Participant participant = 0;
    PartyName name;
    NodeRecords records;
    MakeBusiness make_business;
    std::unique_ptr<nodes::Business> business;
    std::unique_ptr<nodes::NodeCore> core;
    PayloadPlaces payloads;
    std::unique_ptr<VirtualCourier> courier;
    std::vector<nodes::Event> waiting;
    Instant wake;
    nodes::StreamId stream = 0;
    Duration slowness{};
    // What is yet to be done to its submissions, and credit that the gateway will give back for copies.
    std::deque<std::function<void()>> to_tamper_with = {}, to_replay = {};
    std::uint32_t credit_for_copies = 0;
  };
  struct PartyStep {
    std::size_t party = 0;
    nodes::Effects effects;
  };
  struct Opened {
    std::size_t party = 0;
    nodes::FrameReceived frame;
    std::optional<nodes::WelcomeReceived> welcome;
    std::optional<PayloadMessage> payload = {};
  };

  void restore() override;
  bool has_events() const override;
  CpuWork step() override;
  void stepped() override;
  bool has_steps() const override { return !rounds_.empty(); }
  Group take_group() override;
  void make_group_durable() override;
  CpuWork perform_group() override;
  void lose_memory() override;
  void network_hears_of_death() override;
  void frame_opened(std::uint64_t slot) override;
  void timer(std::uint64_t number) override;
  void clock_stepped(Duration by) override;
  bool must_wait() const override { return rounds_under_way_ >= rounds_ahead; }

  std::size_t index_of(Participant participant) const;
  std::unique_ptr<VirtualCourier> make_courier(std::size_t party, const Random& chance);
  void tell_what_was_sealed(const nodes::Transaction& persist);
  void perform(Party&, nodes::Effects&, Instant at, NodeFrame&, std::size_t& bytes);
  void submit(Party&, SealedBytes batch, NodeFrame&, std::size_t& bytes);
  void close_later(const Party&, nodes::StreamId);
  void flush(Party&, NodeFrame&, std::size_t& bytes);

  // As many as the live host has: more would not fill batches better.
  static constexpr std::size_t rounds_ahead = 2;

  const nodes::NodeConfig settings_;
  Surroundings around_;
  std::vector<std::unique_ptr<Party>> parties_;
  Slots<Opened> opening_;
  std::vector<PartyStep> making_;
  std::vector<std::vector<PartyStep>> rounds_;      // wait for the disk
  std::vector<std::vector<PartyStep>> committing_;  // at the disk
  bool durable_ = false;                            // committing_ is
  std::size_t rounds_under_way_ = 0;
  CpuWork sending_;  // of the group that is performed
};

}  // namespace gnc::scenarios
