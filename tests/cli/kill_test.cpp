#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <csignal>
#include <memory>

#include "tests/processes/live_pair.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::kill_test {
namespace {

constexpr std::size_t exchanges = 20'000;
constexpr std::size_t items_in_command = 500;
constexpr std::chrono::seconds run_time{90};

// The one number that `query` gives of the database `file`.
std::size_t number(const std::filesystem::path& file, const char* query) {
  sqlite3* opened = nullptr;
  sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, sqlite3_close);
  sqlite3_stmt* prepared = nullptr;
  sqlite3_prepare_v2(opened, query, -1, &prepared, nullptr);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, sqlite3_finalize);
  if (sqlite3_step(prepared) != SQLITE_ROW) throw std::runtime_error(sqlite3_errmsg(opened));
  return static_cast<std::size_t>(sqlite3_column_int64(prepared, 0));
}

// 20,000 declarations from NZ to CN through a gateway and a node host, of which a test kills one or both.
class Kill : public testing::Test {
 protected:
  Kill() : pair_(folder_.path(), {.answered = true}) {
    pair_.start_gateway();
    pair_.start_node_host();
  }

  // Gives how many exchanges, declarations and answers, are on record there.
  std::size_t kill_gateway() {
    EXPECT_EQ(pair_.gateway().end(SIGKILL), 128 + SIGKILL);
    return number(pair_.gateway_store() / "gateway.db", "SELECT count(*) FROM exchange");
  }
  // Gives how many declarations the business has decided.
  std::size_t kill_node_host() {
    EXPECT_EQ(pair_.node_host().process().end(SIGKILL), 128 + SIGKILL);
    return number(pair_.node_host_store() / "node-host.db",
                  "SELECT count(*) FROM business_decision WHERE party = 'CN'");
  }
  void start_gateway() { pair_.start_gateway(); }
  void start_node_host() { pair_.start_node_host(); }

  // Lodges all; what is on record already is not lodged again.
  void lodge_all() {
    for (std::size_t first = 0; first < exchanges; first += items_in_command) {
      pair_.node_host().command(processes::lodgement("NZ", "CN", first, items_in_command, 0));
    }
  }

  // Reads what happens until `count` more exchanges are delivered at CN.
  void follow_until_delivered(std::size_t count) {
    std::size_t delivered = 0;
    pair_.node_host().follow(
        [&](const v1::Event& event) { delivered += event.kind() == v1::EVENT_KIND_DELIVERED ? 1 : 0; },
        [&](const v1::Report&) { return delivered >= count; }, run_time);
  }

  void await_quiet() {
    v1::Command command;
    command.mutable_await_quiet()->set_token(1);
    pair_.node_host().command(command);
    pair_.node_host().follow([](const v1::Event&) {},
                             [](const v1::Report& report) { return report.has_quiet(); }, run_time);
  }

  void expect_everything_once() {
    EXPECT_NO_THROW(pair_.stop());
    const auto gateway = pair_.gateway_store() / "gateway.db";
    const auto nodes = pair_.node_host_store() / "node-host.db";
    // Each declaration and its answer.
    EXPECT_EQ(number(gateway, "SELECT count(*) FROM exchange"), 2 * exchanges);
    EXPECT_EQ(number(nodes, "SELECT count(*) FROM inbox WHERE party = 'CN'"), exchanges);
    EXPECT_EQ(number(nodes, "SELECT count(*) FROM business_decision WHERE party = 'CN'"), exchanges);
    EXPECT_EQ(
        number(nodes, "SELECT count(*) FROM outgoing_readable WHERE party = 'NZ' AND state = 'processed'"),
        exchanges);
    EXPECT_EQ(number(nodes, "SELECT count(*) FROM inbox WHERE party = 'NZ'"), exchanges);
    processes::PipedProcess verify(processes::gncsim_binary(), {"audit", "verify", pair_.gateway_store()},
                                   folder_.path() / "verify.log");
    EXPECT_EQ(verify.wait(), 0) << verify.log_words();
  }

