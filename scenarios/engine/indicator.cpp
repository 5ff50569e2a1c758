#include "scenarios/engine/indicator.h"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/number_text.h"

namespace gnc::scenarios {
namespace {

using Unit = Measure::Unit;
using Value = std::optional<double>;
using C = IndicatorCounts;
using L = StageLatencies;

Value ratio(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::uint64_t weighed(const C& counts) { return counts.green + counts.yellow + counts.red; }

// Import declarations that their administration had to match.
std::uint64_t to_pair(const C& counts) {
  return counts.paired + counts.paired_with_discrepancy + counts.nothing_to_pair;
}

Value middle(const LatencySummary& time) { return time.count == 0 ? Value() : time.p50; }
Value slow(const LatencySummary& time) { return time.count == 0 ? Value() : time.p95; }

constexpr std::string_view time_release =
    "WCO, Guide to Measure the Time Required for the Release of Goods (TRS)";
constexpr std::string_view time_release_95 = "the same; a mean or a median alone hides the slow ones";
constexpr std::string_view paperless_trade =
    "UN Global Survey on Digital and Sustainable Trade Facilitation, cross-border paperless trade";
constexpr std::string_view own = "of gncsim's own design";
constexpr std::string_view networked =
    "WCO, Globally Networked Customs: export data of one administration is import data of the next";
constexpr std::string_view pre_arrival =
    "WTO TFA article 7.1; WCO SAFE Framework of Standards, pillar 1 (advance electronic information)";
constexpr std::string_view single_window = "UN/CEFACT Recommendation 33; WTO TFA article 10.4";
constexpr std::string_view risk =
    "WCO, Revised Kyoto Convention, General Annex, chapter 6; WTO TFA article 7.4";

constexpr Indicator all[] = {
    {"electronic.rate", "Documents that reached the other administration's system as data.",
     "(arrived - on_paper) / consignments", paperless_trade, Unit::share, Better::higher,
     [](const L&, const C& n) {
       // The word that it was delivered may have been lost with its process.
       return ratio(n.arrived - std::min(n.on_paper, n.arrived), n.consignments);
     }},
    {"paperless.rate",
     "Documents dealt with from end to end by data, and nobody asked for a further document.",
     "paperless / consignments", paperless_trade, Unit::share, Better::higher,
     [](const L&, const C& n) { return ratio(n.paperless, n.consignments); }},
    {"paper.touches", "How often, for each document, somebody had to find another way than data.",
     "paper_touches / consignments", own, Unit::number, Better::lower,
     [](const L&, const C& n) { return ratio(n.paper_touches, n.consignments); }},
    {"realtime.share",
     "Documents that arrived as data within real time (the scenario's real-time) of the time intended.",
     "arrived_in_real_time / consignments", own, Unit::share, Better::higher,
     [](const L&, const C& n) { return ratio(n.arrived_in_real_time, n.consignments); }},
    {"first_pass.rate", "Declarations that the first response accepts.", "accepted_at_once / answered", own,
     Unit::share, Better::higher, [](const L&, const C& n) { return ratio(n.accepted_at_once, n.answered); }},
    {"timers.missed", "Documents not delivered or not answered in the time set for them.",
     "timers_missed / consignments", own, Unit::share, Better::lower,
     [](const L&, const C& n) { return ratio(n.timers_missed, n.consignments); }},
    {"match.rate",
     "Import declarations that agree with the export declaration of the consignment, which the recipient "
     "already had, wherever both state what they are matched by.",
     "matched / compared", networked, Unit::share, Better::higher,
     [](const L&, const C& n) { return ratio(n.matched, n.compared); }},
    {"rekeyed.share",
     "Elements of those import declarations that the export declaration already held with the same value.",
     "held_elements / stated_elements", networked, Unit::share, Better::lower,
     [](const L&, const C& n) { return ratio(n.held_elements, n.stated_elements); }},
    {"rekeyed.fields",
     "Fields, for each document, that somebody keyed off paper although the sender held them as data.",
     "keyed_fields / consignments", networked, Unit::number, Better::lower,
     [](const L&, const C& n) { return ratio(n.keyed_fields, n.consignments); }},
    {"keying.errors", "Fields keyed off paper with another value than the sender's.",
     "wrong_fields / keyed_fields", own, Unit::share, Better::lower,
     [](const L&, const C& n) { return ratio(n.wrong_fields, n.keyed_fields); }},
    {"prearrival.share", "Documents that were usable as data before the goods arrived.",
     "usable_before_goods / goods_awaited", pre_arrival, Unit::share, Better::higher,
     [](const L&, const C& n) { return ratio(n.usable_before_goods, n.goods_awaited); }},
    {"paired.rate",
     "Import declarations that the administration of import matched with the export data that its partner "
     "sent "
     "it, and found no discrepancy.",
     "(paired + paired_late) / (paired + paired_with_discrepancy + nothing_to_pair)", networked, Unit::share,
     Better::higher, [](const L&, const C& n) { return ratio(n.paired + n.paired_late, to_pair(n)); }},
    {"paired.discrepancy",
     "Those in which it found a discrepancy (discrepancies of indicator_counts: in which field).",
     "(paired_with_discrepancy + paired_late_with_discrepancy) / (paired + paired_with_discrepancy + "
     "nothing_to_pair)",
     networked, Unit::share, Better::lower,
     [](const L&, const C& n) {
       return ratio(n.paired_with_discrepancy + n.paired_late_with_discrepancy, to_pair(n));
     }},
    {"paired.late", "Those whose export data came after them.",
     "(paired_late + paired_late_with_discrepancy) / (paired + paired_with_discrepancy + nothing_to_pair)",
     networked, Unit::share, Better::lower,
     [](const L&, const C& n) { return ratio(n.paired_late + n.paired_late_with_discrepancy, to_pair(n)); }},
    {"agencies.served", "Agencies that one submission to a single window serves.",
     "agencies_asked / (green + yellow + red)", single_window, Unit::number, Better::neither,
     [](const L&, const C& n) { return ratio(n.agencies_asked, weighed(n)); }},
    {"selectivity.green", "Declarations that a single window lets pass without a look.",
     "green / (green + yellow + red)", risk, Unit::share, Better::neither,
     [](const L&, const C& n) { return ratio(n.green, weighed(n)); }},
    {"selectivity.yellow", "Declarations whose documents an officer looks at.",
     "yellow / (green + yellow + red)", risk, Unit::share, Better::neither,
     [](const L&, const C& n) { return ratio(n.yellow, weighed(n)); }},
    {"selectivity.red", "Declarations whose goods an officer looks at.", "red / (green + yellow + red)", risk,
     Unit::share, Better::neither, [](const L&, const C& n) { return ratio(n.red, weighed(n)); }},
    {"release.rate", "Declarations weighed by a single window whose goods were released.",
     "released / (green + yellow + red)", time_release, Unit::share, Better::higher,
     [](const L&, const C& n) { return ratio(n.released, weighed(n)); }},
    {"time.admit", "Lodgement until the sender has the gateway's receipt.", "latency_ms.admitted.p50",
     time_release, Unit::milliseconds, Better::lower,
     [](const L& time, const C&) { return middle(time.admitted); }},
    {"time.admit.p95", "The same, 95 % within.", "latency_ms.admitted.p95", time_release_95,
     Unit::milliseconds, Better::lower, [](const L& time, const C&) { return slow(time.admitted); }},
    {"time.deliver", "Lodgement until the other administration has it on record.", "latency_ms.delivered.p50",
     time_release, Unit::milliseconds, Better::lower,
     [](const L& time, const C&) { return middle(time.delivered); }},
    {"time.deliver.p95", "The same, 95 % within.", "latency_ms.delivered.p95", time_release_95,
     Unit::milliseconds, Better::lower, [](const L& time, const C&) { return slow(time.delivered); }},
    {"time.usable", "Lodgement until the other administration has it as data: delivered, or keyed off paper.",
     "usable_ms.p50", time_release, Unit::milliseconds, Better::lower,
     [](const L&, const C& n) { return middle(n.usable); }},
    {"time.usable.p95", "The same, 95 % within.", "usable_ms.p95", time_release_95, Unit::milliseconds,
     Better::lower, [](const L&, const C& n) { return slow(n.usable); }},
    {"time.answer", "Lodgement until the sender has the first answer.", "latency_ms.processed.p50",
     time_release, Unit::milliseconds, Better::lower,
     [](const L& time, const C&) { return middle(time.processed); }},
    {"time.answer.p95", "The same, 95 % within.", "latency_ms.processed.p95", time_release_95,
     Unit::milliseconds, Better::lower, [](const L& time, const C&) { return slow(time.processed); }},
    {"time.receipt", "Lodgement until the sender has the last receipt or the answer.", "closing_ms.p50",
     time_release, Unit::milliseconds, Better::lower, [](const L&, const C& n) { return middle(n.closing); }},
    {"time.receipt.p95", "The same, 95 % within.", "closing_ms.p95", time_release_95, Unit::milliseconds,
     Better::lower, [](const L&, const C& n) { return slow(n.closing); }},
    {"time.clearance", "Arrival at the single window until the release of the goods.", "clearance_ms.p50",
     time_release, Unit::milliseconds, Better::lower,
     [](const L&, const C& n) { return middle(n.clearance); }},
    {"time.clearance.p95", "The same, 95 % within.", "clearance_ms.p95", time_release_95, Unit::milliseconds,
     Better::lower, [](const L&, const C& n) { return slow(n.clearance); }},
    {"time.release", "Lodgement until the release of the goods.", "release_ms.p50", time_release,
     Unit::milliseconds, Better::lower, [](const L&, const C& n) { return middle(n.release); }},
    {"time.release.p95", "The same, 95 % within.", "release_ms.p95", time_release_95, Unit::milliseconds,
     Better::lower, [](const L&, const C& n) { return slow(n.release); }},
    {"prearrival.lead",
     "From when the other administration has it as data until the goods arrive; 0 where they came first.",
     "lead_ms.p50", pre_arrival, Unit::milliseconds, Better::higher,
     [](const L&, const C& n) { return middle(n.lead); }}};

constexpr std::string_view introduction = R"(# Indicators

Made by `gncsim schema indicators` from the one definition in the code; a test compares them.

How paperless and how real-time the exchange was, in the terms in which customs measures itself. They are part of every
report (`indicators` in report.json, a section of report.html and of the text), and expectations name them as
measures: `paperless.rate >= 95%`, `time.deliver.p95[to=CN] < 2s`. They are known when the run is over.

They are worked out of the run's events, but for `match.rate` and `rekeyed.share`, which need what the scenario's
documents say: of the documents lodged (`indicator_counts` in report.json), but for
amendments, cancellations, queries and attacks. An indicator of which nothing was measured is null, and no expectation
of it holds. What a single window finds is in the events of a run that is recorded in full, as `gncsim run` does it.
Counts leave no warm-up out; `time.admit`, `time.deliver` and `time.answer` do, since they are those of `latency_ms`.

| indicator | what it is | unit | formula | source |
|---|---|---|---|---|
)";

constexpr std::string_view closing_words = R"(
## What the words mean

- **Intended time**: when the schedule meant the document to be lodged. Every time counts from there, so a stall counts
  against all that it held up.
- **Real time**: `real-time` of the scenario, 1 s where it says nothing: as long as somebody who waits keeps the thread.
- **On paper**: by `paper` in the profile of its recipient (`docs/profiles.md`). Receipts, and so `time.deliver` and
  `latency_ms`, are of the data that stands for it on the network; `time.usable` counts until it is keyed.
- **Paper touch**: a document that came on paper; one that was refused, expired or was given up by the gateway, since then it goes by mail,
  paper or telephone; and each request of an agency for a document that was not sent with the declaration. An officer
  who looks at documents that are there as data (yellow) is none.
- **Goods arrive**: `goods-arrive` of a lodge step or workload, after the intended time. All times of a report, this one
  too, are by the network's clock: the scenario's business clock times as long by that of business.
- **Compared**: an import declaration (`TypeCode` IM…) was sent when its recipient had an export declaration (EX…) on record
  with the same `GoodsShipment/UCR/ID` (WCO 016); of several, the first. Documents that are generated or made in the run
  are not.
- **Matched by**: goods codes, quantities, packages, weights, the items' charges, origins and containers. What only one of
  the two states is no difference; "41.50" is "41.5"; a unit that only one writes out is the other's. Items are compared by
  their order.
- **Paired**: by the administration of import itself, as its profile says (`matching` in profiles.md), whatever brought the
  two declarations; `match.rate` is what the documents of the scenario would give, whoever looks.
- **Elements**: each that has a value, but for those about the declaration itself (ids, dates, type, `UCR`) and the numbering.
- **Weighed**: a single window (`topology: {profiles: …}`) chose a channel. One that waits for its goods, or is rejected
  before, is not weighed; one that is amended counts with its last channel.

The source is where the idea is from. The formula is gncsim's: those who set such indicators measure months of real trade,
with papers and goods, of which a run has only the data. Numbers of two runs can be compared; a run's number is not an
administration's.

## Convergence with a checklist

How far each administration and trader has come is held against a list that somebody has declared. It is a file with a
version, under `checklist:` of an administration's profile, or of the scenario for all whose profile names none:

```yaml
checklist: digital-customs
version: "1"
title: Digital customs (illustrative)
illustrative: true          # false: the key source says whose list it is
items:
  - {item: as-data, of: administration, title: Nearly all comes as data., holds: electronic.rate >= 95%, weight: 3}
  - {item: by-risk, of: administration, title: Risk rules choose., profile has: risk}
  - {item: first-pass, of: trader, title: Right at once., holds: first_pass.rate >= 95%}
```

- `holds` is an indicator of the table above with a bound, but for those of `latency_ms`; `profile has` is a part of the
  administration's profile: agencies, authorised operators, checks, joint inspection, post-release query, pre-lodged,
  pushes, registers, risk, tariff, treasury. `weight` is 1 where it says nothing.
- An **administration** is looked at by what is lodged for it; a **trader** is whoever lodges what one workload or lodge
  step lodges, and is held against the scenario's list, or without one against that of the administration.
- `every` (`checklist: {file: …, every: 365d}`) parts the run into periods of business time, by the intended time: so a
  run of some seconds tracks years. A period in which nothing was lodged says nothing.
- `convergence` is the weight of the items that held, of the weight of all: in the last period, or (`convergence.first`) in
  the first. `convergence[to=CN]` is an administration's, `convergence[workload=exporters to China]` a trader's; without
  brackets it is of all that the period has. An item of which nothing was measured did not hold.

The source is gncsim's own design, after the maturity models by which customs measures itself. The list of the library is
a sample: nobody has set its bounds and weights.
)";

std::string_view unit_of(Unit unit) {
  switch (unit) {
    case Unit::share:
      return "share";
    case Unit::milliseconds:
      return "ms";
    default:
      return "number";
  }
}

}  // namespace

std::span<const Indicator> indicators() { return all; }

std::string indicator_text(const Indicator& indicator, double value) {
  switch (indicator.unit) {
    case Unit::share:
      return share_text(value);
    case Unit::milliseconds:
      return milliseconds_text(value);
    default:
      return number_text(value);
  }
}

std::string indicators_reference() {
  std::string text(introduction);
  for (const Indicator& indicator : indicators()) {
    text += fmt::format("| `{}` | {} | {} | `{}` | {} |\n", indicator.name, indicator.title,
                        unit_of(indicator.unit), indicator.formula, indicator.source);
  }
  return text + std::string(closing_words);
}

}  // namespace gnc::scenarios
