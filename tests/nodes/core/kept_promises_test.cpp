#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/nodes/core/scripted_gateway.h"

namespace gnc::nodes::kept_promises_test {
namespace {

// A node whose steps, commits and crashes are taken one by one.
struct CrashingNode {
  CrashingNode(const char* party, std::uint64_t seed) : name(trust::party(party)), chance(seed) { start(); }

  void start() {
    NodeConfig config = usual_config();
    config.party = name;
    config.batch_envelopes = 3;
    config.delivery_credit = 5;
    core = std::make_unique<NodeCore>(config, world.agreements, store, world.signer(name), business,
                                      Random(chance.next()), store.restore());
    waiting.clear();
    uncommitted.clear();
    stream = 0;
  }

  void step(Instant now) {
    uncommitted.push_back(core->step(waiting, now));
    waiting.clear();
  }

  const NodeWorld& world = NodeWorld::shared();
  PartyName name;
  Random chance;
  MemoryStore store;
  PlainBusiness business;
  std::unique_ptr<NodeCore> core;
  std::vector<Event> waiting;
  std::deque<Effects> uncommitted;
  StreamId stream = 0;
};

class Play {
 public:
  explicit Play(std::uint64_t seed)
      : chance_(seed),
        gateway_(NodeWorld::shared(), chance_.child("gateway")),
        nodes_{{"NZ", seed}, {"CN", seed + 1}} {}

  void play(int actions) {
    for (int i = 0; i < actions; ++i) act();
  }

  // Without faults from now on, until all is quiet.
  bool settle() {
    gateway_.be_kind();
    for (const auto& [at, reference] : lodged_) lodge_again(at, reference);
    for (int round = 0; round < 2000; ++round) {
      bool quiet = true;
      for (CrashingNode& node : nodes_) {
        node.step(now_);
        while (!node.uncommitted.empty()) commit(node, true);
        give_frame(node);
        quiet = quiet && node.waiting.empty() && node.core->counters().open == 0;
      }
      if (quiet) return true;
      now_ = now_ + Duration::from_milliseconds(50);
    }
    return false;
  }

  // What is never answered for.
  std::string left_open() const {
    std::string text;
    for (const CrashingNode& node : nodes_) {
      text +=
          fmt::format("{}: {} open, connected: {}, last end: {}\n", node.name.text(),
                      node.core->counters().open, node.core->connected(), describe(node.core->last_end()));
      for (const OutgoingRecord& record : node.store.restore().open) {
        text += fmt::format("  {} {} in state {}\n", record.id.text(), record.reference,
                            static_cast<int>(record.state));
      }
    }
    return text;
  }

  const std::vector<std::pair<std::size_t, std::string>>& lodged() const { return lodged_; }
  const CrashingNode& node(std::size_t at) const { return nodes_[at]; }

 private:
  void act() {
    CrashingNode& node = nodes_[chance_.below(2)];
    switch (chance_.below(16)) {
      case 0:
      case 1:
        return lodge();
      case 2:
      case 3:
      case 4:
      case 5:
        return node.step(now_);
      case 6:
      case 7:
      case 8:
      case 9:
        return commit(node, true);
      case 10:
      case 11:
      case 12:
        return give_frame(node);
      case 13:
        return chance_.below(4) == 0 ? cut(node) : pass_time();
      case 14:
        if (chance_.below(4) != 0) return pass_time();
        // The disk has it, and nobody was told.
        if (chance_.below(2) == 0) commit(node, false);
        return crash(node);
      default:
        return pass_time();
    }
  }

  void pass_time() {
    now_ = now_ + Duration::from_milliseconds(static_cast<std::int64_t>(chance_.below(400)));
    for (CrashingNode& node : nodes_) node.waiting.emplace_back(TimePassed{});
  }

  void lodge() {
    const std::size_t at = chance_.below(2);
    if (!lodged_.empty() && chance_.below(6) == 0) {
      const auto [there, reference] = lodged_[chance_.below(lodged_.size())];
      return lodge_again(there, reference);
    }
    for (std::uint64_t n = 1 + chance_.below(5); n > 0; --n) {
      lodged_.emplace_back(at, "document-" + std::to_string(lodged_.size()));
      lodge_again(at, lodged_.back().second);
    }
  }

