#include "scenarios/virtual/virtual_network.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios::virtual_network_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// One link, whose ends write down what comes and when, in microseconds.
class Network : public testing::Test, protected NetworkEnds {
 protected:
  void lay_link(const LinkSettings& settings) { network_.add_link("NZ-gateway", settings, Random(7)); }
  void open() {
    network_.open_stream(0, 1, {0, 10});
    happen();
    heard_.clear();
  }
  void happen() { happen_until({INT64_MAX}); }
  void happen_until(VirtualTime end) {
    while (!simulation_.queue.empty() && simulation_.queue.first().at <= end) {
      const VirtualEvent event = simulation_.queue.pop();
      simulation_.now = event.at;
      network_.handle(event);
    }
  }
  static NodeFrame frame(std::size_t bytes) {
    NodeFrame frame;
    frame.submissions.push_back(std::make_shared<const std::string>(std::string(bytes, 'x')));
    return frame;
  }
  static NodeFrame credit(std::uint32_t envelopes) {
    NodeFrame frame;
    frame.credit = envelopes;
    return frame;
  }
  std::int64_t microseconds() const { return simulation_.now.nanoseconds / 1000; }
  void hear(std::string what) { heard_.push_back(std::move(what)); }

  bool gateway_listens() const override { return listens_; }
  void hello_came(gateway::SessionId, Participant, const Hello& hello) override {
    hear(fmt::format("hello {} at {}", hello.credit, microseconds()));
  }
  void node_frame_came(gateway::SessionId, NodeFrame frame) override {
    hear(fmt::format("frame {} at {}", frame.credit, microseconds()));
  }
  void node_is_gone(gateway::SessionId) override { hear("node is gone"); }
  void gateway_frame_came(Participant, nodes::StreamId, GatewayFrame) override { hear("gateway's frame"); }
  void stream_ended(Participant, nodes::StreamId, Error reason) override {
    hear("ended: " + std::string(label(reason.code)));
  }
  void payload_came_up(Participant, const PayloadMessage& message) override { hear_payload("up", message); }
  void payload_came_down(Participant, const PayloadMessage& message) override {
    hear_payload("down", message);
  }
  void payload_moves(Participant) override {}
  void hear_payload(std::string_view way, const PayloadMessage& message) {
    if (const auto* piece = std::get_if<PayloadPiece>(&message.content)) {
      hear(fmt::format("{} bytes {} at {}", piece->bytes, way, microseconds()));
    } else if (const auto* answer = std::get_if<PayloadAnswer>(&message.content)) {
      hear(answer->fault == v1::ERROR_CODE_UNSPECIFIED ? fmt::format("answer {}", way)
                                                       : std::string(label(answer->fault)));
    } else {
      hear(fmt::format("begins {}", way));
    }
  }

  static CostProfile no_floor() {
    CostProfile costs;
    costs.link.floor = 0;
    return costs;
  }

  bool listens_ = true;
  Simulation simulation_{Instant{1'000'000}, no_floor(), Random(1)};
  VirtualNetwork network_{simulation_, *this};
  std::vector<std::string> heard_;
};

TEST_F(Network, TakesTwoRoundTripsToOpenAStreamAndHalfOfOneForAFrame) {
  lay_link({.latency = Duration::from_milliseconds(10)});
  network_.open_stream(0, 1, {0, 10});
  happen();
  EXPECT_THAT(heard_, ElementsAre("hello 10 at 50000"));
  network_.send(0, 1, credit(3));
  happen();
  EXPECT_EQ(heard_.back(), "frame 3 at 60000");
}

TEST_F(Network, SendsOneFrameAfterTheOtherOverANarrowLine) {
  lay_link({.bandwidth = 8'000'000});  // a byte in a microsecond
  open();
  const auto began = simulation_.now;
  network_.send(0, 1, frame(1000));
  happen();
  const auto one = simulation_.now - began;
  const auto again = simulation_.now;
  network_.send(0, 1, frame(1000));
  network_.send(0, 1, frame(1000));
  happen();
  EXPECT_GE(one.nanoseconds, 1'000'000);
  EXPECT_EQ((simulation_.now - again).nanoseconds, 2 * one.nanoseconds);
}

TEST_F(Network, KeepsTheOrderWhateverTheJitterAndTheLoss) {
  lay_link({.latency = Duration::from_milliseconds(5),
            .jitter = Duration::from_milliseconds(5),
            .loss = 0.2,
            .stall = Duration::from_milliseconds(50)});
  open();
  const auto began = simulation_.now;
  for (std::uint32_t i = 1; i <= 100; ++i) network_.send(0, 1, credit(i));
  happen();
  ASSERT_EQ(heard_.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_TRUE(heard_[i].starts_with(fmt::format("frame {} ", i + 1))) << heard_[i];
  }
  EXPECT_GT((simulation_.now - began).nanoseconds, 50'000'000);
}

TEST_F(Network, LosesWhatIsOnTheWayWhenTheLinkIsCutAndTellsBothEnds) {
  lay_link({.latency = Duration::from_milliseconds(10)});
  open();
  network_.send(0, 1, credit(1));
  network_.cut(0, true);
  happen();
  EXPECT_THAT(heard_, ElementsAre("node is gone", "ended: GNC-610"));
  heard_.clear();
  network_.open_stream(0, 2, {0, 10});
  happen_until(simulation_.now + VirtualTime{50'000'000});
  EXPECT_THAT(heard_, ElementsAre("ended: GNC-610"));
}

