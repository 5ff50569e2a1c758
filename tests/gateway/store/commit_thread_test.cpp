#include "gateway/store/commit_thread.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/gateway/store/records.h"

namespace gnc::gateway::commit_thread_test {
namespace {

using testing::step;
using testing::TemporaryFolder;
using testing::uuid;

TEST(CommitThread, HandsStepsOnInOrderOnlyWhenTheyAreOnRecord) {
  const TemporaryFolder folder;
  const auto store = GatewayStore::open(folder.path());
  ASSERT_TRUE(store);
  std::vector<std::uint64_t> handed_on;
  bool all_on_record = true;
  {
    CommitThread thread(**store, {.committed =
                                      [&](std::vector<Effects>& group) {
                                        for (const auto& effects : group) {
                                          handed_on.push_back(effects.persist.step);
                                          all_on_record &= (*store)->batch(effects.persist.step).has_value();
                                        }
                                      },
                                  .failed = [](const Error& error) { ADD_FAILURE() << describe(error); }});
    for (std::uint64_t number = 1; number <= 200; ++number) thread.push(step(number));
  }
  ASSERT_EQ(handed_on.size(), 200u);
  EXPECT_TRUE(std::ranges::is_sorted(handed_on));
  EXPECT_TRUE(all_on_record);
}

TEST(CommitThread, CommitsAllThatWaitsAsOneTransaction) {
  const TemporaryFolder folder;
  const auto store = GatewayStore::open(folder.path());
  ASSERT_TRUE(store);
  std::promise<void> first_committed;
  std::promise<void> may_go_on;
  auto gate = may_go_on.get_future().share();
  std::vector<std::size_t> groups;
  {
    CommitThread thread(**store, {.committed =
                                      [&](std::vector<Effects>& group) {
                                        groups.push_back(group.size());
                                        if (groups.size() == 1) first_committed.set_value();
                                        gate.wait();
                                      },
                                  .failed = [](const Error& error) { ADD_FAILURE() << describe(error); }});
    thread.push(step(1));
    first_committed.get_future().wait();
    for (std::uint64_t number = 2; number <= 50; ++number) thread.push(step(number));
    may_go_on.set_value();
  }
  EXPECT_EQ(groups, (std::vector<std::size_t>{1, 49}));
}

TEST(CommitThread, HandsNothingOnAfterAFailure) {
  const TemporaryFolder folder;
  const auto store = GatewayStore::open(folder.path());
  ASSERT_TRUE(store);
  std::vector<std::uint64_t> handed_on;
  std::promise<void> first_committed;
  std::promise<Error> failed;
  {
    CommitThread thread(**store, {.committed =
                                      [&](std::vector<Effects>& group) {
                                        for (const auto& effects : group) {
                                          handed_on.push_back(effects.persist.step);
                                        }
                                        first_committed.set_value();
                                      },
                                  .failed = [&](const Error& error) { failed.set_value(error); }});
    thread.push(step(1));
    first_committed.get_future().wait();
    thread.push(step(1));  // the same id again cannot be recorded
    EXPECT_EQ(failed.get_future().get().code, v1::STORE_FAILED);
    thread.push(step(2));
    EXPECT_TRUE(thread.idle());
  }
  EXPECT_EQ(handed_on, std::vector<std::uint64_t>{1});
  EXPECT_FALSE((*store)->exchange(uuid(2)));
}

}  // namespace
}  // namespace gnc::gateway::commit_thread_test
