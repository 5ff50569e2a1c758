#include "nodes/serve/report_bytes.h"

#include <gtest/gtest.h>

#include "nodes/serve/control_input.h"
#include "tests/trust/trust_world.h"

namespace gnc::nodes::report_bytes_test {
namespace {

// What a reader of the control stream makes of it: each message after its length.
template <class Message>
std::vector<Message> read_all(std::string_view bytes) {
  std::vector<Message> all;
  while (!bytes.empty()) {
    std::size_t length = 0;
    int shift = 0;
    bool more = true;
    while (more) {
      const auto byte = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      length |= static_cast<std::size_t>(byte & 0x7f) << shift;
      shift += 7;
      more = byte >= 0x80;
    }
    if (!all.emplace_back().ParseFromString(std::string(bytes.substr(0, length))))
      throw std::runtime_error("?");
    bytes.remove_prefix(length);
  }
  return all;
}

TEST(ReportBytes, HaveAllEventsWithTheirTracesAsProtobufReadsThem) {
  const Uuid exchange = Uuid::from_parts(trust::now, 1, 2);
  const TraceContext cause = TraceContext::of_conversation(Uuid::from_parts(trust::now, 3, 4), exchange);
  std::vector<NodeEvent> events(2);
  events[0].kind = v1::EVENT_KIND_LODGED;
  events[0].exchange = exchange;
  events[0].trace = cause.continued_by(Uuid::from_parts(trust::now, 5, 6));
  events[0].cause = cause;
  events[1].kind = v1::EVENT_KIND_SEALED;
  events[1].at = Instant{-5};

  std::string bytes;
  append_events(bytes, trust::party("NZ"), events, Instant{42});
  append_events(bytes, trust::party("NZ"), {}, Instant{42});
  const auto reports = read_all<v1::Report>(bytes);
  ASSERT_EQ(reports.size(), 2u);
  ASSERT_EQ(reports[0].events_size(), 2);
  const v1::Event& lodged = reports[0].events(0);
  EXPECT_EQ(lodged.kind(), v1::EVENT_KIND_LODGED);
  EXPECT_EQ(lodged.at(), 42);
  EXPECT_EQ(lodged.exchange(), exchange.view());
  // The trace, the sender's span, and the span that caused that.
  ASSERT_EQ(lodged.trace().size(), 32u);
  const auto text = [](const auto& part) { return std::string(part.begin(), part.end()); };
  EXPECT_EQ(lodged.trace(), text(cause.trace) + text(events[0].trace->span) + text(cause.span));
  EXPECT_EQ(reports[0].events(1).kind(), v1::EVENT_KIND_SEALED);
  EXPECT_EQ(reports[0].events(1).at(), -5);
  EXPECT_TRUE(reports[0].events(1).trace().empty());
}

std::string delimited(const v1::Command& command) {
  std::string bytes;
  std::size_t length = command.ByteSizeLong();
  for (; length >= 0x80; length >>= 7) bytes += static_cast<char>(length | 0x80);
  bytes += static_cast<char>(length);
  return bytes + command.SerializeAsString();
}

TEST(ControlInput, TakesCommandsHoweverTheirBytesAreCut) {
  v1::Command lodge;
  lodge.mutable_lodge()->set_at("NZ");
  lodge.mutable_lodge()->add_items()->set_document(std::string(1000, 'x'));
  v1::Command ask;
  ask.mutable_ask_status()->set_token(7);
  const std::string bytes = delimited(lodge) + delimited(ask) + delimited(lodge);
  for (std::size_t piece = 1; piece < bytes.size(); piece += 37) {
    ControlInput input;
    std::vector<v1::Command> taken;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      auto commands = trust::must(input.take(std::string_view(bytes).substr(at, piece)));
      for (v1::Command& command : commands) taken.push_back(std::move(command));
    }
    ASSERT_EQ(taken.size(), 3u);
    EXPECT_EQ(taken[0].SerializeAsString(), lodge.SerializeAsString());
    EXPECT_EQ(taken[1].ask_status().token(), 7u);
  }
}

TEST(ControlInput, RefusesWhatIsNoCommand) {
  EXPECT_FALSE(ControlInput().take(std::string(12, '\xff')));
  EXPECT_FALSE(ControlInput().take(std::string("\x03\xff\xff\xff", 4)));
  EXPECT_FALSE(ControlInput().take("\xff\xff\xff\xff\x0f"));
}

}  // namespace
}  // namespace gnc::nodes::report_bytes_test
