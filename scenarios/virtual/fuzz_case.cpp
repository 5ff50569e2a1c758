#include "scenarios/virtual/fuzz_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "proto/types/random.h"
#include "scenarios/virtual/fuzz_documents.h"

namespace gnc::scenarios {
namespace {

// When traffic and faults are over, every exchange has this time to come to its end, once its files are
// handed in.
constexpr Duration shortest_settle = Duration::from_seconds(600);

class Draw {
 public:
  explicit Draw(Random random) : random_(random) {}
  std::uint64_t between(std::uint64_t least, std::uint64_t most) {
    return least + random_.below(most - least + 1);
  }
  Duration time(Duration least, Duration most) {
    return {static_cast<std::int64_t>(between(static_cast<std::uint64_t>(least.microseconds) / 1000,
                                              static_cast<std::uint64_t>(most.microseconds) / 1000)) *
            1000};
  }
  bool once_in(std::uint64_t n) { return random_.below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& things) {
    return things[random_.below(things.size())];
  }

 private:
  Random random_;
};

constexpr Duration ms(std::int64_t n) { return Duration::from_milliseconds(n); }
constexpr Duration s(std::int64_t n) { return Duration::from_seconds(n); }

// Agreements' dates are written so.
Duration whole_seconds(Duration time) { return s(time.microseconds / 1'000'000); }

LinkSettings draw_link(Draw& draw) {
  LinkSettings link;
  link.latency = draw.time(ms(0), ms(200));
  // No byte arrives before it left.
  if (draw.once_in(2)) link.jitter = std::min(draw.time(ms(1), ms(50)), link.latency);
  if (draw.once_in(3)) link.bandwidth = draw.between(1, 100) * 1'000'000;
  if (draw.once_in(4)) link.loss = static_cast<double>(draw.between(1, 5)) / 100;
  return link;
}

Fault draw_fault(Draw& draw, const FuzzCase& made, bool may_revoke) {
  Fault fault;
  const FuzzCase::Party& party = draw.of(made.parties);
  const std::string link = link_name(party.name);
  std::vector<std::string> processes{"gateway"};
  if (made.node_each) {
    for (const FuzzCase::Party& each : made.parties) processes.push_back("node-" + each.name.text());
  } else {
    processes.push_back("nodes");
  }
  const std::string process = draw.of(processes);
  fault.length = draw.time(ms(50), s(8));
  switch (draw.between(0, may_revoke ? 11 : 10)) {
    case 0:
      fault.what = CutLink{link};
      break;
    case 1: {
      LinkSettings settings = party.link;
      settings.latency = draw.time(ms(0), s(2));
      settings.jitter = std::min(settings.jitter, settings.latency);
      settings.loss = static_cast<double>(draw.between(0, 30)) / 100;
      if (draw.once_in(2)) settings.bandwidth = draw.between(32, 512) * 1000;
      fault.what = DegradeLink{link, settings};
      break;
    }
    case 2:
      fault.what = FlapLink{link, draw.time(ms(50), s(1)), draw.time(ms(50), s(1))};
      break;
    case 3:
      fault.what = BlackHoleLink{link, static_cast<LinkDirection>(draw.between(0, 2))};
      fault.length = draw.time(ms(50), s(20));
      break;
    case 4:
      fault.what = ResetLink{link};
      fault.length.reset();
      break;
    case 5:
    case 6:
      fault.what = KillProcess{process};
      if (draw.once_in(2)) fault.length.reset();
      break;
    case 7:
      fault.what = FreezeProcess{process};
      break;
    case 8:
      fault.what = SlowConsumer{draw.of(made.parties).name, draw.time(ms(1), ms(100))};
      break;
    case 9:
      fault.what = DiskError{process};
      fault.length = draw.time(ms(50), s(2));
      break;
    case 10:
      // A gateway whose clock is wrong judges agreements by that clock; nodes' clocks are enough to try.
      fault.what = SkewClock{processes.back(),
                             Duration{draw.time(ms(10), s(90)).microseconds * (draw.once_in(2) ? -1 : 1)}};
      break;
    default:
      fault.what = CertificateFault{CertificateFault::Kind::revoke, draw.of(made.parties).name};
      fault.length.reset();
      break;
  }
  return fault;
}

// What the narrower of its two lines carries in four seconds: what waits behind it is delayed, and not for
// ever.
std::uint64_t largest_attachment(const FuzzCase& made, const FuzzCase::Pact& pact) {
  constexpr std::uint64_t largest = 20'000'000;  // above what is made durable at once
  std::uint64_t most = largest;
  for (const std::size_t party : {pact.from, pact.to}) {
    if (const auto bandwidth = made.parties[party].link.bandwidth) most = std::min(most, *bandwidth / 8 * 4);
  }
  return most;
}

// From draws of their own: what seeds made before there were any stays as it was.
void draw_attachments(FuzzCase& made) {
  Draw draw(Random(made.seed).child("attachments"));
  for (FuzzCase::Traffic& stream : made.traffic) {
    if (!draw.once_in(4)) continue;
    const std::uint64_t most = largest_attachment(made, made.pacts[stream.pact]);
    for (std::uint64_t files = draw.between(1, 3); files > 0; --files) {
      // As many of kilobytes as of megabytes.
      stream.attachments.push_back(std::max<std::uint64_t>(1, most >> draw.between(0, 20)));
    }
  }
}

}  // namespace

FuzzCase FuzzCase::of(std::uint64_t seed) {
  FuzzCase made;
  made.seed = made.chance = seed;
  Draw draw(Random(seed).child("fuzz"));
  static constexpr std::array codes{"NZ", "CN", "AU", "SG", "CL", "FI"};
  const std::size_t parties = draw.between(2, 5);
  for (std::size_t i = 0; i < parties; ++i) {
    made.parties.push_back({*PartyName::from_text(codes[i]), draw_link(draw)});
  }
  made.node_each = !draw.once_in(4);

  VirtualSettings& settings = made.settings;
  settings.default_life = draw.time(s(10), s(60));
  if (draw.once_in(2)) settings.batch_envelopes = draw.between(1, 16);
  // Small ones often: what leaks away of them is soon missed.
  if (draw.once_in(2)) settings.delivery_credit = draw.between(1, draw.once_in(2) ? 4 : 64);
  // A batch must fit into what the gateway grants.
  if (draw.once_in(2))
    settings.submission_credit = settings.batch_envelopes.value_or(256) + draw.between(0, 64);
  if (draw.once_in(2)) settings.frame_envelopes = draw.between(1, 32);
  if (draw.once_in(2)) settings.attempts = draw.between(3, 8);
  if (draw.once_in(3)) settings.queue_limit = draw.between(8, 64);
  settings.receipt_timeout = draw.time(s(2), s(10));
  if (draw.once_in(2)) settings.commit_time = draw.time(ms(1), ms(40));

  const std::size_t pacts = draw.between(1, 5);
  for (std::size_t i = 0; i < pacts; ++i) {
    Pact pact;
    pact.from = draw.between(0, parties - 1);
    pact.to = (pact.from + draw.between(1, parties - 1)) % parties;
    pact.answered = draw.once_in(2);
    if (draw.once_in(5)) pact.begins = whole_seconds(draw.time(s(5), s(20)));
    if (draw.once_in(4)) pact.ends = whole_seconds(draw.time(s(25), s(50)));
    made.pacts.push_back(pact);
  }
  const std::size_t streams = draw.between(1, 5);
  for (std::size_t i = 0; i < streams; ++i) {
    Traffic traffic;
    traffic.pact = draw.between(0, pacts - 1);
    traffic.count = static_cast<std::uint32_t>(draw.between(1, 100));
    if (!draw.once_in(4)) traffic.over = draw.time(s(1), s(30));
    traffic.life = draw.time(s(1), s(60));
    traffic.priority = draw.of(std::vector<std::string>{"", "urgent", "bulk"});
    if (!draw.once_in(3)) traffic.conversations = static_cast<std::uint32_t>(draw.between(1, 4));
    made.traffic.push_back(traffic);
  }
  draw_attachments(made);
  const std::size_t faults = draw.between(0, 10);
  for (std::size_t i = 0; i < faults; ++i) {
    TimedFault fault;
    fault.at = draw.time(ms(0), s(30));
    fault.fault = draw_fault(draw, made, true);
    made.faults.push_back(std::move(fault));
  }
  return made;
}

// ---- To be played -------------------------------------------------------------------------------

RunPlan FuzzCase::plan() const {
  RunPlan plan;
  Scenario& scenario = plan.scenario;
  scenario.name = fmt::format("Seed {}", seed);
  scenario.file = "scenario.yaml";
  scenario.seed = chance;
  scenario.processes.node_each = node_each;
  scenario.virtual_world = settings;
  scenario.settle = settle();
  for (const Party& party : parties) {
    scenario.topology.administrations.push_back(party.name);
    scenario.topology.links[link_name(party.name)] = party.link;
  }
  plan.faults = scenario.faults = faults;
  std::ranges::stable_sort(plan.faults, {}, &TimedFault::at);
  std::vector<v1::Agreement> agreements;
  for (std::size_t i = 0; i < pacts.size(); ++i) agreements.push_back(fuzz_agreement(*this, i));
  const std::vector<v1::UtilityBlock> blocks{fuzz_block(true), fuzz_block(false)};
  auto book = model::AgreementBook::compile(blocks, agreements);
  if (!book) throw std::logic_error(describe(book.error().front()));
  plan.book = *book;
  const auto lodgements = [&](std::string name, std::size_t pact) {
    PlannedLodgements planned{std::move(name),
                              parties[pacts[pact].from].name,
                              parties[pacts[pact].to].name,
                              agreements[pact].id(),
                              fuzz_message,
                              {},
                              {},
                              pacts[pact].answered,
                              {{"documents/declaration.pb", fuzz_document(), "pb"}},
                              0};
    return planned;
  };
  for (std::size_t i = 0; i < traffic.size(); ++i) {
    const Traffic& stream = traffic[i];
    PlannedWorkload workload{
        lodgements(fmt::format("traffic {}", i + 1), stream.pact), {}, Schedule::burst(stream.count), {}, {}};
    workload.lodgements.priority = stream.priority;
    workload.lodgements.life = stream.life;
    workload.lodgements.conversations = stream.conversations;
    for (const std::uint64_t size : stream.attachments) workload.lodgements.files.push_back(fuzz_file(size));
    if (stream.over != Duration{}) {
      const Rate rate = fuzz_rate(stream);
      workload.schedule = Schedule::of({{{rate, rate, {}}}, stream.count, Spacing::even}, Random(chance));
      workload.rate = workload.schedule.mean_rate();
    }
    plan.workloads.push_back(std::move(workload));
  }
  for (std::size_t i = 0; i < pacts.size(); ++i) {
    if (!lasts(i)) continue;
    plan.workloads.push_back(
        {lodgements(afterwards(i), i), quiet_from(), Schedule::burst(afterwards_count), {}, {}});
    plan.workloads.back().lodgements.life = afterwards_life;
    for (const std::uint64_t size : afterwards_attachments(i))
      plan.workloads.back().lodgements.files.push_back(fuzz_file(size));
  }
  return plan;
}

std::string FuzzCase::afterwards(std::size_t pact) { return fmt::format("afterwards {}", pact + 1); }

bool FuzzCase::lasts(std::size_t index) const {
  const Pact& pact = pacts[index];
  return !pact.ends && std::ranges::none_of(faults, [&](const TimedFault& fault) {
    const auto* certificate = std::get_if<CertificateFault>(&fault.fault.what);
    return certificate != nullptr &&
           (certificate->party == parties[pact.from].name || certificate->party == parties[pact.to].name);
  });
}

std::vector<std::uint64_t> FuzzCase::afterwards_attachments(std::size_t pact) const {
  const bool any = std::ranges::any_of(
      traffic, [pact](const Traffic& stream) { return stream.pact == pact && !stream.attachments.empty(); });
  // Another for each agreement, and none that went along before.
  return any ? std::vector<std::uint64_t>{100'001 + pact} : std::vector<std::uint64_t>{};
}

// Each lodgement by itself offers its files once more, one after the other and each over a connection of its
// own.
Duration FuzzCase::handing_in() const {
  Duration sum{};
  for (const Traffic& stream : traffic) {
    const auto offers = static_cast<std::int64_t>(stream.count * stream.attachments.size());
    sum = sum + parties[pacts[stream.pact].from].link.latency * (10 * offers);
  }
  return sum;
}

Duration FuzzCase::settle() const { return shortest_settle + whole_seconds(handing_in()); }

Duration FuzzCase::quiet_from() const {
  Duration end = s(60);
  for (const Traffic& stream : traffic) end = std::max(end, stream.over);
  for (const TimedFault& fault : faults)
    end = std::max(end, fault.at + fault.fault.length.value_or(Duration{}));
  for (const Pact& pact : pacts) end = std::max(end, pact.begins.value_or(Duration{}));
  return whole_seconds(end + handing_in()) + s(60);
}

// ---- To be made smaller -------------------------------------------------------------------------

std::size_t FuzzCase::weight() const {
  std::size_t weight = parties.size() * 20 + pacts.size() * 10 + faults.size() * 30;
  for (const Traffic& stream : traffic) weight += 10 + stream.count + 5 * stream.attachments.size();
  for (const Party& party : parties) weight += party.link == LinkSettings{} ? 0 : 3;
  for (const bool set :
       {settings.submission_credit.has_value(), settings.delivery_credit.has_value(),
        settings.batch_envelopes.has_value(), settings.frame_envelopes.has_value(),
        settings.attempts.has_value(), settings.queue_limit.has_value(), settings.commit_time.has_value()}) {
    weight += set ? 2 : 0;
  }
  return weight;
}

std::vector<FuzzCase> FuzzCase::smaller() const {
  std::vector<FuzzCase> all;
  const auto try_with = [&](auto change) {
    FuzzCase changed = *this;
    change(changed);
    if (changed.weight() < weight()) all.push_back(std::move(changed));
  };
  const auto erase = [](auto& list, std::size_t from, std::size_t count) {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(from),
               list.begin() + static_cast<std::ptrdiff_t>(from + count));
  };
  if (faults.size() > 1) {
    const std::size_t half = faults.size() / 2;
    try_with([&](FuzzCase& c) { erase(c.faults, 0, half); });
    try_with([&](FuzzCase& c) { erase(c.faults, half, faults.size() - half); });
  }
  for (std::size_t i = 0; i < traffic.size() && traffic.size() > 1; ++i) {
    try_with([&](FuzzCase& c) { erase(c.traffic, i, 1); });
  }
  for (std::size_t i = 1; i < traffic.size(); ++i) {
    // One that does the work of both.
    try_with([&](FuzzCase& c) {
      c.traffic[i - 1].count += traffic[i].count;
      erase(c.traffic, i, 1);
    });
  }
  for (std::size_t i = 0; i < faults.size(); ++i) {
    try_with([&](FuzzCase& c) { erase(c.faults, i, 1); });
  }
  for (std::size_t i = 0; i < traffic.size(); ++i) {
    try_with([&](FuzzCase& c) { c.traffic[i].count = std::max(1u, traffic[i].count / 2); });
    try_with([&](FuzzCase& c) { c.traffic[i].count = traffic[i].count - 1; });
    try_with([&](FuzzCase& c) { c.traffic[i].attachments.clear(); });
    if (traffic[i].attachments.size() > 1) try_with([&](FuzzCase& c) { c.traffic[i].attachments.resize(1); });
  }
  // Agreements without traffic, and parties without agreements: they may still be named by faults.
  for (std::size_t i = 0; i < pacts.size(); ++i) {
    const bool used = std::ranges::any_of(traffic, [i](const Traffic& stream) { return stream.pact == i; });
    if (used) continue;
    try_with([&](FuzzCase& c) {
      erase(c.pacts, i, 1);
      for (Traffic& stream : c.traffic) stream.pact -= stream.pact > i ? 1 : 0;
    });
  }
  if (parties.size() > 2) {
    const std::size_t last = parties.size() - 1;
    const std::string name = parties[last].name.text();
    const bool used = std::ranges::any_of(
                          pacts, [last](const Pact& pact) { return pact.from == last || pact.to == last; }) ||
                      std::ranges::any_of(faults, [&name](const TimedFault& fault) {
                        return words(fault.fault).find(name) != std::string::npos;
                      });
    if (!used) try_with([&](FuzzCase& c) { c.parties.pop_back(); });
  }
  for (std::size_t i = 0; i < parties.size(); ++i) {
    try_with([&](FuzzCase& c) { c.parties[i].link = {}; });
  }
  try_with([](FuzzCase& c) { c.settings.submission_credit.reset(); });
  try_with([](FuzzCase& c) { c.settings.delivery_credit.reset(); });
  try_with([](FuzzCase& c) { c.settings.batch_envelopes.reset(); });
  try_with([](FuzzCase& c) { c.settings.frame_envelopes.reset(); });
  try_with([](FuzzCase& c) { c.settings.attempts.reset(); });
  try_with([](FuzzCase& c) { c.settings.queue_limit.reset(); });
  try_with([](FuzzCase& c) { c.settings.commit_time.reset(); });
  // What is smaller must still be one that the gateway's credit allows.
  std::erase_if(all, [](const FuzzCase& c) {
    return c.settings.submission_credit &&
           *c.settings.submission_credit < c.settings.batch_envelopes.value_or(256);
  });
  return all;
}

}  // namespace gnc::scenarios
