#include <gmock/gmock.h>

#include <fstream>

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include "tests/cli/page_program.h"

namespace gnc::cli::live_page_test {
namespace {

using scenarios::TemporaryFolder;
using testing::Contains;
using Json = nlohmann::json;

// A browser that follows a live run, and counts what it is sent.
class Browser {
 public:
  explicit Browser(const PageProgram& program) : socket_(io_) {
    const std::string host = "127.0.0.1:" + std::to_string(program.port());
    boost::beast::get_lowest_layer(socket_).connect(
        {boost::asio::ip::make_address("127.0.0.1"), program.port()});
    socket_.set_option(
        boost::beast::websocket::stream_base::decorator([&](boost::beast::websocket::request_type& request) {
          request.set(boost::beast::http::field::origin, "http://" + host);
          request.set(boost::beast::http::field::sec_websocket_protocol, "gncsim, token." + program.token());
        }));
    socket_.handshake(host, "/api/live?fork=0");
  }

  // The next frame, which is taken.
  Json next() {
    boost::beast::flat_buffer buffer;
    socket_.read(buffer);
    socket_.write(boost::asio::buffer("took", 4));
    Json frame = Json::parse(boost::beast::buffers_to_string(buffer.data()));
    events += frame["events"].size();
    dropped = frame["dropped"];
    return frame;
  }
  template <class Condition>
  Json until(const Condition& condition) {
    while (true) {
      Json frame = next();
      if (condition(frame) || frame["last"]) return frame;
    }
  }
  Json last() {
    return until([](const Json&) { return false; });
  }

  std::uint64_t events = 0, dropped = 0;

 private:
  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_;
};

Json report_in(const std::filesystem::path& folder) {
  std::ifstream file(folder / "report.json");
  return Json::parse(file, nullptr, false);
}

class LivePage : public testing::Test {
 protected:
  // Declarations from NZ to CN at this rate for so long.
  std::string scenario(const std::string& rate, const std::string& length) const {
    folder_.write("live.yaml", "scenario: Live\ntopology: {administrations: [NZ, CN]}\nagreements: [" +
                                   library_ +
                                   "agreements/nz-cn-export.yaml]\nworkload:\n  - {name: exports, " +
                                   "from: NZ, to: CN, documents: " + library_ +
                                   "documents/export/sea-wool-bales.xml, arrivals: {rate: " + rate +
                                   ", for: " + length + "}}\nexpect: [exchange.lost == 0]\n");
    return (folder_.path() / "live.yaml").string();
  }
  std::filesystem::path run() const { return folder_.path() / "run"; }

