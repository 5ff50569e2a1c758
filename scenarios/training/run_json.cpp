#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "proto/types/overloaded.h"
#include "scenarios/engine/indicator.h"
#include "scenarios/training/json_text.h"
#include "scenarios/training/page_json.h"
#include "scenarios/training/shelf.h"
#include "scenarios/training/told_story.h"

namespace gnc::scenarios {
namespace {

struct KindAndTarget {
  std::string kind;
  std::string target;
};

KindAndTarget kind_and_target(const Deed& deed) {
  return std::visit(Overloaded{[](const TamperWithNext& tamper) {
                                 return KindAndTarget{"tamper", tamper.party.text()};
                               },
                               [](const ReplayNext& replay) {
                                 return KindAndTarget{"replay", replay.party.text()};
                               },
                               [](const LapseAgreement& lapse) {
                                 return KindAndTarget{"lapse", lapse.agreement};
                               }},
                    deed);
}

KindAndTarget kind_and_target(const Fault& fault) {
  return std::visit(Overloaded{[](const CutLink& cut) {
                                 return KindAndTarget{"cut", cut.link};
                               },
                               [](const DegradeLink& degrade) {
                                 return KindAndTarget{"degrade", degrade.link};
                               },
                               [](const FlapLink& flap) {
                                 return KindAndTarget{"flap", flap.link};
                               },
                               [](const BlackHoleLink& hole) {
                                 return KindAndTarget{"black-hole", hole.link};
                               },
                               [](const ResetLink& reset) {
                                 return KindAndTarget{"reset", reset.link};
                               },
                               [](const KillProcess& kill) {
                                 return KindAndTarget{"kill", kill.process};
                               },
                               [](const FreezeProcess& freeze) {
                                 return KindAndTarget{"freeze", freeze.process};
                               },
                               [](const RestartProcess& restart) {
                                 return KindAndTarget{"restart", restart.process};
                               },
                               [](const SlowConsumer& slow) {
                                 return KindAndTarget{"slow", slow.party.text()};
                               },
                               [](const DiskError& disk) {
                                 return KindAndTarget{"disk-error", disk.process};
                               },
                               [](const CertificateFault& certificate) {
                                 const char* kind =
                                     certificate.kind == CertificateFault::Kind::revoke   ? "revoke"
                                     : certificate.kind == CertificateFault::Kind::expire ? "expire"
                                                                                          : "rotate";
                                 return KindAndTarget{kind, std::string(cast_name(certificate.party.text()))};
                               },
                               [](const SkewClock& skew) {
                                 return KindAndTarget{"skew", skew.process};
                               },
                               [](const RoguePeer& rogue) {
                                 return KindAndTarget{"rogue", rogue.party.text()};
                               },
                               [](const Deed& deed) { return kind_and_target(deed); }},
                    fault.what);
}

// One that was begun by hand in a live run is in no scenario: its words say what it befell.
KindAndTarget kind_and_target(const RunCast& cast, std::string_view words) {
  constexpr std::pair<std::string_view, std::string_view> others[] = {{"disk", "disk-error"},
                                                                      {"clock", "skew"}};
  const std::string_view verb = words.substr(0, words.find(' '));
  const auto other = std::ranges::find(others, verb, &std::pair<std::string_view, std::string_view>::first);
  KindAndTarget told{std::string(other == std::end(others) ? verb : other->second), {}};
  while (!words.empty() && told.target.empty()) {
    const std::string_view word = words.substr(0, words.find_first_of(" ,"));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    const bool named = word == "nodes" || word.starts_with("node-") ||
                       std::ranges::find(cast.links, word, &RunCast::Link::name) != cast.links.end() ||
                       std::ranges::find(cast.parties, word, &RunCast::Party::name) != cast.parties.end();
    if (named) told.target = word;
  }
  return told;
}

std::int64_t microseconds(double seconds) { return std::llround(seconds * 1e6); }

PageJson fault_json(const Recording& recording, const FaultRow& row, Duration counts_from) {
  const auto known = std::ranges::find(recording.faults, row.fault, [](const Fault& f) { return words(f); });
  const auto from = counts_from.microseconds;
  PageJson json{{"from_us", from + microseconds(row.from_s)}, {"to_us", nullptr}};
  if (row.to_s) json["to_us"] = from + microseconds(*row.to_s);
  if (known != recording.faults.end()) {
    const KindAndTarget named = kind_and_target(*known);
    json["kind"] = named.kind;
    json["target"] = named.target;
  } else {
    const KindAndTarget told = kind_and_target(recording.cast, row.fault);
    json["kind"] = told.kind;
    json["target"] = told.target;
  }
  json["text"] = row.fault;
  json["name"] = nullptr;
  if (!row.name.empty()) json["name"] = row.name;
  json["outcome"] = row.outcome;
  return json;
}

PageJson expectation_json(const ExpectationRow& row) {
  PageJson json{{"text", row.expect}, {"held", row.held}, {"value", nullptr}};
  if (row.value) json["value"] = *row.value;
  return json;
}

PageJson fork_json(const Recording& recording, std::size_t number) {
  if (!recording.fork) return nullptr;
  return {{"number", number},
          {"of", recording.fork->of},
          {"at_us", recording.fork->at.microseconds},
          {"fault", words(recording.fork->fault)}};
}

// The indicators of each recipient: the report has what they are worked out of.
PageJson recipients_json(const RunReport& report) {
  PageJson list = PageJson::array();
  for (const SliceRow& slice : report.slices) {
    if (slice.kind != "to") continue;
    PageJson values = PageJson::object();
    for (const Indicator& indicator : indicators()) {
      if (const auto value = indicator.of(slice.latency, slice.indicators)) {
        values[std::string(indicator.name)] = *value;
      }
    }
    list.push_back(
        {{"name", slice.name}, {"on_paper", slice.indicators.on_paper}, {"indicators", std::move(values)}});
  }
  return list;
}

PageJson moment_json(const StoryMoment& when) {
  switch (when.kind) {
    case StoryMoment::Kind::start:
      return {{"start", true}};
    case StoryMoment::Kind::end:
      return {{"end", true}};
    case StoryMoment::Kind::time:
      return {{"time", duration_text(when.time)}};
    case StoryMoment::Kind::event:
      break;
  }
  PageJson json{{"event", event_kind_name(when.event)}};
  for (const auto& [key, value] : {std::pair{"at", when.at}, std::pair{"peer", when.peer},
                                   std::pair{"reference", when.reference}, std::pair{"code", when.code}}) {
    if (!value.empty()) json[key] = value;
  }
  json["nth"] = when.nth;
  return json;
}

PageJson question_json(const StoryQuestion& question) {
  PageJson answers = PageJson::array();
  for (const StoryAnswer& answer : question.answers) {
    answers.push_back({{"text", wording_json(answer.text)},
                       {"right", answer.right},
                       {"because", wording_json(answer.because)}});
  }
  return {{"question", wording_json(question.question)}, {"answers", std::move(answers)}};
}

PageJson story_json(const Recording& recording) {
  const std::vector<ToldMoment> told = tell_story(recording);
  PageJson story = PageJson::array();
  for (std::size_t i = 0; i < told.size(); ++i) {
    const StoryStep& step = recording.scenario.story[i];
    PageJson json{{"at_us", nullptr},
                  {"when", moment_json(step.when)},
                  {"point", step.point},
                  {"exchange", told[i].exchange ? told[i].exchange->text() : std::string()},
                  {"say", wording_json(step.say)},
                  {"ask", nullptr}};
    if (told[i].at) json["at_us"] = told[i].at->microseconds;
    if (step.ask) json["ask"] = question_json(*step.ask);
    story.push_back(std::move(json));
  }
  return story;
}

}  // namespace

PageJson wording_json(const Wording& wording) {
  PageJson json = PageJson::object();
  for (const auto& [language, text] : wording) json[language] = text;
  return json;
}

std::string faults_json(const Recording& recording, const std::vector<FaultRow>& rows, Duration counts_from) {
  PageJson json = PageJson::array();
  for (const FaultRow& row : rows) json.push_back(fault_json(recording, row, counts_from));
  return text_of(json);
}

std::string run_json(const Recording& recording, const RunShown& shown) {
  const RunReport& report = recording.report;
  PageJson json{{"schema", page_schema},
                {"number", shown.number},
                {"id", recording.id},
                {"scenario", report.scenario},
                {"titles", wording_json(wording_in(recording.scenario.text, "titles"))},
                {"header", header_of(recording.scenario.text)},
                {"world", report.world},
                {"seed", report.seed},
                {"version", report.version},
                {"started_at", report.started_at},
                {"begin_us", recording.begin.microseconds},
                {"end_us", recording.length.microseconds},
                {"fork", fork_json(recording, shown.number)},
                {"can",
                 {{"fork", recording.can_fork && !shown.exported},
                  {"break", recording.live},
                  {"inspect", recording.can_inspect},
                  {"export", !shown.exported && !recording.live}}},
                {"live", nullptr}};
  if (shown.live != nullptr) json["live"] = PageJson::parse(live_state_json(*shown.live));
  PageJson cast = PageJson::parse(to_json(recording.cast));
  cast.erase("counts_from_us");
  json.update(cast);
  json["faults"] = PageJson::parse(faults_json(recording, report.faults, recording.faults_from));
  json["expectations"] = PageJson::array();
  for (const ExpectationRow& row : report.expectations) json["expectations"].push_back(expectation_json(row));
  json["promises"] = PageJson::array();
  for (const PromiseRow& row : report.promises) {
    json["promises"].push_back({{"text", row.promise}, {"held", row.held}, {"detail", row.detail}});
  }
  json["story"] = story_json(recording);
  json["recipients"] = recipients_json(report);
  json["report"] = PageJson::parse(to_json(report));
  json["events"] = recording.events.size();
  return text_of(json);
}

}  // namespace gnc::scenarios
