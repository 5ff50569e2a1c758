#include "scenarios/report/page_outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenarios/engine/expectation.h"
#include "scenarios/engine/indicator.h"
#include "scenarios/engine/number_text.h"
#include "scenarios/report/fate_bar.h"
#include "scenarios/report/sequence_diagram.h"

namespace gnc::scenarios {
namespace {

std::string at(std::string_view list, std::size_t index, std::string_view field) {
  return fmt::format("/{}/{}/{}", list, index, field);
}

// Without its folders, which are of the machine where the run was.
std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

// "26 November 2026, 01:56 UTC"; what is not of that form stays as it is.
std::string date_text(const std::string& started_at) {
  constexpr const char* months[] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  if (std::sscanf(started_at.c_str(), "%4d-%2d-%2dT%2d:%2d", &year, &month, &day, &hour, &minute) != 5 ||
      month < 1 || month > 12) {
    return started_at;
  }
  return fmt::format("{} {} {}, {:02}:{:02} UTC", day, months[month - 1], year, hour, minute);
}

template <class Rows>
std::size_t not_held(const Rows& rows) {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const auto& row) { return !row.held; }));
}

std::string things(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count_text(number), number == 1 ? one : many);
}

std::string verdict_words(const RunReport& report) {
  if (report.interrupted)
    return "The run was ended before its time: what is below is of the part that was played.";
  if (!report.valid) {
    return "The result is invalid: the load generator could not keep up, and the latencies mean nothing.";
  }
  if (report.all_held()) {
    return report.expectations.empty() ? "Every promise and every step held."
                                       : "Everything that was expected held.";
  }
  std::string words;
  const auto add = [&words](std::size_t number, std::string_view one, std::string_view many) {
    if (number > 0) words += (words.empty() ? "" : ", ") + things(number, one, many);
  };
  add(not_held(report.promises), "promise", "promises");
  add(not_held(report.expectations), "expectation", "expectations");
  add(not_held(report.steps), "step", "steps");
  words += " did not hold";
  const auto broken = [](const auto& rows) {
    return std::find_if(rows.begin(), rows.end(), [](const auto& row) { return !row.held; });
  };
  // One is named; of more there is a table.
  if (not_held(report.promises) + not_held(report.expectations) + not_held(report.steps) == 1) {
    if (const auto row = broken(report.promises); row != report.promises.end()) words += ": " + row->promise;
    if (const auto row = broken(report.expectations); row != report.expectations.end())
      words += ": " + row->expect;
    if (const auto row = broken(report.steps); row != report.steps.end()) words += ": " + row->step;
  }
  return words + ".";
}

Html story(const RunReport& report) {
  const ExchangeCounts& exchange = report.exchange;
  Html words = Html::text("In ") + seconds("/took_seconds", report.took_seconds) + Html::text(", ") +
               count("/exchange/submitted", exchange.submitted) +
               Html::text(exchange.submitted == 1 ? " document was lodged. " : " documents were lodged. ");
  if (exchange.submitted > 0) {
    words += exchange.delivered == exchange.submitted ? Html::text("All of them reached their recipient. ")
                                                      : count("/exchange/delivered", exchange.delivered) +
                                                            Html::text(" of them reached their recipient. ");
  }
  if (exchange.refused > 0) {
    words += count("/exchange/refused", exchange.refused) +
             Html::text(exchange.refused == 1 ? " was refused, for a reason that is given below. "
                                              : " were refused, each for a reason that is given below. ");
  }
  if (exchange.admitted > 0) {
    words += exchange.lost == 0
                 ? Html::text("Nothing that was admitted was lost. ")
                 : count("/exchange/lost", exchange.lost) + Html::text(" that were admitted were lost. ");
  }
  if (report.valid && report.latency.delivered.count > 0) {
    words += Html::text("Half were delivered within ") +
             milliseconds("/latency_ms/delivered/p50", report.latency.delivered.p50) +
             Html::text(" and 99 of 100 within ") +
             milliseconds("/latency_ms/delivered/p99", report.latency.delivered.p99) +
             Html::text(", counted from the moment at which each was meant to start.");
  }
  return element("p", "story", words);
}

// A sample's numbers must not pass as somebody's.
Html samples(const RunReport& report) {
  std::string names;
  for (const ProfileRow& row : report.profiles) {
    if (row.illustrative)
      names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", row.party, row.profile);
  }
  if (names.empty()) return {};
  return element(
      "p", "soft",
      fmt::format("Customs' work by illustrative profiles, whose rates, rules and lists are invented: {}.",
                  names));
}