  void lodge_again(std::size_t at, const std::string& reference) {
    const std::string& from = nodes_[at].name.text();
    nodes_[at].waiting.emplace_back(LodgeRequested{lodge_one(from, from == "NZ" ? "CN" : "NZ", reference)});
  }

  void commit(CrashingNode& node, bool tell) {
    if (node.uncommitted.empty()) return;
    Effects effects = std::move(node.uncommitted.front());
    node.uncommitted.pop_front();
    node.store.commit(effects.persist);
    if (!tell) return;
    for (const Send& send : effects.send) perform(node, send);
    if (!effects.persist.empty()) node.waiting.emplace_back(StepCommitted{effects.persist.step});
  }

  void perform(CrashingNode& node, const Send& send) {
    if (const auto* hello = std::get_if<OpenStream>(&send)) {
      node.stream = hello->stream;
      if (chance_.below(5) == 0) {
        node.waiting.emplace_back(StreamEnded{hello->stream, {v1::GATEWAY_UNREACHABLE, "refused", {}, {}}});
        return;
      }
      for (Event& event : gateway_.connect(node.name, *hello)) node.waiting.push_back(std::move(event));
      return;
    }
    const StreamId stream = std::visit([](const auto& part) { return part.stream; }, send);
    if (!gateway_.is_connected(node.name, stream)) return;
    if (std::holds_alternative<CloseStream>(send)) return cut(node);
    gateway_.take(node.name, send, now_);
  }

  void give_frame(CrashingNode& node) {
    for (Event& event : gateway_.frame(node.name)) node.waiting.push_back(std::move(event));
  }

  void cut(CrashingNode& node) {
    if (!gateway_.is_connected(node.name, node.stream)) return;
    gateway_.disconnect(node.name);
    node.waiting.emplace_back(StreamEnded{node.stream, {v1::GATEWAY_UNREACHABLE, "cut", {}, {}}});
  }

  void crash(CrashingNode& node) {
    gateway_.disconnect(node.name);
    node.start();
  }

  Random chance_;
  ScriptedGateway gateway_;
  CrashingNode nodes_[2];
  Instant now_ = trust::now;
  std::vector<std::pair<std::size_t, std::string>> lodged_;
};

class KeptPromises : public testing::TestWithParam<std::uint64_t> {};

TEST_P(KeptPromises, ThroughCutsCrashesAndSecondDeliveries) {
  Play run(GetParam());
  run.play(600);
  ASSERT_TRUE(run.settle()) << run.left_open();
  EXPECT_THAT(run.node(0).store.broken_rules, testing::IsEmpty());
  EXPECT_THAT(run.node(1).store.broken_rules, testing::IsEmpty());

  std::map<std::string, int> records;
  std::size_t answers = 0;
  for (std::size_t at = 0; at < 2; ++at) {
    const MemoryStore& here = run.node(at).store;
    const MemoryStore& there = run.node(1 - at).store;
    for (const auto& [id, record] : here.outgoing) {
      if (!record.reference.empty()) ++records[record.reference];
      answers += record.answers ? 1 : 0;
      EXPECT_EQ(record.state, record.answer_due ? OutgoingState::processed : OutgoingState::delivered)
          << id.text() << " of " << run.node(at).name.text();
      ASSERT_TRUE(there.inbox.contains(id));
      EXPECT_EQ(there.inbox.at(id).digest, record.digest);
      ASSERT_TRUE(there.decisions.contains(id));
      EXPECT_EQ(there.decisions.at(id).answer.has_value(), record.answer_due);
      if (record.answers) {
        EXPECT_TRUE(there.outgoing.contains(*record.answers));
      }
    }
    EXPECT_EQ(here.inbox.size(), there.outgoing.size());
    EXPECT_TRUE(here.rejections.empty());
  }
  std::size_t declarations = 0;
  for (const auto& [at, reference] : run.lodged()) {
    EXPECT_EQ(records[reference], 1) << reference;
    declarations += at == 0 ? 1 : 0;
  }
  EXPECT_EQ(records.size(), run.lodged().size());
  EXPECT_EQ(answers, declarations);
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeptPromises, testing::Range<std::uint64_t>(1, 101));

}  // namespace
}  // namespace gnc::nodes::kept_promises_test
