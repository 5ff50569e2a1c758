#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/player.h"
#include "scenarios/engine/world.h"

namespace gnc::scenarios {

// A world in simulated time: nodes take commands while they are up, and what becomes of what was lodged is
// said by the test.
class SimulatedWorld final : public World {
 public:
  explicit SimulatedWorld(ExchangeLedger& ledger) : ledger_(ledger) {}

  Instant now() const override { return now_; }
  bool takes_commands(const PartyName& party) const override { return !down_.contains(party.text()); }
  void send(const PartyName& party, v1::Command command) override;
  void submit(const PartyName&, BarePeer::Submission submission) override {
    submissions_.push_back(std::move(submission));
  }
  void begin(const Fault& fault) override { faults_.push_back(fault); }

  void set_now(Instant now) { now_ = now; }
  void pass(Duration length) { now_ = now_ + length; }
  void set_down(const std::string& party, bool down);

  // The references of what was lodged so far, in order.
  std::vector<std::string> lodged() const;
  const std::vector<v1::Lodge>& lodges() const { return lodges_; }
  // The questions for documents that were asked so far.
  const std::vector<v1::AskDocument>& asked() const { return asked_; }
  const std::vector<Fault>& faults() const { return faults_; }
  const std::vector<BarePeer::Submission>& submissions() const { return submissions_; }
  // The exchange that the lodgement of this reference became.
  static Uuid exchange_of(const std::string& reference);
  // Something that happened to it, now.
  v1::Event happen(v1::EventKind, const std::string& reference, v1::ErrorCode reason = {});

 private:
  ExchangeLedger& ledger_;
  Instant now_ = Instant{1'790'000'000'000'000};
  std::set<std::string> down_;
  std::vector<v1::Lodge> lodges_;
  std::vector<v1::AskDocument> asked_;
  std::vector<Fault> faults_;
  std::vector<BarePeer::Submission> submissions_;
};

// Advances the player and the world's clock, from wake to wake, until the player is done or waits for
// something to happen, at the longest for `limit`. `between` is called after each advance.
template <class Between>
void play(Player& player, SimulatedWorld& world, Duration limit, Between between) {
  const Instant end = world.now() + limit;
  while (true) {
    player.advance(world.now());
    between();
    if (player.done()) return;
    const auto wake = player.wake();
    if (!wake || *wake > end) return world.set_now(end);
    if (*wake > world.now()) world.set_now(*wake);
  }
}

}  // namespace gnc::scenarios