Html tile(const Html& value, std::string_view name, bool bad = false) {
  return element("div", bad ? "tile bad" : "tile",
                 element("div", "value", value) + element("div", "name", name));
}

Html tiles(const RunReport& report) {
  const ExchangeCounts& exchange = report.exchange;
  Html all = tile(count("/exchange/submitted", exchange.submitted), "documents lodged") +
             tile(count("/exchange/delivered", exchange.delivered), "delivered") +
             tile(count("/exchange/refused", exchange.refused), "refused") +
             tile(count("/exchange/lost", exchange.lost), "lost", exchange.lost > 0);
  if (report.latency.delivered.count > 0) {
    all += tile(milliseconds("/latency_ms/delivered/p50", report.latency.delivered.p50),
                "half delivered within") +
           tile(milliseconds("/latency_ms/delivered/p99", report.latency.delivered.p99), "99 of 100 within");
  }
  for (const Indicator& indicator : indicators()) {
    const bool shown = indicator.name == "paperless.rate" || indicator.name == "realtime.share";
    const auto value = shown ? indicator.of(report.latency, report.indicators) : std::nullopt;
    if (!value) continue;
    all += tile(share(fmt::format("/indicators/{}", indicator.name), *value),
                indicator.name == "paperless.rate" ? "paperless" : "in real time");
  }
  if (report.rate_asked > 0) {
    all += tile(rate("/rate/got", report.rate_got),
                fmt::format("done, of {} asked", rate_text(report.rate_asked)));
  }
  return element("div", "tiles", all);
}

Html value_of(const ExpectationRow& row, std::size_t index) {
  if (!row.value) return element("span", "soft", "not measured");
  const std::string pointer = at("expectations", index, "value");
  const auto parsed = parse_expectation(row.expect);
  if (!parsed) return number(pointer, *row.value);
  switch (parsed->measure->unit) {
    case Measure::Unit::milliseconds:
      return milliseconds(pointer, *row.value);
    case Measure::Unit::share:
      return share(pointer, *row.value);
    case Measure::Unit::rate:
      return rate(pointer, *row.value);
    case Measure::Unit::bytes:
      return bytes(pointer, static_cast<std::uint64_t>(*row.value));
    case Measure::Unit::count:
    case Measure::Unit::number:
      break;
  }
  return number(pointer, *row.value);
}

}  // namespace

Html opening(const RunReport& report) {
  const bool good = report.all_held() && report.valid && !report.interrupted;
  Html words =
      element("p", "kind",
              fmt::format("Report of a run · {} world · {} · gncsim {}", report.world,
                          date_text(report.started_at), report.version)) +
      element("h1", "", report.scenario) +
      element("p", good ? "verdict good" : "verdict bad", (good ? "✓ " : "✗ ") + verdict_words(report));
  return words + story(report) + samples(report) + tiles(report);
}

Html expectations_and_promises(const RunReport& report) {
  Html content;
  if (!report.expectations.empty()) {
    std::vector<std::vector<Html>> rows;
    for (std::size_t i = 0; i < report.expectations.size(); ++i) {
      const ExpectationRow& row = report.expectations[i];
      rows.push_back({held_mark(row.held), element("code", "", row.expect), value_of(row, i),
                      element("span", "soft", file_name(row.where))});
    }
    content += element("h3", "", "Expected by the scenario") +
               table({{"verdict"}, {"expectation"}, {"measured", true}, {"written in"}}, rows);
  }
  if (!report.promises.empty()) {
    std::vector<std::vector<Html>> rows;
    for (const PromiseRow& row : report.promises) {
      rows.push_back({held_mark(row.held), Html::text(row.promise), element("span", "small", row.detail)});
    }
    content += element("h3", "", "Promised by every run") +
               table({{"verdict"}, {"promise"}, {"what was checked"}}, rows);
  }
  if (content.empty()) return {};
  return section(
      "expected", "What was expected and promised",
      "Expectations are written in the scenario. Promises are checked in every run, against what the "
      "gateway and the nodes have on record.",
      content);
}

