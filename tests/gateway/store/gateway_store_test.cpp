#include "gateway/store/gateway_store.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/store/dead_letters.h"
#include "proto/sqlite/database.h"
#include "proto/sqlite/segments.h"
#include "proto/types/random.h"
#include "tests/gateway/store/records.h"

namespace gnc::gateway::gateway_store_test {
namespace {

using testing::change;
using testing::exchange;
using testing::party;
using testing::step;
using testing::TemporaryFolder;
using testing::uuid;

std::unique_ptr<GatewayStore> open(const std::filesystem::path& folder) {
  auto store = GatewayStore::open(folder);
  if (!store) {
    ADD_FAILURE() << describe(store.error());
    return nullptr;
  }
  return std::move(*store);
}

void commit(GatewayStore& store, const Effects& effects) {
  const auto done = store.commit({&effects, 1});
  ASSERT_TRUE(done) << describe(done.error());
}

// What another process would find if the machine stopped now: the files as they are, no clean close.
void copy_files(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::create_directories(to);
  for (const auto* name : {"gateway.db", "gateway.db-wal"}) {
    std::filesystem::copy_file(from / name, to / name, std::filesystem::copy_options::overwrite_existing);
  }
}

void expect_equal(const ExchangeRecord& a, const ExchangeRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.location, b.location);
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.sender, b.sender);
  EXPECT_EQ(a.recipient, b.recipient);
  EXPECT_EQ(a.conversation, b.conversation);
  EXPECT_EQ(a.agreement, b.agreement);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.digest, b.digest);
  EXPECT_EQ(a.admitted_at, b.admitted_at);
  EXPECT_EQ(a.expires_at, b.expires_at);
  EXPECT_EQ(a.answer_due_at, b.answer_due_at);
  EXPECT_EQ(a.size, b.size);
  EXPECT_EQ(a.priority, b.priority);
  EXPECT_EQ(a.answer_due, b.answer_due);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.attempts, b.attempts);
  EXPECT_EQ(a.admitted_receipt, b.admitted_receipt);
}

RefusalRecord refusal_of(const Uuid& id, bool authentic) {
  return {.id = std::string(id.view()),
          .digest = trust::leaf_hash("refused"),
          .peer = party("NZ"),
          .at = {9},
          .reason = v1::NO_AGREEMENT,
          .detail = "agreement 'x'",
          .receipt = 4,
          .authentic = authentic};
}

TEST(GatewayStore, BeginsEmpty) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  const auto restored = store->restore();
  ASSERT_TRUE(restored) << describe(restored.error());
  EXPECT_EQ(restored->next_batch, 1u);
  EXPECT_EQ(restored->next_sequence, 1u);
  EXPECT_TRUE(restored->live.empty());
  EXPECT_TRUE(restored->receipts.empty());
  EXPECT_EQ(restored->known.size(), 0u);
  EXPECT_EQ(restored->audit.size(), 0u);
}

TEST(GatewayStore, RestoresWhatWasCommitted) {
  const TemporaryFolder folder;
  trust::MerkleFrontier audit;
  {
    const auto store = open(folder.path());
    for (std::uint64_t number = 1; number <= 5; ++number) {
      auto effects = step(number);
      audit.append(effects.persist.audit[0].leaf);
      if (number == 3) {
        effects.persist.changes.push_back(change(1, ExchangeState::processed, {7}, 1));
      }
      if (number == 4) {
        auto delivered = change(2, ExchangeState::delivered, {8}, 2);
        delivered.answer_due_at = {12345};
        effects.persist.changes.push_back(delivered);
        effects.persist.refusals.push_back(refusal_of(uuid(77), true));
      }
      commit(*store, effects);
    }
  }
  const auto store = open(folder.path());
  const auto restored = store->restore();
  ASSERT_TRUE(restored) << describe(restored.error());
  EXPECT_EQ(restored->next_batch, 6u);
  EXPECT_EQ(restored->next_sequence, 6u);
  ASSERT_EQ(restored->live.size(), 4u);  // the first is processed
  auto second = exchange(2);
  second.state = ExchangeState::delivered;
  second.attempts = 2;
  second.answer_due_at = {12345};
  expect_equal(restored->live[0], second);
  expect_equal(restored->live[3], exchange(5));
  ASSERT_EQ(restored->receipts.size(), 1u);
  EXPECT_EQ(restored->receipts[0].party, party("NZ"));
  EXPECT_EQ(restored->receipts[0].last_position, 5u);
  EXPECT_EQ(restored->receipts[0].recorded_up_to, 4u);
  EXPECT_EQ(restored->known.size(), 6u);
  for (const std::uint64_t number : {1, 2, 3, 4, 5, 77})
    EXPECT_TRUE(restored->known.may_contain(uuid(number)));
  EXPECT_EQ(restored->audit.size(), audit.size());
  EXPECT_EQ(restored->audit.root(), audit.root());
}