TEST_F(Network, DialsAgainByItselfAndFailsStreamsUntilItHas) {
  lay_link({.latency = Duration::from_milliseconds(10)});
  network_.cut(0, true);
  network_.open_stream(0, 1, {0, 10});
  happen_until({50'000'000});
  EXPECT_THAT(heard_, ElementsAre("ended: GNC-610"));
  network_.cut(0, false);
  network_.open_stream(0, 2, {0, 10});
  // The attempt comes after a tenth of a second, a fifth more or less, and takes three round trips.
  happen();
  EXPECT_THAT(heard_, ElementsAre("ended: GNC-610", "ended: GNC-610"));
  EXPECT_GE(microseconds(), 140'000);
  EXPECT_LE(microseconds(), 180'000);
  const std::int64_t dialled = microseconds();
  network_.open_stream(0, 3, {0, 11});
  happen();
  EXPECT_EQ(heard_.back(), fmt::format("hello 11 at {}", dialled + 10'000));
}

TEST_F(Network, SendsWhatWaitsForTheLineAtItsNewPace) {
  lay_link({});
  open();
  network_.degrade(0, LinkSettings{.bandwidth = 8'000});  // a byte in a millisecond
  const auto began = simulation_.now;
  network_.send(0, 1, frame(1000));
  network_.send(0, 1, credit(2));
  happen_until(began + VirtualTime{500'000'000});
  EXPECT_THAT(heard_, IsEmpty());
  simulation_.now = began + VirtualTime{500'000'000};
  network_.degrade(0, std::nullopt);
  happen();
  EXPECT_EQ(heard_.size(), 2u);
  EXPECT_EQ((simulation_.now - began).nanoseconds, 1'060'000'000) << "the line's old event comes to nothing";
}

TEST_F(Network, HoldsInABlackHoleWhatGoesOnInOrderAfterwards) {
  lay_link({.latency = Duration::from_milliseconds(10)});
  open();
  network_.black_hole(0, LinkDirection::up, true);
  network_.send(0, 1, credit(1));
  network_.send(0, 1, credit(2));
  happen();
  EXPECT_THAT(heard_, IsEmpty());
  network_.black_hole(0, LinkDirection::up, false);
  network_.send(0, 1, credit(3));
  happen();
  ASSERT_EQ(heard_.size(), 3u);
  EXPECT_TRUE(heard_[0].starts_with("frame 1"));
  EXPECT_TRUE(heard_[2].starts_with("frame 3"));
}

TEST_F(Network, SaysThatNobodyListensWhereTheGatewayIsDown) {
  lay_link({});
  listens_ = false;
  network_.open_stream(0, 1, {0, 10});
  happen_until({50'000'000});
  EXPECT_THAT(heard_, ElementsAre("ended: GNC-610"));
}

TEST_F(Network, CountsTheConnectionsThatReachTheGateway) {
  lay_link({});
  listens_ = false;
  network_.open_stream(0, 1, {0, 10});
  happen_until({50'000'000});
  EXPECT_EQ(network_.rows()[0].connections, 0u) << "nobody listened";
  listens_ = true;
  happen();
  network_.open_stream(0, 2, {0, 10});
  happen();
  EXPECT_EQ(network_.rows()[0].connections, 1u);
  network_.reset(0);
  network_.open_stream(0, 3, {0, 10});
  happen();
  EXPECT_EQ(network_.rows()[0].connections, 2u);
}

TEST_F(Network, LetsPayloadsAndFramesTakeTurnsOnANarrowLine) {
  lay_link({.latency = Duration::from_milliseconds(10), .bandwidth = 1'000'000});
  open();
  const std::uint64_t transfer = network_.begin_payload(0, PayloadOffer{"CN", {}, 40'000});
  happen();
  EXPECT_THAT(heard_, ElementsAre("begins up"));
  heard_.clear();
  const std::int64_t begin = microseconds();
  network_.send_payload(transfer, 0, 40'000);
  network_.send(0, 1, credit(5));
  happen();
  // 16,384 and 60 bytes take 131.6 ms of the line, and the frame's 60 half a millisecond.
  EXPECT_THAT(heard_, ElementsAre(fmt::format("16384 bytes up at {}", begin + 141'552),
                                  fmt::format("frame 5 at {}", begin + 142'032),
                                  fmt::format("16384 bytes up at {}", begin + 273'584),
                                  fmt::format("7232 bytes up at {}", begin + 331'920)));
}

TEST_F(Network, TellsWhoHandsInOrFetchesThatTheConnectionBroke) {
  lay_link({.latency = Duration::from_milliseconds(10), .bandwidth = 1'000'000});
  open();
  const std::uint64_t transfer = network_.begin_payload(0, PayloadOffer{"CN", {}, 40'000});
  happen();
  heard_.clear();
  network_.send_payload(transfer, 0, 40'000);
  network_.cut(0, true);
  EXPECT_THAT(heard_, testing::Contains("GNC-610"));
  heard_.clear();
  happen();
  EXPECT_THAT(heard_, IsEmpty());
  network_.begin_payload(0, PayloadRequest{{}, 0});
  happen();
  EXPECT_THAT(heard_, ElementsAre("GNC-610"));
}

TEST_F(Network, TellsWhoHandsInThatNobodyListens) {
  lay_link({.latency = Duration::from_milliseconds(10)});
  open();
  listens_ = false;
  network_.begin_payload(0, PayloadOffer{"CN", {}, 40'000});
  happen();
  EXPECT_THAT(heard_, ElementsAre("GNC-610"));
}

}  // namespace
}  // namespace gnc::scenarios::virtual_network_test