Html ends_of_exchanges(const RunReport& report) {
  const std::vector<Fate> fates = fates_of(report.exchange);
  if (fates.empty()) return {};
  std::string key;
  for (const Fate& fate : fates) {
    const Html shown = fate.field.empty() ? Html::text(count_text(fate.count))
                                          : count("/exchange/" + fate.field, fate.count);
    key += fmt::format("<li class=\"{}\"><i></i>{} {}</li>", fate.style, shown.markup(),
                       html_escaped(fate.name));
  }
  Html content =
      element("figure", "",
              Html::own(share_bar(fates, "How the exchanges ended") + "<ul class=\"key\">" + key + "</ul>"));
  const ExchangeCounts& counts = report.exchange;
  const auto row = [](std::string_view name, std::string_view meaning, Html value) {
    return std::vector<Html>{element("span", "name-of", name), Html::text(meaning), std::move(value)};
  };
  std::vector<std::vector<Html>> rows = {
      row("submitted", "documents that were lodged", count("/exchange/submitted", counts.submitted)),
      row("admitted", "recorded by the gateway, with a receipt",
          count("/exchange/admitted", counts.admitted)),
      row("delivered", "verified and recorded by the recipient",
          count("/exchange/delivered", counts.delivered)),
      row("processed", "dealt with by the recipient's business",
          count("/exchange/processed", counts.processed)),
      row("refused", "at the window, the gateway or the recipient",
          count("/exchange/refused", counts.refused)),
      row("expired", "not delivered or answered in time", count("/exchange/expired", counts.expired)),
      row("dead-lettered", "given up by the gateway", count("/exchange/dead_lettered", counts.dead_lettered)),
      row("open", "not at their end when the run ended", count("/exchange/open", counts.open)),
      row("duplicates suppressed", "came again, and were not dealt with again",
          count("/exchange/duplicates_suppressed", counts.duplicates_suppressed)),
      row("delivered twice", "seen twice by a business",
          count("/exchange/delivered_twice", counts.delivered_twice)),
      row("lost", "admitted, and then neither at an end nor on record",
          count("/exchange/lost", counts.lost))};
  content += table({{"exchanges"}, {""}, {"count", true}}, rows);
  const AnswerCounts& answers = report.answers;
  content +=
      element("h3", "", "Answers") +
      table({{"answers"}, {""}, {"count", true}},
            {row("submitted", "lodged by recipients", count("/answers/submitted", answers.submitted)),
             row("admitted", "recorded by the gateway", count("/answers/admitted", answers.admitted)),
             row("delivered", "recorded by who had asked", count("/answers/delivered", answers.delivered)),
             row("accepted", "that accept", count("/answers/accepted", answers.accepted)),
             row("rejected", "that reject", count("/answers/rejected", answers.rejected))});
  const PushCounts& pushes = report.pushes;
  content +=
      element("h3", "", "Sent by nodes of their own accord") +
      table({{"pushes"}, {""}, {"count", true}},
            {row("submitted", "by a schedule, or since something changed",
                 count("/pushes/submitted", pushes.submitted)),
             row("admitted", "recorded by the gateway", count("/pushes/admitted", pushes.admitted)),
             row("delivered", "recorded by the recipient", count("/pushes/delivered", pushes.delivered))});
  return section("ends", "How the exchanges ended", "Each document that is lodged comes to exactly one end.",
                 content);
}

Html refusals_by_code(const RunReport& report) {
  if (report.refusals.empty()) return {};
  struct Group {
    std::uint64_t count = 0;
    std::vector<std::size_t> rows;
  };
  std::map<std::string, Group> by_code;
  for (std::size_t i = 0; i < report.refusals.size(); ++i) {
    Group& group = by_code[report.refusals[i].code];
    group.count += report.refusals[i].count;
    group.rows.push_back(i);
  }
  Html content;
  // A page of a million rows is no page: the rest is in refusals.csv.
  constexpr std::size_t most_rows = 200;
  for (const auto& [code, group] : by_code) {
    const RefusalRow& first = report.refusals[group.rows.front()];
    content += element(
        "h3", "", fmt::format("{} {}: {}", code, first.name, things(group.count, "document", "documents")));
    content += element("p", "", element("strong", "", "What to do: ") + Html::text(first.remedy));
    std::vector<std::vector<Html>> rows;
    for (const std::size_t i : group.rows) {
      if (rows.size() == most_rows) break;
      const RefusalRow& row = report.refusals[i];
      Html place = row.where.empty() ? Html() : Html::text(file_name(row.where));
      if (!row.pointer.empty()) place += element("span", "soft", row.pointer);
      rows.push_back({Html::text(file_name(row.document)), Html::text(row.detail), std::move(place),
                      count(at("refusals", i, "count"), row.count)});
    }
    content += table({{"document"}, {"what was found"}, {"where"}, {"count", true}}, rows);
    if (group.rows.size() > most_rows) {
      content +=
          element("p", "soft",
                  fmt::format("{} more are in refusals.csv.", count_text(group.rows.size() - most_rows)));
    }
  }
  return section("refusals", "What was refused, and what to do",
                 "By the code of the error catalogue. A refusal is an answer: it says what was found and who "
                 "can mend it.",
                 content);
}

