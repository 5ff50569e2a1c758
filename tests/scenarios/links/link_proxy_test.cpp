#include "scenarios/engine/link_proxy.h"

#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "scenarios/engine/link_way.h"
#include "tests/scenarios/links/link_peers.h"

namespace gnc::scenarios::link_proxy_test {
namespace {

using std::chrono::milliseconds;

// Long enough to see that nothing comes over a link without latency.
constexpr milliseconds nothing_comes{150};

// How long a machine that is busy with other things may keep every measurement from being right.
constexpr std::chrono::seconds patience_with_the_machine{40};

constexpr Duration ms(std::int64_t n) { return Duration::from_milliseconds(n); }

// Until the condition holds; false where it does not in time. For what tells nobody when it changes.
bool eventually(const std::function<bool()>& condition) {
  const auto deadline = LinkClock::now() + link_patience;
  while (!condition()) {
    if (LinkClock::now() >= deadline) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

// Measures until what is seen is what was asked for, to within 5 % or 1 ms: what else the machine does can
// only add to one measurement. Too quick is never right.
template <class Measure>
void expect_milliseconds(double asked, Measure measure) {
  const double tolerance = std::max(1.0, asked * 0.05);
  double least = asked * 1000;
  for (const auto start = LinkClock::now();
       least > asked + tolerance && LinkClock::now() - start < patience_with_the_machine;) {
    const double took = measure();
    ASSERT_GE(took, asked - tolerance);
    least = std::min(least, took);
  }
  EXPECT_LE(least, asked + tolerance);
}

// A link to an echo.
class Link : public testing::Test {
 protected:
  void add(const LinkSettings& settings) {
    const auto port = links_.add(name, settings, seed);
    ASSERT_TRUE(port) << describe(port.error());
    port_ = *port;
    links_.aim(name, server_.port());
  }
  LinkClient client() const { return LinkClient(port_); }

  // Changes the way up and sends to and fro. A twin draws as the way does, so that it is known what each trip
  // is to take, and what more it took: none may take less, and of those that are lost, as of the others, a
  // quarter takes no more than 1 ms too long in some round. Gives the share that was lost.
  double expect_trips_as_drawn(const LinkSettings& settings, int trips) {
    links_.change(name, settings, LinkDirection::up);
    LinkWay twin(settings, Random(seed).child(name).child("up"));
    LinkClient client(port_);
    double too_long = 0, lost = 0, all = 0;
    const auto start = LinkClock::now();
    do {
      std::vector<double> late, late_and_lost;
      for (int i = 0; i < trips; ++i) {
        const std::chrono::duration<double, std::milli> asked = twin.pass(1, {}).arrived.time_since_epoch();
        const bool is_lost = settings.loss > 0 && asked >= milliseconds(settings.stall.microseconds / 1000);
        (is_lost ? late_and_lost : late).push_back(client.round_trip(1) - asked.count());
      }
      lost += static_cast<double>(late_and_lost.size());
      all += trips;
      too_long = 0;
      for (auto* some : {&late, &late_and_lost}) {
        if (some->empty()) continue;
        std::ranges::sort(*some);
        EXPECT_GE(some->front(), 0);
        too_long = std::max(too_long, (*some)[some->size() / 4]);
      }
    } while (too_long > 1 && LinkClock::now() - start < patience_with_the_machine);
    EXPECT_LE(too_long, 1);
    return lost / all;
  }

  static constexpr const char* name = "NZ-gateway";
  static constexpr std::uint64_t seed = 7;
  EchoServer server_;
  LinkProxies links_;
  std::uint16_t port_ = 0;
};

TEST_F(Link, AddsTheLatencyAskedForEachWay) {
  add({.latency = ms(20)});
  LinkClient client(port_);
  expect_milliseconds(40, [&] { return client.round_trip(100); });
}

TEST_F(Link, LetsNoMoreThroughThanTheBandwidth) {
  add({.bandwidth = 20'000'000});
  LinkClient client(port_);
  // There and back overlap, so that the time is that of one way.
  constexpr std::size_t size = 250'000;
  expect_milliseconds(100, [&] { return client.round_trip(size); });
}

TEST_F(Link, SharesTheBandwidthAmongItsConnections) {
  add({.bandwidth = 4'000'000});
  LinkClient one(port_);
  LinkClient other(port_);
  expect_milliseconds(100, [&] {
    const auto start = LinkClock::now();
    std::thread beside([&] { other.round_trip(25'000); });
    one.round_trip(25'000);
    beside.join();
    return milliseconds_since(start);
  });
}

TEST_F(Link, KeepsOrderUnderJitterAndCountsBytes) {
  add({.latency = ms(2), .jitter = ms(2)});
  LinkClient client(port_);
  client.round_trip(500'000);
  const LinkTraffic traffic = links_.traffic(name);
  EXPECT_EQ(traffic.bytes_up, 500'000u);
  EXPECT_EQ(traffic.bytes_down, 500'000u);
  EXPECT_EQ(traffic.connections, 1u);
}

TEST_F(Link, VariesTheLatencyByTheJitterAskedFor) {
  add({});
  expect_trips_as_drawn({.latency = ms(10), .jitter = ms(4)}, 60);
}

TEST_F(Link, StallsWhatIsLostAsOftenAndAsLongAsAskedFor) {
  add({});
  const double share = expect_trips_as_drawn({.loss = 0.25, .stall = ms(30)}, 200);
  EXPECT_NEAR(share, 0.25, 0.05);
}

TEST_F(Link, ChangesWhileAConnectionIsOpen) {
  add({});
  LinkClient client(port_);
  expect_milliseconds(0, [&] { return client.round_trip(100); });
  links_.change(name, {.latency = ms(15)});
  expect_milliseconds(30, [&] { return client.round_trip(100); });
  links_.change(name, {.latency = ms(40)}, LinkDirection::down);
  expect_milliseconds(55, [&] { return client.round_trip(100); });
  links_.change(name, {.bandwidth = 8'000'000}, LinkDirection::up);
  links_.change(name, {}, LinkDirection::down);
  expect_milliseconds(100, [&] { return client.round_trip(100'000); });
  links_.change(name, {});
  expect_milliseconds(0, [&] { return client.round_trip(100); });
}

TEST_F(Link, LetsWhatWaitsForASlowLinePassWhenTheLineIsFast) {
  // A line on which this would take 100 s.
  add({.bandwidth = 8'000});
  LinkClient client(port_);
  client.send(std::string(100'000, 'x'));
  ASSERT_TRUE(eventually([&] { return links_.traffic(name).bytes_up > 50'000; }));
  const auto start = LinkClock::now();
  links_.change(name, {});
  std::size_t got = 0;
  while (got < 100'000) {
    const auto bytes = client.receive(link_patience);
    ASSERT_TRUE(bytes);
    got += bytes->size();
  }
  EXPECT_LT(milliseconds_since(start), 10'000);
}

TEST_F(Link, ClosesConnectionsWhereNothingIsBehind) {
  const auto port = links_.add(name, {}, 7);
  ASSERT_TRUE(port) << describe(port.error());
  LinkClient client(*port);
  EXPECT_TRUE(client.end(link_patience));
}

TEST_F(Link, CountsNoConnectionThatDoesNotReachWhatIsBehind) {
  const auto port = links_.add(name, {}, 7);
  const auto refuses = links_.add("refuses", {}, 7);
  ASSERT_TRUE(port && refuses);
  links_.cut("refuses");
  links_.aim(name, *refuses);
  LinkClient client(*port);
  EXPECT_TRUE(client.end(link_patience));
  EXPECT_EQ(links_.traffic(name).connections, 0u);
}

TEST_F(Link, ThatIsCutClosesItsConnectionsAndRefusesOthersUntilItIsMended) {
  add({});
  LinkClient one(port_);
  LinkClient other(port_);
  one.round_trip(10);
  other.round_trip(10);
  EXPECT_EQ(links_.cut(name), 2u);
  EXPECT_TRUE(one.end(link_patience));
  EXPECT_TRUE(other.end(link_patience));
  EXPECT_TRUE(server_.have_ended(2, link_patience));
  EXPECT_TRUE(client().refused());
  EXPECT_TRUE(client().refused());
  EXPECT_EQ(links_.cut(name), 0u);
  EXPECT_TRUE(client().refused());
  links_.mend(name);
  LinkClient again(port_);
  ASSERT_FALSE(again.refused());
  again.round_trip(10);
}

TEST_F(Link, ThatIsCutAgainAndAgainKeepsItsPort) {
  add({});
  for (int i = 0; i < 20; ++i) {
    links_.cut(name);
    ASSERT_TRUE(client().refused());
    links_.mend(name);
    LinkClient client(port_);
    ASSERT_FALSE(client.refused());
    client.round_trip(10);
  }
}

TEST_F(Link, ResetsItsConnectionsAtBothEnds) {
  add({});
  LinkClient one(port_);
  one.round_trip(10);
  EXPECT_EQ(links_.reset(name), 1u);
  const auto end = one.end(link_patience);
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, boost::asio::error::connection_reset);
  EXPECT_TRUE(server_.were_reset(1, link_patience));
  client().round_trip(10);
}

TEST_F(Link, ThatIsABlackHoleLetsNothingPassAndClosesNothing) {
  add({});
  LinkClient one(port_);
  one.round_trip(10);
  links_.let_pass(name, false, false);
  one.send("hello");
  EXPECT_FALSE(one.receive(nothing_comes));
  EXPECT_FALSE(server_.have_ended(1, milliseconds(0)));
  links_.let_pass(name, true, true);
  EXPECT_EQ(one.receive(link_patience), "hello");
}

TEST_F(Link, MayLetOneDirectionPass) {
  add({});
  LinkClient one(port_);
  one.round_trip(10);
  const LinkTraffic before = links_.traffic(name);
  links_.let_pass(name, true, false);
  one.send("hello");
  EXPECT_FALSE(one.receive(nothing_comes));
  // The echo has said it, and it is on its way back.
  EXPECT_EQ(links_.traffic(name).bytes_up, before.bytes_up + 5);
  links_.let_pass(name, true, true);
  EXPECT_EQ(one.receive(link_patience), "hello");
}

TEST_F(Link, ThatIsABlackHoleDoesNotTellOfAnEnd) {
  add({});
  {
    LinkClient one(port_);
    one.round_trip(10);
    links_.let_pass(name, false, false);
  }
  EXPECT_FALSE(server_.have_ended(1, nothing_comes));
  links_.let_pass(name, true, true);
  EXPECT_TRUE(server_.have_ended(1, link_patience));
}

TEST_F(Link, ThatIsABlackHoleTakesNewConnectionsAndDoesNotBringThemOn) {
  add({});
  links_.let_pass(name, true, false);
  LinkClient one(port_);
  ASSERT_FALSE(one.refused());
  one.send("hello");
  EXPECT_FALSE(one.receive(nothing_comes));
  EXPECT_EQ(server_.taken(), 0u);
  links_.let_pass(name, true, true);
  EXPECT_EQ(one.receive(link_patience), "hello");
}

}  // namespace
}  // namespace gnc::scenarios::link_proxy_test