  const std::string library_ = GNC_SOURCE_DIR "/scenarios/";
  TemporaryFolder folder_;
};

TEST_F(LivePage, IsPausedBrokenAndFollowedToItsEndWithTheNumbersOfItsReport) {
  PageProgram program({"demo", scenario("40/s", "3s"), "--world", "live", "--out", run().string()}, folder_);
  EXPECT_EQ(program.json("/api/run")["live"]["phase"], "ready");
  Browser browser(program);
  EXPECT_EQ(browser.next()["live"]["phase"], "ready");
  ASSERT_EQ(program.post("/api/live", R"({"run": 0, "do": "start"})")["fork"], 0);
  browser.until(
      [](const Json& frame) { return !frame["figures"].is_null() && frame["figures"]["sent"] >= 20; });
  program.post("/api/live", R"({"run": 0, "do": "pause"})");
  // What is under way goes on to its end, and nothing is lodged.
  const Json paused = browser.until([](const Json& frame) { return frame["paused"] == true; });
  const Json settled = browser.until(
      [](const Json& frame) { return frame["figures"]["processed"] == frame["figures"]["sent"]; });
  EXPECT_EQ(settled["figures"]["sent"], paused["figures"]["sent"]);
  EXPECT_LT(settled["figures"]["sent"], 120);
  const double at = settled["now_us"];
  const Json later = browser.until([at](const Json& frame) { return frame["now_us"] > at + 1'000'000; });
  EXPECT_EQ(later["figures"]["sent"], paused["figures"]["sent"]);
  EXPECT_EQ(later["paused"], true);
  EXPECT_EQ(later["figures"]["doing"], "the injection is paused");
  // A fault is in force at once.
  program.post("/api/live", R"({"run": 0, "fault": {"cut": "CN-gateway", "for": "300ms"}})");
  const Json broken = browser.until([](const Json& frame) {
    return std::ranges::any_of(frame["faults"], [](const Json& fault) { return fault["kind"] == "cut"; });
  });
  EXPECT_EQ(broken["faults"][0]["target"], "CN-gateway");
  const Json refused = program.post("/api/live", R"({"run": 0, "fault": {"tamper": "NZ"}})");
  EXPECT_THAT(refused["remedy"].get<std::string>(), testing::HasSubstr("virtual"));
  program.post("/api/live", R"({"run": 0, "do": "resume"})");
  const Json last = browser.last();
  EXPECT_EQ(last["live"]["phase"], "over");

  const Json report = report_in(run());
  EXPECT_EQ(report["exchange"]["submitted"], 120);
  EXPECT_EQ(report["exchange"]["lost"], 0);
  EXPECT_EQ(last["figures"]["sent"], report["exchange"]["submitted"]);
  EXPECT_EQ(last["figures"]["processed"], report["exchange"]["processed"]);
  const Json shown = program.json("/api/run");
  EXPECT_EQ(shown["live"]["phase"], "over");
  EXPECT_EQ(shown["report"], report);
  EXPECT_EQ(browser.dropped, 0u);
  EXPECT_EQ(browser.events, shown["events"].get<std::uint64_t>());
  std::vector<std::string> faults;
  for (const Json& fault : report["faults"]) faults.push_back(fault["fault"]);
  EXPECT_THAT(faults, testing::ElementsAre("cut CN-gateway for 300 ms", "pause of the injection"));
  // What was not lodged in the second of the pause is not late by it, however busy the machine is.
  EXPECT_LT(report["lag_ms"]["max"], 1000);
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(LivePage, DropsDetailForABrowserThatDoesNotReadAndSlowsNothing) {
  PageProgram program({"demo", scenario("600/s", "4s"), "--world", "live", "--out", run().string()}, folder_);
  Browser quick(program), silent(program);
  ASSERT_EQ(program.post("/api/live", R"({"run": 0, "do": "start"})")["fork"], 0);
  EXPECT_EQ(quick.last()["live"]["phase"], "over");
  const Json report = report_in(run());
  EXPECT_EQ(report["exchange"]["processed"], 2400);
  EXPECT_EQ(report["exchange"]["lost"], 0);
  EXPECT_LT(report["lag_ms"]["p50"].get<double>(), 500);
  const auto events = program.json("/api/run")["events"].get<std::uint64_t>();
  EXPECT_GT(events, 20'000u);
  EXPECT_EQ(quick.events + quick.dropped, events);
  // The one that read nothing is told how much it missed.
  EXPECT_EQ(silent.last()["live"]["phase"], "over");
  EXPECT_GT(silent.dropped, 0u);
  EXPECT_EQ(silent.events + silent.dropped, events);
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(LivePage, EndsTheRunWhereTheServerIsEnded) {
  PageProgram program({"demo", scenario("10/s", "600s"), "--world", "live", "--out", run().string()},
                      folder_);
  Browser browser(program);
  program.post("/api/live", R"({"run": 0, "do": "start"})");
  browser.until(
      [](const Json& frame) { return !frame["figures"].is_null() && frame["figures"]["sent"] >= 5; });
  EXPECT_EQ(program.stop(), 0);
  EXPECT_EQ(report_in(run())["interrupted"], true);
}

}  // namespace
}  // namespace gnc::cli::live_page_test
