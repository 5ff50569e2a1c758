#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodes/store/document_lookup.h"
#include "nodes/store/node_store.h"
#include "proto/sqlite/database.h"
#include "proto/sqlite/segments.h"
#include "proto/types/random.h"
#include "tests/trust/trust_world.h"

namespace gnc::nodes::node_store_test {
namespace {

using trust::must;
using trust::party;

Uuid id(std::uint64_t number) { return Uuid::from_parts(trust::now, 1, number); }

Digest digest(char fill) { return *Digest::from_bytes(std::string(32, fill)); }

OutgoingRecord outgoing(std::uint64_t number, std::uint64_t batch, const std::string& reference) {
  return {.id = id(number),
          .batch = batch,
          .index = 3,
          .recipient = party("CN"),
          .conversation = id(1000 + number),
          .agreement = "NZ-CN",
          .message = "declaration",
          .reference = reference,
          .answers = id(2000 + number),
          .digest = digest('d'),
          .created_at = {1},
          .expires_at = {2},
          .intended_at = {3},
          .size = 4,
          .answer_due = true,
          .answer_expected = true,
          .changed_at = {1},
          .reason = {},
          .detail = {},
          .number = number};
}

ReceivedRecord received(std::uint64_t number) {
  return {.id = id(number),
          .batch = 1,
          .index = 2,
          .sender = party("NZ"),
          .conversation = id(1000 + number),
          .agreement = "NZ-CN",
          .message = "declaration",
          .digest = digest('r'),
          .at = {7},
          .state = ReceivedState::refused,
          .reason = v1::ORIGINAL_DIFFERS,
          .detail = "FunctionCode"};
}

struct NodeStoreTest : testing::Test {
  std::unique_ptr<NodeStore> open() { return must(NodeStore::open(folder.path() / "store")); }

  static Result<void> commit(NodeStore& store,
                             std::vector<std::pair<const char*, Transaction>> transactions) {
    std::vector<PartyStep> group;
    for (auto& named : transactions) {
      group.push_back({0, true, party(named.first), {}});
      group.back().effects.persist = std::move(named.second);
    }
    return store.commit(group);
  }

  std::int64_t count(const std::string& sql) {
    auto database = must(sqlite::Database::open(folder.path() / "store" / "node-host.db",
                                                sqlite::Database::Access::read_only));
    auto statement = must(database.prepare(sql));
    return must(statement.step()) ? statement.integer(0) : -1;
  }

  Transaction sealed(std::uint64_t number, std::uint64_t batch, const std::string& reference) {
    Transaction transaction;
    transaction.step = batch;
    transaction.batches.push_back({batch, {9}, std::make_shared<const std::string>("sealed bytes")});
    transaction.outgoing.push_back(outgoing(number, batch, reference));
    return transaction;
  }

