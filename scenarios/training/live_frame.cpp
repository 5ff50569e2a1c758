#include <algorithm>
#include <utility>

#include "scenarios/training/json_text.h"
#include "scenarios/training/live_show.h"
#include "scenarios/training/page_json.h"

namespace gnc::scenarios {
namespace {

const char* state_name(LiveFigures::Standing::State state) {
  switch (state) {
    case LiveFigures::Standing::State::held:
      return "held";
    case LiveFigures::Standing::State::failing:
      return "failing";
    case LiveFigures::Standing::State::not_yet:
      break;
  }
  return "not_yet";
}

PageJson latency_json(const LatencySummary& of) {
  return {{"p50", of.p50}, {"p90", of.p90}, {"p99", of.p99}, {"max", of.max}, {"count", of.count}};
}

PageJson figures_json(const LiveFigures& figures) {
  PageJson json{{"doing", figures.doing},
                {"elapsed_s", figures.elapsed_s},
                {"done", nullptr},
                {"rate_asked", figures.rate_asked},
                {"rate_got", figures.rate_got},
                {"sent", figures.sent},
                {"admitted", figures.admitted},
                {"delivered", figures.delivered},
                {"processed", figures.processed},
                {"refused", figures.refused},
                {"ended", figures.ended},
                {"latency_ms",
                 {{"admitted", latency_json(figures.latency.admitted)},
                  {"delivered", latency_json(figures.latency.delivered)},
                  {"processed", latency_json(figures.latency.processed)}}}};
  if (figures.done) json["done"] = std::min(1.0, *figures.done);
  json["expectations"] = PageJson::array();
  for (const LiveFigures::Standing& one : figures.expectations) {
    PageJson row{{"text", one.expect}, {"state", state_name(one.state)}, {"value", nullptr}};
    if (one.value) row["value"] = *one.value;
    json["expectations"].push_back(std::move(row));
  }
  json["troubles"] = figures.troubles;
  return json;
}

}  // namespace

std::string live_state_json(const LiveShow::State& state) {
  PageJson json{{"phase", phase_name(state.phase)}, {"folder", state.folder}, {"error", nullptr}};
  if (state.error) json["error"] = PageJson::parse(error_json(*state.error));
  return text_of(json);
}

std::string live_frame_json(const LiveFrame& frame) {
  PageJson json{{"frame", frame.number},
                {"last", frame.last},
                {"live", PageJson::parse(live_state_json(frame.state))},
                {"begin_us", frame.run.begin.microseconds},
                {"dropped", frame.dropped},
                {"now_us", nullptr},
                {"paused", false},
                {"figures", nullptr},
                {"faults", PageJson::array()}};
  if (frame.standing != nullptr) {
    const LiveFeed::Standing& standing = *frame.standing;
    json["now_us"] = (standing.now - frame.run.begin).microseconds;
    json["paused"] = standing.paused;
    json["figures"] = figures_json(standing.figures);
    json["faults"] =
        PageJson::parse(faults_json(frame.run, standing.faults, standing.counts_from - frame.run.begin));
  }
  std::string text = text_of(json);
  text.pop_back();
  return text + ",\"events\":[" + frame.rows + "]}";
}

}  // namespace gnc::scenarios
