#include "scenarios/engine/run_metrics.h"

#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <sstream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios::run_metrics_test {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace http = boost::beast::http;

LiveFigures example() {
  LiveFigures figures;
  figures.scenario = "Morning \"peak\"";
  figures.elapsed_s = 1.5;
  figures.rate_asked = 200;
  figures.sent = 12;
  figures.delivered = 11;
  figures.latency.delivered = {41.5, 42, 43, 44, 45, 46, 11};
  figures.faults = {"cut NZ-gateway for 5 s", "cut NZ-gateway for 5 s", "\x1b[2J"};
  figures.expectations = {{"exchange.lost == 0", LiveFigures::Standing::State::held, 0.0},
                          {"exchange.lost == 0", LiveFigures::Standing::State::held, 0.0}};
  return figures;
}

TEST(RunMetrics, GivesTheFiguresAsOpenMetrics) {
  const std::string text = run_metrics_text(example());
  EXPECT_THAT(text, HasSubstr("gncsim_run_info{scenario=\"Morning \\\"peak\\\"\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("gncsim_exchanges_total{stage=\"delivered\"} 11\n"));
  EXPECT_THAT(text, HasSubstr("gncsim_latency_seconds{stage=\"delivered\",quantile=\"0.5\"} 0.0415\n"));
  EXPECT_THAT(text, HasSubstr("gncsim_latency_seconds_count{stage=\"delivered\"} 11\n"));
  EXPECT_THAT(text, HasSubstr("gncsim_faults_in_force 3\n"));
  EXPECT_THAT(text, HasSubstr("gncsim_fault{fault=\"cut NZ-gateway for 5 s\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("gncsim_expectation{expect=\"exchange.lost == 0\",state=\"held\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

// OpenMetrics 1.0: each line is metadata or a sample, a family's lines stand together, no sample stands
// twice, and the end is marked.
TEST(RunMetrics, KeepsTheFormatsRules) {
  const std::string text = run_metrics_text(example());
  ASSERT_TRUE(text.ends_with("\n# EOF\n"));
  const std::regex sample(
      R"re(([a-z_]+)(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? (-?[0-9.e+-]+|\+Inf|NaN))re");
  const std::regex metadata(R"(# (HELP|TYPE) ([a-z_]+) .+)");
  std::set<std::string> seen;
  std::set<std::string> closed;
  std::string family;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && line != "# EOF";) {
    std::smatch found;
    if (std::regex_match(line, found, metadata)) {
      if (found[2] != family) {
        closed.insert(family);
        family = found[2];
        EXPECT_FALSE(closed.contains(family)) << family;
      }
      continue;
    }
    ASSERT_TRUE(std::regex_match(line, found, sample)) << line;
    EXPECT_TRUE(found[1].str().starts_with(family)) << line;
    EXPECT_TRUE(seen.insert(found[1].str() + found[2].str()).second) << line;
  }
}

TEST(RunMetrics, ServesWhatWasPublishedLast) {
  auto served = RunMetrics::serve("127.0.0.1:0");
  ASSERT_TRUE(served) << describe(served.error());
  (*served)->publish(example());
  const std::string address = (*served)->address();
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"),
                  static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)))});
  http::request<http::empty_body> request(http::verb::get, "/metrics", 11);
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  http::read(socket, buffer, answer);
  EXPECT_EQ(answer[http::field::content_type], "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_EQ(answer.body(), run_metrics_text(example()));
}

TEST(RunMetrics, ListensOnLoopbackOnly) {
  for (const char* address : {"0.0.0.0:0", "nowhere", "[::]:0"}) {
    const auto served = RunMetrics::serve(address);
    ASSERT_FALSE(served) << address;
    EXPECT_EQ(served.error().code, v1::USAGE) << address;
  }
}

}  // namespace
}  // namespace gnc::scenarios::run_metrics_test