  trust::TemporaryFolder folder;
};

TEST_F(NodeStoreTest, StartsEmptyAndNumbersFromOne) {
  const RestoredState restored = must(open()->restore(party("NZ")));
  EXPECT_EQ(restored.next_batch, 1u);
  EXPECT_EQ(restored.next_received_batch, 1u);
  EXPECT_EQ(restored.receipts_recorded_up_to, 0u);
  EXPECT_TRUE(restored.open.empty());
}

TEST_F(NodeStoreTest, GivesBackWhatIsOpenAsItWas) {
  must(commit(*open(), {{"NZ", sealed(1, 1, "a")}}));
  const auto store = open();
  const RestoredState restored = must(store->restore(party("NZ")));
  ASSERT_EQ(restored.open.size(), 1u);
  const OutgoingRecord expected = outgoing(1, 1, "a");
  const OutgoingRecord& record = restored.open[0];
  EXPECT_EQ(record.id, expected.id);
  EXPECT_EQ(record.batch, expected.batch);
  EXPECT_EQ(record.index, expected.index);
  EXPECT_EQ(record.recipient, expected.recipient);
  EXPECT_EQ(record.conversation, expected.conversation);
  EXPECT_EQ(record.agreement, expected.agreement);
  EXPECT_EQ(record.message, expected.message);
  EXPECT_EQ(record.reference, expected.reference);
  EXPECT_EQ(record.answers, expected.answers);
  EXPECT_EQ(record.digest, expected.digest);
  EXPECT_EQ(record.created_at, expected.created_at);
  EXPECT_EQ(record.expires_at, expected.expires_at);
  EXPECT_EQ(record.intended_at, expected.intended_at);
  EXPECT_EQ(record.size, expected.size);
  EXPECT_TRUE(record.answer_due);
  EXPECT_TRUE(record.answer_expected);
  EXPECT_EQ(record.state, OutgoingState::sealed);
  EXPECT_EQ(record.changed_at, expected.changed_at);
  ASSERT_EQ(restored.unresolved.size(), 1u);
  EXPECT_EQ(*restored.unresolved[0].bytes, "sealed bytes");
  EXPECT_EQ(restored.next_batch, 2u);
  EXPECT_TRUE(restored.references.may_contain("a"));
  EXPECT_FALSE(restored.references.may_contain("b"));
  // What is another party's is not this one's.
  const RestoredState other = must(store->restore(party("CN")));
  EXPECT_TRUE(other.open.empty());
  EXPECT_EQ(other.next_batch, 1u);
}

TEST_F(NodeStoreTest, WritesTheLastOfSeveralChangesOfAGroup) {
  const auto store = open();
  must(commit(*store, {{"NZ", sealed(1, 1, "a")}, {"NZ", sealed(2, 2, "b")}}));
  Transaction first, second;
  first.changes = {{id(1), 1, OutgoingState::admitted, {10}, {}, {}},
                   {id(2), 2, OutgoingState::admitted, {10}, {}, {}}};
  second.changes = {{id(1), 1, OutgoingState::refused, {11}, v1::CLUSTER_FORBIDDEN, "Payer"}};
  must(commit(*store, {{"NZ", first}, {"NZ", second}}));
  const RestoredState restored = must(store->restore(party("NZ")));
  ASSERT_EQ(restored.open.size(), 1u);
  EXPECT_EQ(restored.open[0].id, id(2));
  EXPECT_EQ(restored.open[0].state, OutgoingState::admitted);
  EXPECT_TRUE(restored.unresolved.empty());
  const auto refused = store->lodged(party("NZ"), "a");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->state, OutgoingState::refused);
  EXPECT_EQ(refused->reason, v1::CLUSTER_FORBIDDEN);
  EXPECT_EQ(refused->detail, "Payer");
  EXPECT_EQ(refused->changed_at, Instant{11});
}

TEST_F(NodeStoreTest, DeliveredStaysOpenWhereAnAnswerIsDue) {
  const auto store = open();
  Transaction transaction = sealed(1, 1, "a");
  transaction.outgoing.push_back(outgoing(2, 1, "b"));
  transaction.outgoing[1].answer_due = false;
  must(commit(*store, {{"NZ", transaction}}));
  Transaction delivered;
  delivered.changes = {{id(1), 1, OutgoingState::delivered, {10}, {}, {}},
                       {id(2), 2, OutgoingState::delivered, {10}, {}, {}}};
  must(commit(*store, {{"NZ", delivered}}));
  const RestoredState restored = must(store->restore(party("NZ")));
  ASSERT_EQ(restored.open.size(), 1u);
  EXPECT_EQ(restored.open[0].id, id(1));
}

TEST_F(NodeStoreTest, WritesOneRowForNeighboursThatMovedTogether) {
  const auto store = open();
  Transaction lodged = sealed(1, 1, "1");
  for (std::uint64_t number = 2; number <= 40; ++number)
    lodged.outgoing.push_back(outgoing(number, 1, std::to_string(number)));
  must(commit(*store, {{"NZ", lodged}}));
  Transaction admitted;
  for (std::uint64_t number = 1; number <= 40; ++number)
    admitted.changes.push_back({id(number), number, OutgoingState::admitted, {10}, {}, {}});
  must(commit(*store, {{"NZ", admitted}}));
  EXPECT_EQ(count("SELECT count(*) FROM joint_progress"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM progress"), 0);
  Transaction refused;
  refused.changes = {{id(7), 7, OutgoingState::refused, {11}, v1::CLUSTER_FORBIDDEN, "Payer"}};
  must(commit(*store, {{"NZ", refused}}));
  EXPECT_EQ(count("SELECT count(*) FROM outgoing WHERE state = 2 AND changed_at = 10 AND reason = 0"), 39);
  EXPECT_EQ(count("SELECT number FROM outgoing WHERE state = 5 AND changed_at = 11 AND detail = 'Payer'"), 7);
}

// What a party's exchanges have come to is what was last told of each, however it was told.
TEST_F(NodeStoreTest, ShowsEachExchangeAsItStandsHoweverManyMovedTogether) {
  constexpr std::uint64_t exchanges = 50;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::filesystem::remove_all(folder.path() / "store");
    Random random(seed);
    std::vector<OutgoingChange> expected(exchanges + 1);
    std::int64_t now = 100;
    {
      const auto store = open();
      Transaction lodged = sealed(1, 1, "1");
      for (std::uint64_t number = 2; number <= exchanges; ++number)
        lodged.outgoing.push_back(outgoing(number, 1, std::to_string(number)));
      must(commit(*store, {{"NZ", lodged}, {"CN", lodged}}));
      for (std::uint64_t number = 1; number <= exchanges; ++number)
        expected[number] = {id(number), number, OutgoingState::sealed, {1}, {}, {}};
      for (int groups = 0; groups < 25; ++groups) {
        std::vector<std::pair<const char*, Transaction>> group;
        for (std::uint64_t steps = random.below(3); steps > 0; --steps) {
          Transaction transaction;
          ++now;
          const std::uint64_t first = 1 + random.below(exchanges), reach = random.below(20);
          const auto to = static_cast<OutgoingState>(2 + random.below(6));
          const bool plain = to <= OutgoingState::processed;
          for (std::uint64_t number = first; number <= std::min(first + reach, exchanges); ++number) {
            OutgoingChange& stands = expected[number];
            if (to <= stands.state || is_terminal(stands.state, true) || random.below(12) == 0) continue;
            stands = {
                id(number),         number, to, {now}, plain ? v1::ERROR_CODE_UNSPECIFIED : v1::NO_AGREEMENT,
                plain ? "" : "none"};
            transaction.changes.push_back(stands);
          }
          group.emplace_back("NZ", std::move(transaction));
        }
        must(commit(*store, std::move(group)));
      }
    }
    const auto store = open();
    for (std::uint64_t number = 1; number <= exchanges; ++number) {
      const auto record = store->lodged(party("NZ"), std::to_string(number));
      ASSERT_TRUE(record);
      EXPECT_EQ(record->state, expected[number].state) << number;
      EXPECT_EQ(record->changed_at, expected[number].at) << number;
      EXPECT_EQ(record->reason, expected[number].reason) << number;
      EXPECT_EQ(record->detail, expected[number].detail) << number;
      EXPECT_EQ(store->lodged(party("CN"), std::to_string(number))->state, OutgoingState::sealed);
    }
    const auto is_open = [](const OutgoingChange& one) {
      return one.number != 0 && !is_terminal(one.state, true);
    };
    EXPECT_EQ(must(store->restore(party("NZ"))).open.size(),
              static_cast<std::size_t>(std::ranges::count_if(expected, is_open)));
  }
}

TEST_F(NodeStoreTest, FindsWhatAPartyHasReceived) {
  const auto store = open();
  Transaction transaction;
  transaction.received_batches.push_back({1, {7}, "delivered bytes"});
  transaction.received.push_back(received(1));
  transaction.decisions.push_back({id(1), Outcome::rejected, id(5), {7}});
  transaction.rejections.push_back({1, 0, "no id", digest('x'), {7}, v1::ENVELOPE_ALTERED, "leaf 0"});
  transaction.receipts.push_back({4, {7}, false, "receipts"});
  must(commit(*store, {{"CN", transaction}}));
  const auto found = store->received(party("CN"), id(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->digest, digest('r'));
  EXPECT_EQ(found->state, ReceivedState::refused);
  EXPECT_EQ(found->reason, v1::ORIGINAL_DIFFERS);
  EXPECT_EQ(found->detail, "FunctionCode");
  EXPECT_EQ(found->at, Instant{7});
  EXPECT_EQ(found->sender, party("NZ"));
  EXPECT_FALSE(store->received(party("NZ"), id(1)));
  EXPECT_FALSE(store->received(party("CN"), id(2)));
  const RestoredState restored = must(store->restore(party("CN")));
  EXPECT_TRUE(restored.received_ids.may_contain(id(1)));
  EXPECT_EQ(restored.received_ids.size(), 1u);
  EXPECT_EQ(restored.receipts_recorded_up_to, 4u);
  EXPECT_EQ(restored.next_received_batch, 2u);
  EXPECT_EQ(count("SELECT count(*) FROM rejection WHERE reason=401"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM inbox_readable WHERE state='refused' AND decision='rejected'"), 1);
}

TEST_F(NodeStoreTest, KeepsTheLastNoteOfANameForItsParty) {
  Transaction first, second;
  first.notes = {{"a", "1"}, {"b", "2"}, {"c", std::string("\0\xff", 2)}};
  second.notes = {{"a", std::nullopt}, {"b", "3"}};
  must(commit(*open(), {{"CN", first}, {"NZ", first}, {"CN", second}}));
  const auto store = open();
  const auto notes = [&](const char* name) {
    std::map<std::string, std::string> all;
    for (const NoteRecord& note : must(store->restore(party(name))).notes) all[note.name] = *note.bytes;
    return all;
  };
  const std::string binary("\0\xff", 2);
  EXPECT_THAT(notes("CN"), testing::ElementsAre(testing::Pair("b", "3"), testing::Pair("c", binary)));
  EXPECT_EQ(notes("NZ").size(), 3u);
  EXPECT_EQ(count("SELECT count(*) FROM business_note WHERE party = 'CN'"), 2);
}

TEST_F(NodeStoreTest, AGroupIsCommittedWholeOrNotAtAll) {
  const auto store = open();
  Transaction decision;
  decision.received.push_back(received(1));
  decision.decisions.push_back({id(1), Outcome::accepted, std::nullopt, {7}});
  must(commit(*store, {{"CN", decision}}));
  // The second step decides on what has been decided on: business would see it twice.
  const Result<void> done = commit(*store, {{"NZ", sealed(9, 1, "a")}, {"CN", decision}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, v1::STORE_FAILED);
  EXPECT_EQ(count("SELECT count(*) FROM outgoing"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM outbox_batch"), 0);
  must(commit(*store, {{"NZ", sealed(9, 1, "a")}}));
  EXPECT_EQ(count("SELECT count(*) FROM outgoing_readable WHERE state='sealed'"), 1);
}

TEST_F(NodeStoreTest, RefusesADecisionOnWhatTheStepHasNotReceived) {
  const auto store = open();
  Transaction decision;
  decision.decisions.push_back({id(1), Outcome::accepted, std::nullopt, {7}});
  const Result<void> done = commit(*store, {{"CN", decision}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, v1::STORE_FAILED);
}

TEST_F(NodeStoreTest, KeepsTheContentOfALargeGroupInASegmentAndFailsClosedWithoutIt) {
  const std::string much(100'000, 's');
  Transaction transaction = sealed(1, 1, "a");
  transaction.batches[0].bytes = std::make_shared<const std::string>(much);
  must(commit(*open(), {{"NZ", transaction}}));
  EXPECT_EQ(count("SELECT count(*) FROM outbox_batch WHERE party = 'NZ' AND number = 1 AND bytes IS NULL"),
            1);
  const RestoredState restored = must(open()->restore(party("NZ")));
  ASSERT_EQ(restored.unresolved.size(), 1u);
  EXPECT_EQ(*restored.unresolved[0].bytes, much);

  const auto segment = sqlite::segment_file(folder.path() / "store", 1);
  std::filesystem::resize_file(segment, 99'999);
  const auto torn = open()->restore(party("NZ"));
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().code, v1::STORE_FAILED);
  EXPECT_EQ(torn.error().where, segment.string());
  std::filesystem::remove(segment);
  EXPECT_EQ(open()->restore(party("NZ")).error().where, segment.string());
}

TEST_F(NodeStoreTest, FindsADocumentWhereverItsBatchStands) {
  const auto batch_of = [](std::size_t size) {
    v1::Envelope envelope;
    envelope.mutable_document()->set_structured(std::string(size, 'd'));
    v1::SealedBatch batch;
    auto& item = *batch.add_items();
    item.set_leaf_index(3);
    item.set_content(envelope.SerializeAsString());
    return batch.SerializeAsString();
  };
  const auto store = open();
  Transaction small = sealed(1, 1, "a"), large = sealed(2, 2, "b"), taken;
  small.batches[0].bytes = std::make_shared<const std::string>(batch_of(10));
  large.batches[0].bytes = std::make_shared<const std::string>(batch_of(100'000));
  taken.received_batches.push_back({1, {9}, batch_of(200'000)});
  taken.received.push_back(received(1));
  taken.received[0].index = 3;
  must(commit(*store, {{"NZ", small}}));
  must(commit(*store, {{"NZ", large}, {"CN", taken}}));
  auto lookup = must(DocumentLookup::open(folder.path() / "store"));
  EXPECT_EQ(must(lookup.find(party("NZ"), id(1))).structured().size(), 10u);
  EXPECT_EQ(must(lookup.find(party("NZ"), id(2))).structured().size(), 100'000u);
  EXPECT_EQ(must(lookup.find(party("CN"), id(1))).structured().size(), 200'000u);
  EXPECT_EQ(lookup.find(party("CN"), id(2)).error().code, v1::EXCHANGE_UNKNOWN);
}

TEST_F(NodeStoreTest, WhatIsCommittedIsInACopyOfTheFilesTakenAtOnce) {
  const auto store = open();
  must(commit(*store, {{"NZ", sealed(1, 1, "a")}}));
  const auto copy = folder.path() / "copy";
  std::filesystem::create_directories(copy);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "store")) {
    if (entry.path().filename().string().starts_with("node-host.db")) {
      std::filesystem::copy(entry.path(), copy / entry.path().filename());
    }
  }
  EXPECT_EQ(must(must(NodeStore::open(copy))->restore(party("NZ"))).open.size(), 1u);
}

TEST_F(NodeStoreTest, RefusesAFolderThatAnotherHostUses) {
  const auto store = open();
  const auto second = NodeStore::open(folder.path() / "store");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, v1::STORE_FAILED);
}

TEST_F(NodeStoreTest, RefusesAFileOfAnotherApplication) {
  std::filesystem::create_directories(folder.path() / "store");
  auto database = must(
      sqlite::Database::open(folder.path() / "store" / "node-host.db", sqlite::Database::Access::read_write));
  must(database.execute("PRAGMA application_id=5; CREATE TABLE other(x);"));
  const auto store = NodeStore::open(folder.path() / "store");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, v1::STORE_FAILED);
}

}  // namespace
}  // namespace gnc::nodes::node_store_test