TEST(GatewayStore, LooksUpExchangesAndAuthenticRefusalsAfterARestart) {
  const TemporaryFolder folder;
  {
    const auto store = open(folder.path());
    auto effects = step(1);
    effects.persist.refusals = {refusal_of(uuid(77), true), refusal_of(uuid(78), false)};
    effects.persist.conversations = {{uuid(90), "NZ-CN", {"under-way", {5}}}};
    commit(*store, effects);
    auto later = step(2);
    later.persist.conversations = {{uuid(90), "NZ-CN", {"arrived", {9}}}};
    commit(*store, later);
  }
  const auto store = open(folder.path());
  const auto found = store->exchange(uuid(1));
  ASSERT_TRUE(found);
  expect_equal(*found, exchange(1));
  EXPECT_FALSE(store->exchange(uuid(3)));
  EXPECT_EQ(store->conversation(uuid(90), "NZ-CN"), (model::ConversationPlace{"arrived", {9}}));
  EXPECT_FALSE(store->conversation(uuid(90), "NZ-AU"));
  EXPECT_FALSE(store->conversation(uuid(91), "NZ-CN"));
  const auto refusal = store->refusal(uuid(77), trust::leaf_hash("refused"));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, v1::NO_AGREEMENT);
  EXPECT_EQ(refusal->detail, "agreement 'x'");
  EXPECT_EQ(refusal->receipt, 4u);
  EXPECT_FALSE(store->refusal(uuid(77), trust::leaf_hash("other bytes")));
  EXPECT_FALSE(store->refusal(uuid(78), trust::leaf_hash("refused")));
}

TEST(GatewayStore, FilesCopiedAfterEachCommitReopenWithAllThatWasCommitted) {
  const TemporaryFolder folder;
  const TemporaryFolder copies;
  const auto store = open(folder.path());
  trust::MerkleFrontier audit;
  for (std::uint64_t number = 1; number <= 20; ++number) {
    const auto effects = step(number);
    audit.append(effects.persist.audit[0].leaf);
    commit(*store, effects);
    const auto copy = copies.path() / std::to_string(number);
    copy_files(folder.path(), copy);
    const auto reopened = open(copy);
    const auto restored = reopened->restore();
    ASSERT_TRUE(restored) << describe(restored.error());
    EXPECT_EQ(restored->live.size(), number);
    EXPECT_EQ(restored->next_batch, number + 1);
    EXPECT_EQ(restored->audit.root(), audit.root());
    EXPECT_EQ(reopened->batch(number).value_or("absent"), "sealed batch " + std::to_string(number));
  }
}

TEST(GatewayStore, CommitsAGroupAsAWholeOrNotAtAll) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  commit(*store, step(1));
  std::vector<Effects> group;
  group.push_back(step(2));
  group.push_back(step(1));  // its id is on record
  const auto done = store->commit(group);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, v1::STORE_FAILED);
  EXPECT_FALSE(store->exchange(uuid(2)));
  EXPECT_FALSE(store->batch(2));
  commit(*store, step(2));
  EXPECT_TRUE(store->exchange(uuid(2)));
}

TEST(GatewayStore, ReadsReceiptsInOrderWithinTheLimit) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  for (std::uint64_t number = 1; number <= 9; ++number) commit(*store, step(number));
  const auto all = store->receipts(party("NZ"), 2, 8, 1 << 20);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 7u);
  EXPECT_EQ(all->front().position, 2u);
  EXPECT_EQ(all->back().bytes, "receipts 8");
  EXPECT_EQ(store->receipts(party("NZ"), 2, 8, 25)->size(), 2u);
  EXPECT_EQ(store->receipts(party("NZ"), 2, 8, 1)->size(), 1u);
  EXPECT_TRUE(store->receipts(party("CN"), 1, 9, 1 << 20)->empty());
}

