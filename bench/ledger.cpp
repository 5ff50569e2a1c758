#include "bench/ledger.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <stdexcept>

#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/run_measures.h"

namespace gnc::bench {
namespace {

using scenarios::ExchangeLedger;
using scenarios::LodgementIndex;

constexpr std::uint64_t exchanges = 1'000'000;
constexpr std::int64_t spacing_us = 200;  // 5,000 a second
constexpr std::uint64_t on_the_way = 500;

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

// The events of exchanges, in the order in which many at once have them.
class Life {
 public:
  explicit Life(ExchangeLedger& ledger) : ledger_(ledger) {
    batch_ = ledger_.open_batch({"load", "NZ", "CN", true, true});
  }

  void begin(std::uint64_t number) {
    const Instant intended{1'700'000'000'000'000 + static_cast<std::int64_t>(number) * spacing_us};
    const std::string reference = fmt::format("documents/export/sea-wool-bales.xml#{}", number);
    const LodgementIndex index =
        ledger_.plan({reference, "documents/export/sea-wool-bales.xml", batch_, intended, {}});
    ledger_.mark_sent(index, intended + Duration{100});
    // UUIDs as nodes make them: the time, and a random tail.
    const Uuid id = Uuid::from_parts(intended, number, (number + 1) * 0x9e3779b97f4a7c15u);
    v1::Event event = made(v1::EVENT_KIND_LODGED, id, intended + Duration{300});
    event.set_reference(reference);
    ledger_.apply(event);
    waiting_.push_back({id, intended});
  }
  void end() {
    const auto [id, intended] = waiting_.front();
    waiting_.pop_front();
    std::int64_t after = 2000;
    for (const v1::EventKind kind :
         {v1::EVENT_KIND_SEALED, v1::EVENT_KIND_SENT, v1::EVENT_KIND_ADMITTED, v1::EVENT_KIND_DELIVERED,
          v1::EVENT_KIND_BUSINESS_DECIDED, v1::EVENT_KIND_DELIVERED_RECEIPT, v1::EVENT_KIND_PROCESSED}) {
      ledger_.apply(made(kind, id, intended + Duration{after += 1500 + intended.microseconds % 977}));
    }
  }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  static v1::Event made(v1::EventKind kind, const Uuid& id, Instant at) {
    v1::Event event;
    event.set_kind(kind);
    event.set_at(at.microseconds);
    event.set_exchange(std::string(id.view()));
    return event;
  }

  ExchangeLedger& ledger_;
  scenarios::BatchIndex batch_ = 0;
  std::deque<std::pair<Uuid, Instant>> waiting_;
};

}  // namespace

Measurement measure_ledger() {
  using Clock = std::chrono::steady_clock;
  const auto microseconds = [](Clock::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
  };
  const std::uint64_t before = resident_bytes();
  ExchangeLedger ledger;
  Life life(ledger);
  const auto began = Clock::now();
  for (std::uint64_t number = 0; number < exchanges; ++number) {
    life.begin(number);
    if (life.waiting() > on_the_way) life.end();
  }
  while (life.waiting() > 0) life.end();
  const double each_us = microseconds(Clock::now() - began) / exchanges;
  const double each_bytes = static_cast<double>(resident_bytes() - before) / exchanges;
  if (ledger.counts().processed != exchanges) throw std::runtime_error("the ledger lost an exchange");

  const auto summing = Clock::now();
  scenarios::RunReport report;
  const Instant origin{1'700'000'000'000'000};
  measure_run(ledger,
              {origin, origin + Duration{static_cast<std::int64_t>(exchanges) * spacing_us}, {}, {}, {}}, {},
              report);
  const double sum_seconds = microseconds(Clock::now() - summing) / 1e6;
  return {.marks = {{.name = "ledger",
                     .value = fmt::format("{:.2f} us, {:.0f} bytes an exchange", each_us, each_bytes),
                     .reference = fmt::format("8 events each; {} summed up in {:.2f} s", grouped(exchanges),
                                              sum_seconds)}},
          .figures = {{"ledger_us_per_exchange", each_us},
                      {"ledger_bytes_per_exchange", each_bytes},
                      {"ledger_sum_seconds", sum_seconds}}};
}

}  // namespace gnc::bench