 private:
  scenarios::TemporaryFolder folder_;
  processes::LivePair pair_;
};

TEST_F(Kill, OfTheGatewayLosesNothingAndDeliversNothingTwice) {
  lodge_all();
  follow_until_delivered(exchanges / 10);
  const std::size_t on_record = kill_gateway();
  EXPECT_GT(on_record, 0u);
  EXPECT_LT(on_record, 2 * exchanges) << "the kill came too late to be in the middle";
  start_gateway();
  await_quiet();
  expect_everything_once();
}

TEST_F(Kill, OfTheNodeHostLosesNothingAndDeliversNothingTwice) {
  lodge_all();
  follow_until_delivered(exchanges / 10);
  const std::size_t decided = kill_node_host();
  EXPECT_GT(decided, 0u);
  EXPECT_LT(decided, exchanges) << "the kill came too late to be in the middle";
  start_node_host();
  lodge_all();
  await_quiet();
  expect_everything_once();
}

TEST_F(Kill, OfBothAgainAndAgainLosesNothingAndDeliversNothingTwice) {
  std::size_t decided = 0;
  // A fast machine may be nearly done after fewer rounds; then there is no middle left to kill in.
  for (int round = 0; round < 3 && decided < exchanges * 3 / 4; ++round) {
    lodge_all();
    follow_until_delivered(exchanges / 50);
    EXPECT_GT(kill_gateway(), 0u);
    decided = kill_node_host();
    EXPECT_GT(decided, 0u);
    start_gateway();
    start_node_host();
  }
  lodge_all();
  await_quiet();
  expect_everything_once();
}

// Looks at every document, and takes its time for that.
constexpr const char* slow_window = R"(profile: slow
title: A window that looks at everything
illustrative: true
country: CN
risk: {yellow from: 30, red from: 60, sampling: {share: 100 %, channel: yellow, seed: 1}}
control: {documentary: {takes: 3s}}
)";

TEST(KillOfASingleWindow, LosesNoAnswerThatItStillOwes) {
  constexpr std::size_t declarations = 50;
  scenarios::TemporaryFolder folder;
  processes::LivePair pair(folder.path(), {.answered = true, .profile = slow_window});
  const auto store = pair.node_host_store() / "node-host.db";
  std::size_t answered = 0, released = 0;
  const auto see = [&](const v1::Event& event) {
    answered += event.kind() == v1::EVENT_KIND_PROCESSED && event.party() == "NZ" ? 1 : 0;
    released += event.kind() == v1::EVENT_KIND_BUSINESS_FOLLOWED_UP && event.function_code() == "09" ? 1 : 0;
  };
  pair.start_gateway();
  pair.start_node_host();
  pair.node_host().command(processes::lodgement("NZ", "CN", 0, declarations, 0));
  pair.node_host().follow(
      see, [&](const v1::Report&) { return answered == declarations; }, run_time);
  EXPECT_EQ(pair.node_host().process().end(SIGKILL), 128 + SIGKILL);
  ASSERT_EQ(released, 0u) << "the kill came too late";
  EXPECT_EQ(number(store, "SELECT count(*) FROM business_note WHERE name LIKE 'case/%'"), declarations);

  pair.start_node_host();
  pair.node_host().follow(
      see, [&](const v1::Report&) { return released == declarations; }, run_time);
  v1::Command command;
  command.mutable_await_quiet()->set_token(1);
  pair.node_host().command(command);
  pair.node_host().follow(
      see, [](const v1::Report& report) { return report.has_quiet(); }, run_time);
  EXPECT_NO_THROW(pair.stop());
  EXPECT_EQ(released, declarations);
  EXPECT_EQ(number(store, "SELECT count(*) FROM business_decision WHERE party = 'CN'"), declarations);
  EXPECT_EQ(number(store, "SELECT count(*) FROM inbox WHERE party = 'NZ'"), 2 * declarations);
  EXPECT_EQ(number(store, "SELECT count(*) FROM business_note WHERE name LIKE 'case/%'"), 0u);
}

}  // namespace
}  // namespace gnc::cli::kill_test
