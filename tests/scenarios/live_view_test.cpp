#include "scenarios/engine/live_view.h"

#include <gmock/gmock.h>

#include "scenarios/engine/number_text.h"
#include "scenarios/engine/rate_meter.h"

namespace gnc::scenarios::live_view_test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using State = LiveFigures::Standing::State;

LiveFigures example() {
  LiveFigures figures;
  figures.scenario = "Export data arrives before the ship";
  figures.doing = "workloads";
  figures.elapsed_s = 27;
  figures.remaining_s = 33;
  figures.done = 0.45;
  figures.rate_asked = 200;
  figures.rate_got = 198.4;
  figures.sent = 5412;
  figures.admitted = 5400;
  figures.delivered = 5398;
  figures.ended = 5390;
  figures.refused = 2;
  figures.latency.admitted = {4.1, 5, 6, 9.8, 12, 14, 5400};
  figures.latency.delivered = {41.5, 42, 43, 84.4, 85, 86, 5398};
  figures.faults = {"cut NZ-gateway for 5 s"};
  figures.expectations = {{"exchange.lost == 0", State::held, 0},
                          {"delivery.p99 < 50ms", State::failing, 84.4},
                          {"exchange.delivered >= 12000", State::not_yet, 5398}};
  figures.troubles = {"the gateway was ended by signal 9 (Killed)"};
  figures.troubles_in_all = 3;
  return figures;
}

// Columns that a line takes: characters of UTF-8, without the codes for colours.
std::size_t width(std::string_view line) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      i = line.find('m', i);
    } else if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80) {
      ++columns;
    }
  }
  return columns;
}

TEST(LiveView, ShowsHowTheRunStands) {
  const auto lines = live_lines(example(), {100, 30, false});
  EXPECT_EQ(lines[0], "Export data arrives before the ship");
  EXPECT_THAT(lines[1], HasSubstr("45 %  0:27, 0:33 left"));
  EXPECT_THAT(lines, Contains("rate       200/s asked, 198/s got"));
  EXPECT_THAT(
      lines,
      Contains("exchanges  5,412 sent, 5,400 admitted, 5,398 delivered, 5,390 at their end, 2 refused"));
  EXPECT_THAT(lines, Contains(HasSubstr("delivered p50 41.5 ms, p99 84.4 ms")));
  EXPECT_THAT(lines, Contains("faults     cut NZ-gateway for 5 s"));
  EXPECT_THAT(lines, Contains("expected   1 held, 1 not yet, 1 failing"));
  EXPECT_THAT(lines, Contains(HasSubstr("delivery.p99 < 50ms  (it is 84.4)")));
  EXPECT_THAT(lines, Contains("trouble    the gateway was ended by signal 9 (Killed)"));
  EXPECT_THAT(lines, Contains(HasSubstr("3 in all")));
  for (const auto& line : lines) EXPECT_THAT(line, Not(HasSubstr("\x1b")));
}

TEST(LiveView, NeverIsWiderOrHigherThanTheTerminal) {
  LiveFigures figures = example();
  figures.scenario = "Экспорт 上海浦东 " + std::string(500, 'x');
  for (const std::size_t columns : {1, 10, 39, 40, 80, 119, 120, 300}) {
    for (const bool colour : {false, true}) {
      for (const auto& line : live_lines(figures, {columns, 50, colour}))
        EXPECT_LE(width(line), columns) << line;
    }
  }
  EXPECT_LE(live_lines(figures, {80, 5, false}).size(), 4u);
}

TEST(LiveView, ColoursOnlyWhereAsked) {
  std::string all;
  for (const auto& line : live_lines(example(), {100, 30, true})) all += line;
  EXPECT_THAT(all, HasSubstr("\x1b[31m1 failing\x1b[0m"));
}

TEST(LiveView, ShowsHostileTextAsText) {
  LiveFigures figures = example();
  figures.scenario = "\x1b]0;owned\x07\xe2\x80\xae" + std::string(10u << 20, 'A');
  figures.faults = {"\x1b[2J"};
  figures.expectations[1].expect = "\x1b[31m";
  figures.troubles = {std::string(10u << 20, '\x1b')};
  for (const auto& line : live_lines(figures, {80, 30, false})) {
    EXPECT_THAT(line, Not(HasSubstr("\x1b")));
    EXPECT_THAT(line, Not(HasSubstr("\xe2\x80\xae")));
  }
  EXPECT_THAT(live_line(figures), Not(HasSubstr("\x1b")));
}

TEST(LiveView, SaysTheSameInOnePlainLine) {
  EXPECT_EQ(live_line(example()),
            "0:27 (45 %) 200/s asked, 198/s got; 5412 sent, 5398 delivered, 5390 at their end, 2 refused; "
            "delivered p50 41.5 ms, p99 84.4 ms; cut NZ-gateway for 5 s; 1 expectations failing");
  EXPECT_EQ(live_line({}), "0:00 0/s got; 0 sent, 0 delivered, 0 at their end");
}

TEST(RateMeter, CountsOverTheLastSeconds) {
  RateMeter meter;
  const RateMeter::Clock::time_point start{};
  EXPECT_EQ(meter.each_second(), 0);
  for (int second = 0; second <= 20; ++second) {
    meter.note(start + std::chrono::seconds(second),
               second <= 10 ? 0 : static_cast<std::uint64_t>(second - 10) * 50);
  }
  EXPECT_DOUBLE_EQ(meter.each_second(), 50);
}

TEST(NumberText, ShowsThreeDigitsWithTheirUnit) {
  EXPECT_EQ(milliseconds_text(0.4123), "0.412 ms");
  EXPECT_EQ(milliseconds_text(41.53), "41.5 ms");
  EXPECT_EQ(milliseconds_text(412.3), "412 ms");
  EXPECT_EQ(milliseconds_text(999.7), "1.00 s");
  EXPECT_EQ(milliseconds_text(4123), "4.12 s");
  EXPECT_EQ(milliseconds_text(725'000), "12 min 5 s");
  EXPECT_EQ(milliseconds_text(7'199'000), "119 min 59 s");
  EXPECT_EQ(milliseconds_text(86'459'000), "24 h 1 min");
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
  EXPECT_EQ(rate_text(198.4), "198/s");
  EXPECT_EQ(rate_text(1980.2), "1,980/s");
  EXPECT_EQ(rate_text(0.25), "0.250/s");
  EXPECT_EQ(bytes_text(312), "312 B");
  EXPECT_EQ(bytes_text(42'496), "41.5 kB");
  EXPECT_EQ(bytes_text(30u << 20), "30.0 MB");
  EXPECT_EQ(share_text(1), "100 %");
  EXPECT_EQ(share_text(0.99999), "> 99.9 %");
  EXPECT_EQ(share_text(0.125), "12.5 %");
  EXPECT_EQ(share_text(0.00075), "0.075 %") << "one of a thousand is not none";
  EXPECT_EQ(number_text(0.0025833), "0.00258");
  EXPECT_EQ(number_text(-0.5), "-0.500");
}

}  // namespace
}  // namespace gnc::scenarios::live_view_test