Html steps_played(const RunReport& report) {
  if (report.steps.empty()) return {};
  std::vector<std::vector<Html>> rows;
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    const StepRow& row = report.steps[i];
    Html words = Html::text(row.step);
    if (!row.detail.empty()) words += element("span", "soft", row.detail);
    rows.push_back({held_mark(row.held), std::move(words),
                    milliseconds(at("steps", i, "took_ms"), row.took_ms),
                    element("span", "soft", file_name(row.where))});
  }
  return section("steps", "The steps that were played", "",
                 table({{"verdict"}, {"step"}, {"took", true}, {"written in"}}, rows));
}

Html conversations_standing(const RunReport& report) {
  if (report.conversations.empty()) return {};
  std::vector<std::vector<Html>> rows;
  for (std::size_t i = 0; i < report.conversations.size(); ++i) {
    const ConversationRow& row = report.conversations[i];
    rows.push_back({Html::text(row.agreement), Html::text(row.state),
                    count(at("conversations", i, "count"), row.count)});
  }
  return section("conversations", "How conversations stand",
                 "In which state of its block each conversation was when the run was over.",
                 table({{"agreement"}, {"state"}, {"conversations", true}}, rows));
}

Html exchanges_step_by_step(const RunReport& report) {
  Html content;
  bool first = true;
  for (std::size_t i = 0; i < report.sequences.size(); ++i) {
    const SequenceRow& sequence = report.sequences[i];
    if (sequence.moments.empty()) continue;
    std::vector<std::vector<Html>> rows;
    for (std::size_t j = 0; j < sequence.moments.size(); ++j) {
      const auto& moment = sequence.moments[j];
      Html what = Html::text(moment.what);
      if (!moment.detail.empty()) what += element("span", "soft", moment.detail);
      rows.push_back({milliseconds(fmt::format("/sequences/{}/moments/{}/at_ms", i, j), moment.at_ms),
                      Html::text(moment.party), std::move(what)});
    }
    Html exchange;
    if (!sequence.exchange.empty()) {
      exchange = element("p", "soft small",
                         element("span", "", "Exchange ") + element("code", "", sequence.exchange));
    }
    content += folded(fmt::format("{}: {}", sequence.of, file_name(sequence.document)),
                      exchange + element("figure", "", Html::own(sequence_diagram(sequence))) +
                          element("div", "moments", table({{"after", true}, {"party"}, {"what"}}, rows)),
                      first);
    first = false;
  }
  if (content.empty()) return {};
  return section("exchanges", "Exchanges step by step",
                 "The first exchange of each step and workload, and the first that ended badly of each code. "
                 "Times count "
                 "from its lodging, each by the clock of who saw it.",
                 content);
}

Html environment_and_how_to_reproduce(const RunReport& report) {
  std::vector<std::vector<Html>> rows;
  for (const auto& [name, value] : report.environment) {
    rows.push_back({element("span", "name-of", name), Html::text(value)});
  }
  rows.push_back({element("span", "name-of", "gncsim"), Html::text(report.version)});
  rows.push_back({element("span", "name-of", "started"), Html::text(report.started_at)});
  rows.push_back({element("span", "name-of", "seed"), count("/seed", report.seed)});
  Html content =
      element("p", "",
              "The scenario as it was run lies in the same folder as scenario.yaml; what it names is "
              "relative to where it was run from. Play it again with the same seed:") +
      element("pre", "", fmt::format("gncsim run SCENARIO.yaml --seed {}", report.seed)) +
      element("p", "",
              "Every number on this page is in report.json, and what it was made of in the files "
              "beside it: latency.csv, timeline.csv, slices.csv, refusals.csv, and the record of "
              "every event in events.") +
      table({{"environment"}, {""}}, rows);
  return section("environment", "Where it was run, and how to run it again", "", content);
}

}  // namespace gnc::scenarios