TEST(GatewayStore, KeepsTheContentOfALargeGroupInSegments) {
  const TemporaryFolder folder;
  const std::string much(sqlite::ContentWriter::large_group, 'b');
  {
    const auto store = open(folder.path());
    auto large = step(1);
    large.persist.batches[0].bytes = much;
    commit(*store, large);
    commit(*store, step(2));
    EXPECT_EQ(store->batch(1).value_or("absent"), much);
  }
  const auto store = open(folder.path());
  auto large = step(3);
  large.persist.receipts[0].bytes = much;
  commit(*store, large);
  EXPECT_EQ(store->batch(1).value_or("absent"), much);
  EXPECT_EQ(store->batch(2).value_or("absent"), "sealed batch 2");
  EXPECT_EQ(store->receipts(party("NZ"), 3, 3, 1)->front().bytes, much);
  const auto segment = sqlite::segment_file(folder.path(), 1);
  std::filesystem::resize_file(segment, 10);
  const auto torn = store->batch(1);
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().code, v1::STORE_FAILED);
  EXPECT_EQ(torn.error().where, segment.string());
}

TEST(GatewayStore, WritesWhatAGroupComesToAndKeepsWhenTheAnswerIsDue) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  std::vector<Effects> group;
  group.push_back(step(1));
  auto delivered = change(1, ExchangeState::delivered, {8}, 1);
  delivered.answer_due_at = {12345};
  group.push_back(step(2));
  group[1].persist.changes = {delivered};
  group.push_back(step(3));
  group[2].persist.changes = {change(3, ExchangeState::delivered, {9}, 1),
                              change(1, ExchangeState::processed, {9}, 2)};
  ASSERT_TRUE(store->commit(group));
  const auto found = store->exchange(uuid(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, ExchangeState::processed);
  EXPECT_EQ(found->attempts, 2u);
  EXPECT_EQ(found->answer_due_at, Instant{12345});
  EXPECT_EQ(store->exchange(uuid(2))->state, ExchangeState::admitted);
  EXPECT_EQ(store->exchange(uuid(3))->state, ExchangeState::delivered);
}

TEST(GatewayStore, GivesDeadLetters) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  auto effects = step(1);
  auto given_up = change(1, ExchangeState::dead_lettered, {9}, 8);
  given_up.reason = v1::DELIVERY_ATTEMPTS_EXHAUSTED;
  given_up.detail = "8 attempts";
  effects.persist.changes.push_back(given_up);
  commit(*store, effects);
  commit(*store, step(2));
  const auto letters = dead_letters_in(folder.path(), 10);
  ASSERT_TRUE(letters) << describe(letters.error());
  EXPECT_EQ(letters->count, 1u);
  ASSERT_EQ(letters->latest.size(), 1u);
  EXPECT_EQ(letters->latest[0].id, uuid(1));
  EXPECT_EQ(letters->latest[0].attempts, 8u);
  EXPECT_EQ(letters->latest[0].reason, v1::DELIVERY_ATTEMPTS_EXHAUSTED);
  EXPECT_EQ(letters->latest[0].detail, "8 attempts");
  EXPECT_EQ(dead_letters_in(folder.path(), 0)->count, 1u);
}

TEST(GatewayStore, SaysWhereThereIsNone) {
  const TemporaryFolder folder;
  const auto letters = dead_letters_in(folder.path(), 10);
  ASSERT_FALSE(letters);
  EXPECT_EQ(letters.error().code, v1::FILE_UNREADABLE);
  EXPECT_THAT(letters.error().where, ::testing::HasSubstr("gateway.db"));
}

// What exchanges have come to is what was last told of each, however it was told.
TEST(GatewayStore, ShowsEachExchangeAsItStandsHoweverManyMovedTogether) {
  constexpr std::uint64_t exchanges = 50;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    const TemporaryFolder folder;
    Random random(seed);
    std::vector<ExchangeRecord> expected(exchanges + 1, exchange(0));
    std::int64_t now = 100;
    {
      const auto store = open(folder.path());
      for (std::uint64_t number = 1; number <= exchanges; ++number) {
        commit(*store, step(number));
        expected[number] = exchange(number);
      }
      for (int groups = 0; groups < 25; ++groups) {
        std::vector<Effects> group(1 + random.below(3));
        for (Effects& effects : group) {
          ++now;
          const std::uint64_t first = 1 + random.below(exchanges), reach = random.below(20);
          const auto to = static_cast<ExchangeState>(1 + random.below(6));
          const Instant due{to == ExchangeState::delivered && random.below(2) == 0 ? now + 1000 : 0};
          for (std::uint64_t number = first; number <= std::min(first + reach, exchanges); ++number) {
            ExchangeRecord& stands = expected[number];
            const bool replayed =
                stands.state == ExchangeState::dead_lettered && to == ExchangeState::admitted;
            const bool moves =
                stands.state == ExchangeState::admitted ||
                (stands.state == ExchangeState::delivered && to < ExchangeState::dead_lettered);
            if ((!replayed && !(moves && to > stands.state)) || random.below(12) == 0) continue;
            StateChange moved = change(number, to, {now}, to == ExchangeState::admitted ? 0 : 1 + reach % 3);
            moved.answer_due_at = due;
            stands.state = to;
            stands.attempts = moved.attempts;
            if (due != Instant{}) stands.answer_due_at = due;
            effects.persist.changes.push_back(std::move(moved));
          }
        }
        const auto done = store->commit(group);
        ASSERT_TRUE(done) << describe(done.error());
      }
    }
    const auto store = open(folder.path());
    for (std::uint64_t number = 1; number <= exchanges; ++number) {
      const auto record = store->exchange(uuid(number));
      ASSERT_TRUE(record);
      expect_equal(*record, expected[number]);
    }
  }
}

