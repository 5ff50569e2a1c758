#include "scenarios/engine/control_stream.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "proto/wire/wire_writer.h"

namespace gnc::scenarios::control_stream_test {
namespace {

std::string framed(const v1::Report& report) {
  std::string bytes;
  wire::append_varint(bytes, report.ByteSizeLong());
  report.AppendToString(&bytes);
  return bytes;
}

RC_GTEST_PROP(ControlStream, ReadsReportsHoweverTheBytesComeInPieces,
              (const std::vector<std::uint32_t>& numbers)) {
  std::string bytes;
  for (const std::uint32_t number : numbers) {
    v1::Report report;
    report.add_events()->set_size(number);
    bytes += framed(report);
  }
  ReportReader reader;
  std::vector<std::uint32_t> read;
  std::string_view left = bytes;
  while (!left.empty()) {
    const auto size = *rc::gen::inRange<std::size_t>(1, left.size() + 1);
    const auto reports = reader.take(left.substr(0, size));
    RC_ASSERT(reports.has_value());
    for (const v1::Report& report : *reports) read.push_back(report.events(0).size());
    left.remove_prefix(size);
  }
  RC_ASSERT(read == numbers);
}

TEST(ControlStream, RefusesBytesThatAreNoReports) {
  EXPECT_FALSE(ReportReader().take("\xff\xff\xff\xff\xff\xff"));
  EXPECT_FALSE(ReportReader().take(std::string_view("\x02\xff\xff", 3)));
}

TEST(ControlStream, FramesACommandByItsLength) {
  v1::Command command;
  command.mutable_await_quiet()->set_token(300);
  const std::string bytes = frame_command(command);
  EXPECT_EQ(static_cast<std::size_t>(bytes[0]), bytes.size() - 1);
  v1::Command read;
  ASSERT_TRUE(read.ParseFromString(bytes.substr(1)));
  EXPECT_EQ(read.await_quiet().token(), 300u);
}

}  // namespace
}  // namespace gnc::scenarios::control_stream_test
