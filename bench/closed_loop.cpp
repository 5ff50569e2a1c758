#include "bench/closed_loop.h"

#include <stdexcept>

#include "proto/wire/wire_reader.h"

namespace gnc::bench {
namespace {

constexpr std::uint64_t most_under_way = 12'288;
constexpr std::size_t items_in_command = 256;

// Reports are scanned, not parsed: this process shares the processors with those it measures.
constexpr auto report_fault = static_cast<std::uint32_t>(v1::Report::kFaultFieldNumber);
constexpr auto report_events = static_cast<std::uint32_t>(v1::Report::kEventsFieldNumber);
constexpr auto event_kind = static_cast<std::uint32_t>(v1::Event::kKindFieldNumber);
constexpr auto event_size = static_cast<std::uint32_t>(v1::Event::kSizeFieldNumber);

}  // namespace

ClosedLoop::ClosedLoop(processes::LivePair& pair, std::vector<Way> ways, std::size_t envelope_bytes)
    : pair_(pair), ways_(std::move(ways)), envelope_bytes_(envelope_bytes) {}

void ClosedLoop::turn() {
  while (lodged_ - done_ + items_in_command <= most_under_way) {
    const auto& way = ways_[next_way_++ % ways_.size()];
    pair_.node_host().command(
        processes::lodgement(way.from, way.to, lodged_, items_in_command, envelope_bytes_));
    lodged_ += items_in_command;
  }
  take_report();
}

void ClosedLoop::drain() {
  while (done_ < lodged_) take_report();
}

void ClosedLoop::take_report() {
  const auto bytes = pair_.node_host().process().read_delimited();
  if (!bytes) {
    throw std::runtime_error("the node host gives no more reports: " + std::to_string(lodged_) + " lodged, " +
                             std::to_string(done_) + " delivered\n" +
                             pair_.node_host().process().log_words());
  }
  wire::WireReader report(*bytes);
  for (wire::WireField field; report.next(field);) {
    if (field.number_in_message == report_events) take_event(field.bytes);
    if (field.number_in_message == report_fault) {
      v1::Report whole;
      whole.ParseFromString(*bytes);
      throw std::runtime_error("the node host faults: " + whole.fault().detail());
    }
  }
}

void ClosedLoop::take_event(std::string_view bytes) {
  wire::WireReader event(bytes);
  std::uint64_t kind = 0;
  std::uint64_t size = 0;
  for (wire::WireField field; event.next(field);) {
    if (field.number_in_message == event_kind) kind = field.number;
    if (field.number_in_message == event_size) size = field.number;
  }
  switch (kind) {
    case v1::EVENT_KIND_LODGED:
      bytes_lodged_ += size;
      break;
    case v1::EVENT_KIND_DELIVERED_RECEIPT:
      ++done_;
      break;
    case v1::EVENT_KIND_LODGEMENT_REFUSED:
    case v1::EVENT_KIND_REFUSED:
    case v1::EVENT_KIND_EXPIRED:
    case v1::EVENT_KIND_DEAD_LETTERED: {
      v1::Event whole;
      whole.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
      throw std::runtime_error("an exchange was not delivered: " + whole.ShortDebugString());
    }
    default:
      break;
  }
}

}  // namespace gnc::bench