TEST(GatewayStore, WritesOneRowForNeighboursThatMovedTogether) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  for (std::uint64_t number = 1; number <= 40; ++number) commit(*store, step(number));
  Effects delivered;
  for (std::uint64_t number = 1; number <= 40; ++number)
    delivered.persist.changes.push_back(change(number, ExchangeState::delivered, {9}, 1));
  commit(*store, delivered);
  auto database = sqlite::Database::open(folder.path() / "gateway.db", sqlite::Database::Access::read_only);
  auto query = database->prepare(
      "SELECT (SELECT count(*) FROM joint_progress), (SELECT count(*) FROM progress), "
      "(SELECT count(*) FROM exchange WHERE state=2 AND changed_at=9 AND attempts=1)");
  ASSERT_TRUE(query->step().value_or(false));
  EXPECT_EQ(query->integer(0), 1);
  EXPECT_EQ(query->integer(1), 0);
  EXPECT_EQ(query->integer(2), 40);
}

TEST(GatewayStore, IsReadableByAPerson) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  auto effects = step(1);
  auto refused = change(1, ExchangeState::refused, {1'700'000'001'500'000}, 1);
  refused.reason = v1::CLUSTER_FORBIDDEN;
  effects.persist.changes.push_back(refused);
  commit(*store, effects);
  const auto database =
      sqlite::Database::open(folder.path() / "gateway.db", sqlite::Database::Access::read_only);
  ASSERT_TRUE(database);
  auto query =
      database->prepare("SELECT id, state, reason, changed, priority, conversation FROM exchange_readable");
  ASSERT_TRUE(query) << describe(query.error());
  ASSERT_TRUE(query->step().value_or(false));
  EXPECT_EQ(query->text(0), uuid(1).text());
  EXPECT_EQ(query->text(1), "refused");
  EXPECT_EQ(query->text(2), "GNC-304");
  EXPECT_EQ(query->text(3), "2023-11-14T22:13:21.500Z");
  EXPECT_EQ(query->text(4), "urgent");
  EXPECT_EQ(query->text(5), uuid(1'000'001).text());
}

TEST(GatewayStore, RefusesAFolderInUse) {
  const TemporaryFolder folder;
  const auto store = open(folder.path());
  const auto second = GatewayStore::open(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, v1::STORE_FAILED);
}

TEST(GatewayStore, RefusesAFileOfAnotherKindOrVersion) {
  const TemporaryFolder folder;
  {
    auto other = sqlite::Database::open(folder.path() / "gateway.db", sqlite::Database::Access::read_write);
    ASSERT_TRUE(other->execute("PRAGMA user_version=7; CREATE TABLE t(a)"));
  }
  const auto not_ours = GatewayStore::open(folder.path());
  ASSERT_FALSE(not_ours);
  EXPECT_EQ(not_ours.error().code, v1::STORE_FAILED);

  const TemporaryFolder newer;
  static_cast<void>(open(newer.path()));
  {
    auto file = sqlite::Database::open(newer.path() / "gateway.db", sqlite::Database::Access::read_write);
    ASSERT_TRUE(file->execute("PRAGMA user_version=999"));
  }
  const auto later = GatewayStore::open(newer.path());
  ASSERT_FALSE(later);
  EXPECT_THAT(later.error().detail, ::testing::HasSubstr("999"));
}

}  // namespace
}  // namespace gnc::gateway::gateway_store_test
